"""Messages that leave the house: one-time codes by SMS and by e-mail.

Owns: nothing
Announces: nothing
Listens: nothing
Invariants: sending happens outside transactions; no code and no address is ever logged.
"""
