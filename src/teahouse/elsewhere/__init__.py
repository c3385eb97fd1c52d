"""Elsewhere: what Matrix's clients ask of a house, and this one does in another place, or not.

Invariants: each is answered in the specification's own words, so that a client can say what is the
matter; nothing of what is sent here is kept.
"""
