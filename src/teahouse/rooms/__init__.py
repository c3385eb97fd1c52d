"""Rooms: who is in, what is set, and what each may do; every rule of a room is here.

Owns: rooms_rooms, rooms_state, rooms_members

Invariants: a room's state is that of its last state event; ``state_pos`` is that event's position
in the log, so a decision taken on an older one can be seen to be stale. What a room's members may
do is decided by the authorisation rules of its room version, from values only.
"""
