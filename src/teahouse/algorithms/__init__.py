"""Algorithms: what decides, ranks or points by itself in this house, on what data, and how it is stopped.

Owns: nothing

Announces: nothing

Listens: nothing

Invariants: each has a row that everybody may read, in both languages, with the code that does it; code
that ranks, scores or decides and is in no row fails the build.
"""
