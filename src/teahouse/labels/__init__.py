"""Labels: how much harm it would do if what lies somewhere got out, and what follows from that.

Owns: nothing

Announces: nothing

Listens: nothing

Invariants: every table, every declared column and every bucket has a label, or the build fails. A house's
own file may raise one and lowers none. What is sensitive is sealed, or says why not. Nothing that is
sensitive is open to inspectors, nothing important goes abroad without its own assessment, and nothing
core leaves at all.
"""
