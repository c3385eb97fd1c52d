"""Invitations: operators' passes, which let somebody in where a scope is by invitation only.

Owns: invites_uses

Announces: nothing

Listens: nothing

Invariants: a token is shown once; its digest is the gate's. Making and taking back are audited, and so
is reading who came by one. A use is written in the transaction that makes the account.
"""
