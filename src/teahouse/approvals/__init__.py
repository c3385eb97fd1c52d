"""Approvals: registrations that wait for a person's decision, with a reason.

Whatever judge has a registration wait for ``approval`` or ``review``, it stands in this queue until
an operator decides, its owner withdraws, or fourteen days have passed.

Owns: approvals_rules, approvals_requests, approvals_rounds, approvals_letters

Announces: nothing

Listens: nothing

Invariants: a decision has an operator and a reason, which its owner is told in their own language.
What the owner wrote is gone with the decision. Nobody waits for ever: what nobody decided lapses, and
that is told too.
"""
