"""Breaches: who is affected when data has leaked, and telling them and the authority.

Owns: breaches_cases, breaches_affected, breaches_notices

Announces: nothing

Listens: nothing; accounts that end are forgotten in the transaction in which they do.

Invariants: nobody who may be affected is left out for being counted later: a window is never
narrower than what was stolen. Contacts are read by two persons' word, for an hour, and each page of
them is in the audit log. A notice lacks nothing that its law wants in it, and stays as it went out: a
correction is another one beside it.
"""
