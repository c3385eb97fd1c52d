"""The gate's verbs: deciding at the doors, setting the rules, taking people through."""

from teahouse.gate.service.gate import Gate

__all__ = ["Gate"]
