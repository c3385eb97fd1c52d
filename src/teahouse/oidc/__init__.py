"""OpenID Connect: signing in with an identity provider that the operator trusts.

Owns: oidc_flows, oidc_links, oidc_tokens

Announces: nothing

Listens: nothing

Invariants: a first login from elsewhere is a registration: the gate is asked first, then the policy
is shown, and until both are answered nothing of what the provider told is stored. It is linked to an
account only by who is signed in to that account, never because an address is the same.
"""
