"""Exposures: how much is still under a key that is to go, column by column, over time.

Owns: exposures_points

Announces: nothing

Listens: nothing

Invariants: what was counted is told apart from what is reckoned in between; what is reckoned never
rises. Nothing but counts is kept.
"""
