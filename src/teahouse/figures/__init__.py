"""Figures: what happens at the doors now, for operators who look on.

Owns: nothing

Announces: nothing

Listens: nothing

Invariants: counts of scopes, never of people; looking costs the same however many look.
"""
