"""Notices: what people are told about registration, signed, chained, and published where the house is not.

Owns: nothing

Announces: nothing

Listens: nothing

Invariants: the history is appended to in the transaction of the change it tells of.
"""
