"""Vouching: a member helps a friend in, and answers for it.

Owns: vouching_vouches, vouching_bars

Announces: nothing

Listens: AccountStateChanged

Invariants: a vouch is a pass of its own kind, good once: the gate asks as at every door. Who is new,
suspended or barred gives none. A voucher learns that a friend has joined, and nothing else. Who is
barred is told why, until when and how to appeal; an operator lifts it with a reason, and is audited.
"""
