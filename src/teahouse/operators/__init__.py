"""Who runs the house: operators, apart from accounts, each with a role and a second factor.

Owns: operators_operators, operators_sessions, operators_setup

Announces: nothing

Invariants: nobody becomes an operator but by a set-up link that was printed on the machine or made
by an owner, and none is active without a second factor. A code of the second factor counts once.
There is always an active owner once there was one. Every act is in the audit log.
"""
