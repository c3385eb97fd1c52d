"""Thresholds: for how many people the law asks more, and how near the house is to it.

Owns: thresholds_days, thresholds_crossings

Announces: nothing

Listens: nothing

Invariants: counts of people, never who they are. A threshold is crossed when a day's count says so;
each crossing and each warning is in the audit log once, and stays when the count falls again.
"""
