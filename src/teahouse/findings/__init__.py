"""Findings: what an authority found, until it is mended and tested again, or the ladder is gone up.

Owns: findings_findings, findings_steps, findings_rulings

Announces: nothing

Listens: nothing

Invariants: the table of the procedure is total. Only the clock lapses a deadline, and what follows it is
a person's act. Nothing is shut down without a written ruling of an authority, in the same programme,
and two operators; a security finding shuts nothing down, whatever is written. Who gave the evidence
of a repair does not test it. What was closed is tested again with each later version, and what was
published stays to be read, with its history.
"""
