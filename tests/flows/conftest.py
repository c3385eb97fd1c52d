"""Flows go through the whole gate, some of them on a real server."""

from tests.engines.conftest import opens, place
from tests.gate.conftest import house, test_house

__all__ = ["house", "opens", "place", "test_house"]
