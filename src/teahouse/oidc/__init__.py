"""OpenID Connect: signing in with an identity provider that the operator trusts.

Owns: nothing

Announces: nothing

Listens: nothing

Invariants: a first login from elsewhere is a registration, and the gate is asked.
"""
