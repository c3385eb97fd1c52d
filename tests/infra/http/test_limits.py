"""Buckets that strangers fill."""

import sys

import pytest

from teahouse.clock import FixedClock
from teahouse.errors import TooMany
from teahouse.infra.http.limits import KEY_LETTERS_MAX, Limit, Limiter


def test_what_a_stranger_writes_is_not_kept(clock: FixedClock) -> None:
    limiter, limit = Limiter(clock), Limit("login.name", per_minute=1, burst=1)
    long = "a" * 1_000_000
    limiter.take(limit, long)
    limiter.take(limit, long[:-1])  # another name, another bucket
    with pytest.raises(TooMany):
        limiter.take(limit, long)
    kept = [key for _, key in vars(limiter)["_buckets"]]  # what is in memory is the point
    assert len(kept) == 2
    assert all(sys.getsizeof(key) < 4 * KEY_LETTERS_MAX for key in kept)
