"""Presence: who is there now, as far as they show it, for those who share a room with them.

Owns: presence_statuses

Listens: Posted, ProfileChanged

Invariants: that somebody is there is whispered and never stored; only what they wrote of themselves
is kept, sealed. Nobody is told of who shares no room with them. When operators switch it off,
nothing is told of anybody. Whoever changes their name or picture is told of with both.
"""
