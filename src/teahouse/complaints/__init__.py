"""Complaints: people report an event, a room or somebody; operators look, decide, and answer.

Owns: complaints_complaints

Invariants: what somebody writes is sealed under a key of the complaint's own, and gone a year after
the decision. Whoever reports a room or a person learns nothing of whether there is one. Each
decision has a reason, is audited, and is told to whoever complained.
"""
