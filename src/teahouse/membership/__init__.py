"""Membership: who comes into a room, who goes, who is there, and how a room begins.

It adds events by the timeline, as everybody does, and keeps nothing of its own.

Owns: nothing
Announces: nothing
Listens: AccountDeactivated, AliasRemoved

Invariants: a new room has all its first events or none; who deactivates their account has left
every room before what they said is erased.
"""
