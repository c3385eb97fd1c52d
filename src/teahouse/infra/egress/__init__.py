"""The one HTTP client that leaves the house.

Owns: nothing
Announces: nothing
Listens: nothing
Invariants: it connects to an address that it has checked itself, never to one inside, except where
the operator's own configuration names the host.
"""
