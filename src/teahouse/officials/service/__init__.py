"""Officials' verbs: say who is behind an account, and have a change of that reviewed."""

from teahouse.officials.service.officials import Officials

__all__ = ["Officials"]
