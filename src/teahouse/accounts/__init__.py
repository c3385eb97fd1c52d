"""People and organisations with an account: names, contacts, credentials, sessions.

Owns: accounts_accounts, accounts_identifiers, accounts_passwords, accounts_sessions

Announces: AccountCreated, AccountStateChanged, AccountDeactivated, SessionOpened, SessionEnded,
DeviceRenamed

Listens: its own announcements, so that no worker honours a session that has ended elsewhere.

Invariants: an account is created, and a guest's becomes an ordinary one, only from an ``Admission``, which only the gate makes. A name is
never given twice, not even after its account is gone. Every personal column is sealed, and is
written only when there is a ground on file. Tokens and passwords are kept as digests.
"""
