"""A house by the mainland's profile, half an hour before midnight in Shanghai."""

import pytest

from teahouse.clock import FixedClock
from tests.mainland import house
from tests.minors.test_minors import NOW

__all__ = ["house"]


@pytest.fixture
def clock() -> FixedClock:
    """The evening of 21 November 2026."""
    return FixedClock(NOW)
