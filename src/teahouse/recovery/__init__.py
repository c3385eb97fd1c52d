"""Recovery: ways back into an account, and what is done only after one has shown again who one is.

Owns: recovery_notices, recovery_seen, recovery_codes, recovery_returns,
recovery_undos, recovery_tickets, recovery_claims, recovery_helps

Announces: nothing

Listens: nothing

Invariants: a grave act (password, contact, device, the end) asks once more for the password, or
where there is none for a code, and every device and contact is told of it. A contact that was
replaced can be called back for three days. A number that may have gone to somebody else opens
nothing by itself, and is taken from nobody who could not be told. Operators let nobody in: two of
them begin a wait which any device can stop, and none sees what then opens the account.
"""
