"""Pairing: a second device signs in by a QR code, either way round.

Owns: nothing

Announces: nothing

Listens: nothing

Invariants: who approves sees what device asks, and from where.
"""
