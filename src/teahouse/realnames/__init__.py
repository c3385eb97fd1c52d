"""Real names behind the stage: a provider confirms them, and nobody else sees them.

Owns: nothing

Announces: nothing

Listens: nothing

Invariants: what people show is free.
"""
