"""Renewals: the classes of data that keys protect, and how each is brought under new keys.

Owns: renewals_keys

Announces: nothing

Listens: nothing

Invariants: every verb looks at the key's state first, so that it can be done twice, by two, or be lost
half-way. None waits: what cannot be done yet is told in words.
"""
