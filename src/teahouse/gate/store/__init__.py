"""Every statement over the gate's tables: the rules, and the registrations under way."""

from teahouse.gate.store.registrations import FIELDS

__all__ = ["FIELDS"]
