"""Phone holders' verbs."""

from teahouse.phoneholders.service.phoneholders import PhoneHolders

__all__ = ["PhoneHolders"]
