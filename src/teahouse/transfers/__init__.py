"""Transfers: personal data that crosses a border, by which mechanism, and of how many people this year.

Owns: transfers_transfers, transfers_volumes, transfers_crossings

Announces: TransfersChanged

Listens: its own announcements, so that every worker knows what may cross.

Invariants: the table of a transfer's life is total. Two operators stand behind each. Volumes only grow within a
year, and are never too small. What is labelled important or core crosses no border.
"""
