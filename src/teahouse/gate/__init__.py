"""The gate: whether a new account may come to be, by which door, where, and what people are told.

Nothing else mints an ``Admission``, and nothing makes an account without one [R-001…R-005, R-009…
R-011, R-013]. The answer comes before anything personal is read.

Owns: gate_epoch, gate_policies, gate_pace, gate_attempts, gate_invites, gate_slips,
gate_overrides, gate_queues

Announces: PolicyChanged

Listens: its own announcements, so that every worker's notices are of the moment.

Invariants: policies are a history: a row is added, and ended, never edited. A decision and the
account that follows from it are one transaction, which holds the epoch in share: a change of policy
is before it or after it. What waits for a work is opened by its verified end, or by two people. Adding a policy never opens anything. Existing people are not asked.
"""
