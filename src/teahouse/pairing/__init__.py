"""Pairing: a second device signs in by a QR code, either way round.

Owns: pairing_pairings, pairing_tokens

Announces: nothing

Listens: nothing

Invariants: a code is good for two minutes and for one pair of devices. Whoever approves has seen
which device asks, and from where; where the signed-in device showed the code, they type the number
that the new one shows. The session goes to the browser that began, and to no other, while the one
that approved it stands. It opens a session of an account that there is, and makes none.
"""
