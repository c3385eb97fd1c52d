"""Registrations go through the whole gate."""

from tests.gate.conftest import house, test_house

__all__ = ["house", "test_house"]
