"""Works: pieces of work that registration may wait for, each with its progress and verified end.

Owns: nothing

Announces: nothing

Listens: nothing

Invariants: a work is verified by what did it, never by hand.
"""
