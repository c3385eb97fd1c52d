"""Each of the thirty-one behaviours is not ours, and would be seen if it were."""

import pytest

from tests.behaviours.product import product
from tests.behaviours.register import BEHAVIOURS, Behaviour, page
from tests.house.source import ROOT


def named(one: Behaviour) -> str:
    return f"B{one.number}"


@pytest.mark.parametrize("one", BEHAVIOURS, ids=named)
def test_it_is_not_ours_and_would_be_seen(one: Behaviour) -> None:
    facts = product()
    assert one.holds(facts), one.what
    assert not one.holds(one.plant(facts)), "the planted fault is not seen"


def test_there_are_thirty_one_and_each_has_a_test() -> None:
    assert [one.number for one in BEHAVIOURS] == list(range(1, 32))
    assert all(one.tests for one in BEHAVIOURS)
    missing = {test for one in BEHAVIOURS for test in one.tests if not (ROOT / test).exists()}
    assert missing == set()


def test_the_page_is_up_to_date() -> None:
    assert (ROOT / "docs" / "behaviours.md").read_text("utf-8") == page(), "run make gen"
