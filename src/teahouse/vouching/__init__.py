"""Vouching: a member helps a friend in, and answers for it.

Owns: nothing

Announces: nothing

Listens: nothing

Invariants: a vouch is an invitation of its own kind: the gate asks as at every door.
"""
