"""Planning: what an upgrade would do, before anybody decides that it does.

Owns: nothing

Announces: nothing

Listens: nothing

Invariants: making a plan changes nothing, asks for no lock, and takes as long as counting takes.
"""
