"""Narrower measures: what would do less than a policy that somebody is thinking of [R-013].

Owns: nothing

Announces: nothing

Listens: nothing

Invariants: what is suggested shuts no more than what was thought of.
"""
