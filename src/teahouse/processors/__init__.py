"""Processors: who is given personal data, on which contract, by which way, and how that ends.

Owns: processors_processors, processors_providings, processors_handings, processors_keys,
processors_revocations

Announces: ProcessorsChanged

Listens: its own announcements, so that every worker knows who may be given what.

Invariants: the table of a processor's life is total. Two operators stand behind each. By a way that carries
personal data nothing goes to whom an operator has ended, in any worker, unless the register is switched off;
with it switched on, nothing goes to anybody whom it does not name. What was handed on is counted by
the day, kept for three years at least, and only grows. What a processor keeps under its key is opened by nobody
once it is cleared, and what it showed to the house is nobody's from its end on.
"""
