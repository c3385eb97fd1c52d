"""Sync: what is new for a person since they last asked, and waiting until there is.

Listens: Posted, Erased, Removed, TakenAgain, ReceiptMoved, AccountDataChanged, AccountStateChanged,
SessionOpened, SessionEnded, DeviceRenamed, DeviceKeysChanged, LettersSent

Invariants: *snapshot + events = new snapshot*: a client that applies every answer in turn holds what
a fresh initial sync would give it; a token never skips what was committed before it was given out.
"""
