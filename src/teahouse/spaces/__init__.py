"""Spaces: rooms that hold rooms, walked from the top; and what a room shows to who is not in it.

Invariants: a room is shown to its members, to who could come in or ask to, and to everybody when
everybody may read it; to nobody else, and never because it stands in a space that they can see.
"""
