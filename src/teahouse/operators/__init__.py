"""Who runs the house: operators, apart from accounts, each with a role and a second factor.

Owns: operators_operators, operators_sessions, operators_setup, operators_passkeys,
operators_recovery_codes, operators_rules, operators_spent

Announces: nothing

Invariants: nobody becomes an operator but by a set-up link that was printed on the machine or made
by an owner, and none is active without a second factor. The second factor is
an authenticator or a passkey, as they choose, unless owners ask all for passkeys; a code, an answer
and a recovery code count once.
There is always an active owner once there was one. Nobody takes away their own last factor. What
one session changes about the ways in, and every new session, is told to the operator's others. Every
act is in the audit log.
"""
