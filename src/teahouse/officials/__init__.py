"""Official accounts: who is behind an account that speaks in public. Publishing comes later.

Owns: officials_accounts

Announces: nothing

Listens: nothing

Invariants: every official account has its particulars, written in the transaction that made it;
they are sealed, and shown to the account itself only.
"""
