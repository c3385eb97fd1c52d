"""The clients talk to real servers, as the flows do."""

from tests.engines.conftest import opens, place

__all__ = ["opens", "place"]
