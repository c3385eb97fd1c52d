"""Storage: what fills the disk, and how fast.

Once a day it writes down how much each part of the house takes; what it is now is measured when an
operator asks.

Owns: storage_days
Announces: nothing
Listens: nothing

Invariants: a day has one amount for each part, the first that was measured; nothing here names
anybody.
"""
