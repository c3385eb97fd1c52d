"""Proofs: showing again that it is you, by password or code, before a grave act.

Owns: proofs_sessions

Announces: nothing

Listens: nothing

Invariants: a proof that was begun for one act is good for no other; where there is a password, no
code takes its place.
"""
