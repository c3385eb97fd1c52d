"""Sync's verbs: wait, gather, build."""
