"""Bytes that are too large for a row: on the local disk, or in an object store.

Owns: nothing
Announces: nothing
Listens: nothing
Invariants: a blob is whole or is not there; it never changes; its name tells nothing about it.
"""
