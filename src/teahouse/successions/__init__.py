"""Successions: a room gives way to another of a newer version, and everything that can, moves.

Invariants: the new room, the tombstone in the old one and the move of its aliases are one append:
there is no room that replaces nothing, and no tombstone that leads nowhere.
"""
