"""Legacies: who may act for somebody who has died, and what they may have done.

Owns: legacies_wishes, legacies_claims

Announces: nothing

Listens: nothing

Invariants: both tables, of a wish and of a claim, are total. What somebody arranged holds: nobody else
has more done than they said, and "nobody" is for their family too. Two operators look at the papers;
then the account is told, and whoever signs in to it within the time stops everything.
"""
