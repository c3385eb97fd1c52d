"""Passkeys: signing in without a password (WebAuthn Level 3); operators keep theirs themselves.

Owns: passkeys_passkeys, passkeys_spent

Announces: nothing

Listens: nothing

Invariants: a challenge is used once, on any worker. A passkey is added only after its owner has
shown again who they are. The last way in is not taken away without a warning. Passkeys go
with their account, also when its owner puts everybody out of it, and make none.
"""
