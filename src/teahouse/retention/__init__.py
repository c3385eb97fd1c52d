"""Retention: how long what is said in rooms is kept, and taking it away when that is over.

Owns: retention_days, retention_rooms, retention_walk
Announces: nothing
Listens: nothing

Invariants: only messages are taken away, never state, nor the newest event of a room, nor what is
held; what it costs follows what is due, not what there is.
"""
