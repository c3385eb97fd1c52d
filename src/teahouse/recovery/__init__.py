"""Recovery: ways back into an account, and what is done only after one has shown again who one is.

Owns: recovery_proofs

Announces: nothing

Listens: nothing

Invariants: a grave act (password, contact, device, the end) asks once more for the password, or
where there is none for a code.
"""
