"""Appearances' verbs: reviews, and stills that a machine points at."""

from teahouse.appearances.service.reviewing import Appearances, Reviewed

__all__ = ["Appearances", "Reviewed"]
