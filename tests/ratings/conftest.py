"""A house by the mainland's profile, half an hour before midnight in Shanghai."""

from tests.mainland import house
from tests.minors.conftest import clock

__all__ = ["clock", "house"]
