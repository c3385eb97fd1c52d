"""Imports: accounts brought in bulk by an administrator, after a dry run.

Owns: nothing

Announces: nothing

Listens: nothing

Invariants: every row passes the gate, or is reported.
"""
