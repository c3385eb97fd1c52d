"""The administration calls that Synapse's tools make (Ketesa, synapse-admin), under our rules.

Owns: adminapi_roles, adminapi_deletions

Announces: nothing

Listens: nothing

Invariants: only an administrator's account may ask, and only for what the role allows that operators
gave it. Every act, and every look at what is people's, is in the audit log, in the transaction in
which it is done. What takes two operators, or the person themselves, is refused with where to do it.
"""
