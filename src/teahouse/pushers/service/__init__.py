"""Pushers' verbs: keep them, find out whom to wake, find out what of, tell."""
