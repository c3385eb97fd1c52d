"""Reports: what a security upgrade did, signed; where old ciphertext may still lie; what to do first.

Owns: reports_reports

Announces: nothing

Listens: nothing; a run hands its facts over in the transaction that ends it.

Invariants: a report is signed, and its digest is in the public history, in the transaction that
stores it; it is never changed. A report does not call a run complete when a value is left under an
old key, a sink could not be looked at, or somebody's data lies where nobody declared it.
"""
