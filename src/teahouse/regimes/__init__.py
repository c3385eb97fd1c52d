"""Regimes: what evidence a new account needs, by version; older accounts are asked later, never locked out.

Owns: nothing

Announces: nothing

Listens: nothing

Invariants: a version is never edited.
"""
