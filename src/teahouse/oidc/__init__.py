"""OpenID Connect: signing in with an identity provider that the operator trusts.

Owns: oidc_flows, oidc_links, oidc_tokens, oidc_sessions, oidc_logouts

Announces: nothing

Listens: nothing

Invariants: a first login from elsewhere is a registration: the gate is asked first, then the policy
is shown, and until both are answered nothing of what the provider told is stored. It is linked to an
account only by who is signed in to that account, never because an address is the same. When the
provider says that a session of its own is over, the devices that came by it are signed out, and no
others; what it says counts once.
"""
