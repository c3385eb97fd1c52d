"""Screening: limits, proof of work and velocity rules that keep bulk registration out and people in.

Owns: nothing

Announces: nothing

Listens: nothing

Invariants: no address is kept as it is; nothing is sent to a third party.
"""
