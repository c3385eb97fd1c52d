"""Spelling: one word however it is written, and how a name sounds when it is typed.

Owns: nothing
Announces: nothing
Listens: nothing
Invariants: folding what is folded changes nothing; what differs only in width, case, marks, kana or
between traditional, simplified and Japanese forms is folded to the same.
"""
