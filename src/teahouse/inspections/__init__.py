"""Inspections: visits of an authority's inspectors: by two persons' word, for a time, each look noted.

Owns: inspections_visits

Announces: nothing

Listens: nothing

Invariants: an inspector reads registers and nothing else, and only those of a visit that two operators
agreed to, between its beginning and its end. Each look is in the audit log before it is answered.
What people say to each other is in no register.
"""
