"""The door matrix: every built door, in every state and way of knocking, answers as it says."""

import pytest

from teahouse.cli.doors import Outcome, classes_of, expected
from teahouse.cli.gen import doors
from teahouse.gate.model.doors import DOORS, Door
from teahouse.gate.model.policies import CLASSES, State


@pytest.mark.parametrize("door", Door)
def test_the_page_tells_every_door(door: Door) -> None:
    page, rule = doors(), DOORS[door]
    rows = [row for row in page.splitlines() if row.startswith(f"| {rule.number} | `{door.value}`")]
    assert len(rows) == 1 + len(CLASSES)
    led = "`POST /" in rows[0]
    assert led == rule.built, "a door that is not built has no route, and one that is has some"
    told = {expected(door, one, state) for one in CLASSES for state in State}
    if rule.built and rule.counts_as_registration:
        assert classes_of(door)
        assert {Outcome.MADE, Outcome.LIMITED, Outcome.REFUSED} <= told
    else:
        assert len(told) == 1
