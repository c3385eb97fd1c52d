"""Passkeys: signing in without a password, for people and operators.

Owns: nothing

Announces: nothing

Listens: nothing

Invariants: a challenge is used once.
"""
