"""The waiting list: who asked to be told when a scope opens again, in order.

Owns: nothing

Announces: nothing

Listens: nothing

Invariants: nobody is passed over; a contact is erased once its turn was told or it left.
"""
