"""What can be asked for, and what cannot."""

import pytest

from teahouse.planning.model import (
    BadPlan,
    BadRate,
    NoReason,
    NoSuchScope,
    asked,
    check_rate,
    check_reason,
    check_scope,
)
from teahouse.renewals.model import DEK, INDEX, KEK


def test_what_can_be_asked_for() -> None:
    known = [KEK, DEK, INDEX]
    made = asked((), known, (None, 1), "ordinary", "a reason", None)
    assert (made.classes, made.suite) == ((KEK, DEK, INDEX), 1)
    assert asked((INDEX, KEK), known, (2, 1), "compromise", "a reason", 9).classes == (KEK, INDEX)
    for classes, suite, mode in (
        (("tea",), None, "ordinary"),
        ((), 3, "ordinary"),
        ((), None, "slow"),
        ((DEK,), 2, "ordinary"),
    ):
        with pytest.raises(BadPlan):
            asked(classes, known, (suite, 1), mode, "a reason", None)
    with pytest.raises(NoReason):
        check_reason(" x ")
    for rate in (0, -1, 10**9):
        with pytest.raises(BadRate):
            check_rate(rate)
    check_scope("*", {"main"})
    check_scope("main", {"main"})
    with pytest.raises(NoSuchScope):
        check_scope("eu", {"main"})
