"""What can be asked for, and what cannot."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.planning.model import (
    Asking,
    BadPlan,
    BadRate,
    Mode,
    NoReason,
    NoSuchScope,
    asked,
    check_rate,
    check_reason,
    scope_of,
)
from teahouse.renewals.model import DEK, INDEX, KEK
from teahouse.reports.model.stolen import STOLEN

KNOWN = [KEK, DEK, INDEX, "house", "session", "signing", "passwords"]


def asking(*classes: str, **told: Any) -> Asking:
    return Asking(classes, None, "ordinary", "a reason", None, "*")._replace(**told)


def test_what_can_be_asked_for() -> None:
    known = [KEK, DEK, INDEX]
    made = asked(asking(), known, 1)
    assert (made.classes, made.suite, made.mode) == ((KEK, DEK, INDEX), 1, Mode.ORDINARY)
    both = asking(INDEX, KEK, suite=2, mode="compromise", rate_max=9)
    assert asked(both, known, 1).classes == (KEK, INDEX)
    for wrong in (
        asking("tea"),
        asking(suite=3),
        asking(mode="slow"),
        asking(DEK, suite=2),
        asking(stolen="tea"),
    ):
        with pytest.raises(BadPlan):
            asked(wrong, known, 1)
    with pytest.raises(NoReason):
        check_reason(" x ")
    for rate in (0, -1, 10**9):
        with pytest.raises(BadRate):
            check_rate(rate)
    assert scope_of("*", "main", ("eu",)) == scope_of("main", "main", ("eu",)) == "*"
    assert scope_of("eu", "main", ("eu",)) == "eu"
    with pytest.raises(NoSuchScope):
        scope_of("mars", "main", ("eu",))


@given(
    stolen=st.sampled_from(sorted(STOLEN)),
    besides=st.sets(st.sampled_from(KNOWN)),
    mode=st.sampled_from(["ordinary", "compromise"]),
)
def test_a_theft_picks_its_classes_and_the_mode(stolen: str, besides: set[str], mode: str) -> None:
    made = asked(asking(*besides, stolen=stolen, mode=mode), KNOWN, 1)
    needed = {step.data_class for step in STOLEN[stolen].steps}
    assert (made.mode, made.stolen) == (Mode.COMPROMISE, stolen)
    assert made.classes == tuple(one for one in KNOWN if one in needed | besides)
    assert asked(asking(stolen=""), KNOWN, 1).stolen is None
