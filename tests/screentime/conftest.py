"""A house by the mainland's profile, at eight on a Wednesday morning in Shanghai."""

from datetime import UTC, datetime

import pytest

from teahouse.clock import FixedClock
from tests.mainland import house

NOW = datetime(2026, 11, 18, tzinfo=UTC)

__all__ = ["house"]


@pytest.fixture
def clock() -> FixedClock:
    """The morning of 18 November 2026."""
    return FixedClock(NOW)
