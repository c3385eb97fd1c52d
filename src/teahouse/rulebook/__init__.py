"""The rulebook: what content is held against, of the house, and of campaigns while they run.

Owns: nothing

Announces: nothing

Listens: nothing

Invariants: no rule singles people out by what they are. What holds for a time is asked at the moment,
and never kept.
"""
