"""Invitations: operators' passes, which let somebody in where a scope is by invitation only.

Owns: nothing

Announces: nothing

Listens: nothing

Invariants: a token is shown once; its digest is the gate's. Making and taking back are audited.
"""
