"""Packs: what a compliance audit asks for, built from the living house, signed, in one archive.

Owns: packs_packs

Announces: nothing

Listens: nothing

Invariants: a pack holds no personal data of people who use the house. It is proved without the house: its
manifest is signed by the key that signs notices, and names the digest of each file. That one was made is in
the audit log; the archive itself is handed over and not kept.
"""
