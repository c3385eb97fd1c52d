"""Registrations: how a new account comes to be, from the first knock to the first session.

The steps of our own clients, Matrix's stages, test mode and the shared secret: all of them ask the
gate before anything personal is read, and again in the transaction that makes the account [R-003,
R-004, R-010]. Their refusals bear the gate's name: to those who knock, they are one.

Owns: registrations_registrations, registrations_keys

Announces: nothing

Listens: nothing

Invariants: nothing personal is kept before there is a receipt, and nothing of it once the
registration has ended, either way. There is a whole account or none.
"""
