"""Bars: contacts of accounts that were banned for good, which come back by no door.

A contact is a phone number, an address, or who somebody is at an identity provider.

Owns: bars_contacts

Announces: nothing

Listens: nothing

Invariants: a contact is barred under a key of the bar's own, and found by a blind index that comes
under new keys like any other; what looks alike is not the same. It is asked wherever an account gets a
contact, so that no door can forget to. A bar ends with the decision that made it.
"""
