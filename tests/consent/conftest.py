"""Consent is given on the way through the gate."""

from tests.gate.conftest import house

__all__ = ["house"]
