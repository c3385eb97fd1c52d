"""Real names' verbs."""

from teahouse.realnames.service.realnames import Realnames

__all__ = ["Realnames"]
