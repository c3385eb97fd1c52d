"""Consent: what people are told about their data, what they answered, and what that allows.

The policy is generated from the register of personal fields, so it cannot leave one out [L-17,
R-091]. What a person is told and answers is a receipt; a receipt's purposes become grounds in the
vault, and the vault seals nothing without one [L-13…L-16, R-092].

Owns: consent_policies, consent_receipts, consent_stepups, consent_asks
Announces: ConsentChanged
Listens: nothing
Invariants: receipts are only ever added; an optional purpose is granted by an explicit yes only;
an answer changes nothing that it does not name; a receipt names a policy that was shown; what is
sensitive opens only for a session that has just shown who it is.
"""
