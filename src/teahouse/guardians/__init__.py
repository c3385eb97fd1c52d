"""Guardians: a child's account begins with a grown-up's consent.

Owns: nothing

Announces: nothing

Listens: nothing

Invariants: nothing of a child is kept before a guardian agreed.
"""
