"""Officials are registered through the whole gate."""

from tests.gate.conftest import house

__all__ = ["house"]
