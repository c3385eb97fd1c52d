"""Screentime: how long minors use the house in a day, and in which hours they may.

Owns: screentime_days, screentime_plans, screentime_schools

Announces: nothing

Listens: MinorChanged, so that every worker remembers what holds now; what a guardian sets here is told
as that

Invariants: of whom nothing is limited nothing is measured. A minute of the day counts once, on however
many devices and workers. Nothing is kept but how many minutes a day had, and which was the last; after
a week not even that. To a guardian a minor writes at any time.
"""
