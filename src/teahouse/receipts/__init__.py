"""How far each has read, and who is typing.

Owns: receipts_receipts
Announces: ReceiptMoved
Listens: AccountDeactivated, Posted

Invariants: a receipt only moves forward; a private receipt is told to nobody but its owner; typing
is told now or never and is stored nowhere.
"""
