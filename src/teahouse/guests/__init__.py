"""Guests: what everybody may read without an account. Nothing is asked of them, nothing kept.

Owns: nothing

Announces: nothing

Listens: ConsentChanged

Invariants: a guest reads rooms that are world-readable and listed, from where they became so; and
sees the name of nobody who has not agreed to it.
"""
