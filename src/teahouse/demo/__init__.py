"""The demo: a small town to look at in the first minute, removable at once.

Owns: nothing

Announces: nothing

Listens: nothing

Invariants: what it made it can unmake, and nothing else.
"""
