"""A house by the mainland's profile, on a Wednesday morning, in which a minor may pay."""

import pytest

from teahouse.clock import FixedClock
from tests.mainland import house
from tests.screentime.conftest import NOW

__all__ = ["house"]


@pytest.fixture
def clock() -> FixedClock:
    """The morning of 18 November 2026."""
    return FixedClock(NOW)
