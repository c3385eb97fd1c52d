"""What operators and the system decided: a log that only grows, each entry chained to the last.

Owns: audit_entries, audit_head

Announces: nothing

Invariants: sequence numbers are dense; an entry's hash covers its content and the hash before it,
so that a change, a removal or an insertion anywhere shows. No personal data: ids only.
"""
