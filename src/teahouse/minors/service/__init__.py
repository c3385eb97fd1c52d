"""Minors' verbs: what ages were told, and what they let people do."""

from teahouse.minors.service.house import Minors, open_minors

__all__ = ["Minors", "open_minors"]
