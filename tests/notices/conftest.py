"""The house as the gate's tests have it."""

from tests.gate.conftest import house

__all__ = ["house"]
