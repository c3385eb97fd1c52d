"""Approvals: registrations that wait for a person's decision, with a reason.

Owns: nothing

Announces: nothing

Listens: nothing

Invariants: a decision has an operator and a reason.
"""
