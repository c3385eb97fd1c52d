"""Regimes: what a new account has to show, by version; older accounts are asked later [R-016].

A house that opens again under stricter rules makes new accounts by the new rules. Accounts from
before keep working: they get a task with a date, at a pace, against which one can appeal. When the
date passes, at most speaking waits; signing in, reading, exporting and leaving never do.

Owns: regimes_regimes, regimes_accounts, regimes_tasks

Announces: RegimePublished

Listens: nothing

Invariants: a version is never edited. An account has one task at most. No task ends a session.
"""
