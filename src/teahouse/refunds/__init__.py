"""Refunds: money that a minor spent, asked back by a guardian, decided within working days.

Owns: refunds_claims

Announces: nothing

Listens: nothing

Invariants: the table of the procedure is total. One spending is asked back once, unless it was
withdrawn. A decision has its reasons; an appeal is decided by somebody else. What is upheld gives its
amount back to the month's cap in the same transaction, once. How money goes back is said by whoever
moves money: nobody does yet, so operators note by what reference they paid.
"""
