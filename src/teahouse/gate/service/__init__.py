"""The gate's verbs: deciding at the doors, and setting the rules."""

from teahouse.gate.service.gate import Gate

__all__ = ["Gate"]
