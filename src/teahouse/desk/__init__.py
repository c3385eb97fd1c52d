"""The operators' desk: finding accounts, locking them with a reason, signing out a device.

Owns: nothing

Announces: nothing

Listens: nothing

Invariants: every act is in the audit log, in the transaction in which it is done; what was searched
for is not. Whoever suspends an account here begins an emergency, with a case and a review; a lock without a
cause of safety does, too.
"""
