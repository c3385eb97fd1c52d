"""Disclosures: what authorities asked to be told of people, and what they were given or refused.

Owns: disclosures_requests

Announces: nothing

Listens: nothing

Invariants: the table of a request's life is total. Nothing is given but by two operators. A foreign
authority is given nothing of accounts in the mainland without the approval that the law asks for. What
was asked and given is sealed; what is published is counts by year, those below ten as a range.
"""
