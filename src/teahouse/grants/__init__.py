"""Grants: other apps are let in by their owner, in the browser (Matrix's OAuth 2.0 API).

Owns: grants_clients, grants_requests, grants_sessions, grants_refreshes, grants_resets

Announces: nothing

Listens: nothing

Invariants: an app is sent back only to an address that it registered, letter by letter. A code is
good once, for a minute, for the app that asked and shows what its challenge was made of. A session
opens only after its owner said yes in a session that still stands. A refresh token that two have
used ends the session. It makes no account: signing up goes through registrations and the gate.
"""
