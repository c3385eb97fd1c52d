"""Standing: what an account may do at its stage, and what it takes to go further.

Owns: nothing

Announces: nothing

Listens: nothing

Invariants: a stage limits what bulk accounts need and people hardly notice.
"""
