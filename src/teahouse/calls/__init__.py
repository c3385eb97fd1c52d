"""Calls: credentials for a relay, and proof towards other services of who somebody is.

Owns: calls_openid

Invariants: a token for another service tells it a user id, once it asks, for an hour; it opens no
session and reads nothing. The relay's own secret never leaves the house.
"""
