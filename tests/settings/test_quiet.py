"""Quiet hours chosen in the console reach the hands that work, and only hours are taken."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.app.quiet import keep_quiet
from teahouse.config import Config, quiet_spans
from teahouse.infra.pace import Hours
from teahouse.renewals.service.feeling import Feeling
from teahouse.settings import model
from teahouse.settings.model import BadQuiet, Stretch
from tests.living import Living, living
from tests.settings.conftest import owner

PLACE = "/api/v1/operator/settings"
EVENING = {"begins": "18:00", "ends": "23:00"}
NIGHT = {"begins": "23:30", "ends": "00:00"}


def hours(*stretches: dict[str, str], zone: str = "Asia/Shanghai") -> dict[str, Any]:
    return {"stretches": list(stretches), "zone": zone}


async def test_hours_are_chosen_in_the_console_and_hands_keep_them(house: Living) -> None:
    ada = await owner(house)
    here = house.house
    assert (await ada.did("GET", PLACE))["quiet"] == hours(zone="UTC")
    feeling = Feeling(here.db, here.ground.clock)
    keep_quiet(feeling, here.config)
    here.people.settings.changed.append(lambda: keep_quiet(feeling, here.config))
    assert (feeling.quiet, feeling.pace.limits.quiet) == ((), ())
    told = await ada.did("PUT", f"{PLACE}/quiet", hours(EVENING, NIGHT))
    assert told["quiet"] == hours(EVENING, NIGHT)
    spans = (Hours(1080, 1380), Hours(1410, 1440))
    assert (feeling.quiet, feeling.pace.limits.quiet) == (spans, spans)
    assert str(feeling.zone) == "Asia/Shanghai"
    await ada.did("PUT", f"{PLACE}/quiet", hours(zone="UTC"))
    assert (feeling.quiet, feeling.pace.limits.quiet) == ((), ())
    acts = [json.loads(one.detail) for one in await here.people.audit.page(limit=2, act="settings")]
    assert acts == [{"names": ["upgrade_quiet_hours", "upgrade_quiet_zone"]}] * 2


async def test_who_may_choose_and_what(house: Living) -> None:
    ada, auditor = await owner(house), await owner(house, "bob", "auditor")
    assert (await auditor.ask("PUT", f"{PLACE}/quiet", hours(EVENING))).status_code == 403
    for wrong in (
        hours({"begins": "18:00", "ends": "18:00"}),
        hours({"begins": "24:00", "ends": "06:00"}),
        hours({"begins": "6pm", "ends": "23:00"}),
        hours({"begins": "18:00-19:00, 20:00", "ends": "23:00"}),
        hours(*[EVENING] * 9),
        hours(EVENING, zone="Mars/Olympus"),
        hours(EVENING, zone=""),
    ):
        answer = await ada.ask("PUT", f"{PLACE}/quiet", wrong)
        assert (answer.status_code, answer.json()["code"]) == (422, "settings.bad_quiet"), wrong
    assert house.house.config.upgrade_quiet_hours == ""


async def test_hours_in_the_file_are_fixed(database: object, dsn: str, tmp_path: Path) -> None:
    async with living(dsn, tmp_path, upgrade_quiet_hours="7:30-9, 20-24") as house:
        ada = await owner(house)
        told = await ada.did("GET", PLACE)
        morning, late = {"begins": "07:30", "ends": "09:00"}, {"begins": "20:00", "ends": "00:00"}
        assert (told["quiet"], told["fixed"]) == (hours(morning, late, zone="UTC"), ["quiet"])
        answer = await ada.ask("PUT", f"{PLACE}/quiet", hours(EVENING))
        assert (answer.status_code, answer.json()["code"]) == (409, "settings.fixed")


def test_a_zone_that_only_others_know_is_taken_for_utc() -> None:
    feeling: Any = Feeling(None, None)  # pyright: ignore[reportArgumentType] - neither is asked
    keep_quiet(feeling, Config(upgrade_quiet_hours="18-23", upgrade_quiet_zone="Mars/Olympus"))
    assert (feeling.quiet, str(feeling.zone)) == ((Hours(1080, 1380),), "UTC")


MINUTES = st.integers(0, 24 * 60 - 1)


@given(st.lists(st.tuples(MINUTES, MINUTES), max_size=8))
def test_what_is_chosen_is_read_as_it_was_written(spans: list[tuple[int, int]]) -> None:
    of_day = [tuple(f"{at // 60:02}:{at % 60:02}" for at in span) for span in spans]
    stretches = [Stretch(*both) for both in of_day]
    if any(begins == ends for begins, ends in spans):
        with pytest.raises(BadQuiet):
            model.quiet_values(stretches, "UTC")
        return
    kept = model.quiet_values(stretches, "UTC")["upgrade_quiet_hours"]
    assert model.quiet_stretches(kept) == stretches
    assert [(begins, ends % 1440) for begins, ends in quiet_spans(kept)] == spans
