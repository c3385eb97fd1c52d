"""Screening's statements, in three files: counts, rules and lists, and what was seen of sign-ups."""

from teahouse.screening.store.sightings import FIELDS

__all__ = ["FIELDS"]
