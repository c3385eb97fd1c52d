"""What people show of themselves: a name, a picture, fields of their own; and to themselves, all.

Owns: profiles_profiles, profiles_public

Announces: ProfileChanged

Listens: AccountCreated, ConsentChanged

Invariants: everything is sealed under the person's key, and written only when there is a ground on
file. A profile goes with its account, in the same transaction.
"""
