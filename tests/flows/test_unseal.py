"""A look at a minor's record, from danger at night to the yearly report; as docs/flows/unseal.md tells."""

from datetime import timedelta

from teahouse.clock import FixedClock
from tests.cases.desk import judges
from tests.living import Living
from tests.mainland import house
from tests.unsealings.test_unsealings import (
    NOW,
    PLACE,
    act,
    clock,
    code,
    did,
    joined_child,
    lapse,
    seen,
    told,
    wanted,
)

__all__ = ["clock", "house"]


async def test_l_m34_danger_to_life_opens_at_once_and_is_confirmed_within_a_day(
    house: Living, clock: FixedClock
) -> None:
    first, second = await judges(house)
    _, child, child_id = await joined_child(house)
    urgent = wanted(child_id, need="danger", urgent=True, words="They wrote a farewell.")
    made = await did(first, "POST", PLACE, urgent)
    assert (made["state"], made["open"], made["may"]) == ("urgent", True, [])
    assert (await seen(first, child_id))[0] is False
    assert [one["confirmed"] for one in await told(child)] == [False]
    assert (await act(second, made, "confirm"))["state"] == "open"
    assert [one["confirmed"] for one in await told(child)] == [True]
    await act(first, made, "end")
    late = await did(first, "POST", PLACE, urgent)
    clock.move(timedelta(hours=24))
    await lapse(house)
    (found, _) = (await did(first, "GET", PLACE))["unsealings"]
    assert (found["state"], found["overdue"], found["open"]) == ("overdue", True, False)
    assert (await seen(first, child_id))[0] is True
    where = f"{PLACE}/{late['unsealing_id']}"
    assert await code(second, "POST", f"{where}/object", {}) == "unsealings.bad"
    assert (await act(second, late, "object", "It was a song."))["state"] == "objected"
    counted = await house.house.ways.unsealings.counted(NOW, NOW + timedelta(days=2))
    assert (counted.asked, counted.urgent, counted.overdue, counted.objected) == (2, 2, 1, 1)
    assert (counted.refused, counted.looks) == (0, 1)
    begun = await did(first, "POST", "/annuals", {"kind": "minors", "year": 2026})
    figures = {one["id"]: one["count"] for one in begun["figures"]}
    assert (figures["unsealings_asked"], figures["unsealings_overdue"]) == (2, 1)
    assert figures["unsealings_looks"] == 1
