"""Sliding sync's verbs: which rooms, what of them, and waiting."""
