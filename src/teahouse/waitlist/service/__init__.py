"""The waiting list's verbs: for those who wait, for the clock and operators, and for telling."""

from teahouse.waitlist.service.waitlist import Waitlist, make_waitlist

__all__ = ["Waitlist", "make_waitlist"]
