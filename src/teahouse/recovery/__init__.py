"""Recovery: ways back into an account, and changes of the contacts by which one comes back.

Owns: nothing

Announces: nothing

Listens: nothing

Invariants: every device is told.
"""
