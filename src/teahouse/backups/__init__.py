"""Back-ups: the whole house in one file, made while it serves, and brought back into an empty place.

And the ledger of erasures, in the database and beside the keys, so that whoever was erased after a
back-up was made is erased again before anybody is let in to what it brought back, and what was redacted
or withdrawn is taken back again.

Owns: backups_backups, backups_keys, backups_erasures, backups_restores

Announces: nothing

Listens: AccountDeactivated, ConsentChanged

Invariants: a back-up is whole and signed, or is none; it holds no key that opens it; a house that
was brought back serves nobody until the ledger has been gone through; one region's house comes into another
country only where an entry of the registers lets it.
"""
