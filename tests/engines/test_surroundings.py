"""What the doctor says of the proxy, the status site and the calendar: good and red."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from teahouse.calendars.model import calendar
from teahouse.cli.surroundings import Finding, surroundings
from teahouse.clock import FixedClock
from teahouse.config import Config
from teahouse.infra.engines.places import DataDir
from teahouse.infra.http.proxies import Notebook

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def looked_at(
    what: str, place: Path, now: datetime = NOW, trusted_proxies: str = "", **more: str
) -> Finding:
    config = Config(data_dir=str(place), trusted_proxies=trusted_proxies, **more)
    (found,) = [one for one in surroundings(config, FixedClock(now)) if one.what == what]
    return found


def test_a_proxy_that_was_forgotten(tmp_path: Path) -> None:
    assert looked_at("proxy", tmp_path / "none").good
    data = DataDir.open(str(tmp_path))
    Notebook(data.forwarder_file, FixedClock(NOW)).note("10.0.0.9")
    found = looked_at("proxy", tmp_path, NOW + timedelta(hours=1))
    assert not found.good
    assert "set trusted_proxies to 10.0.0.9" in found.advice
    assert looked_at("proxy", tmp_path, NOW, trusted_proxies="10.0.0.0/8").good
    assert looked_at("proxy", tmp_path, NOW + timedelta(days=1)).good  # noted no more
    data.forwarder_file.write_text("{")
    assert looked_at("proxy", tmp_path).good


def test_a_status_site_that_cannot_be_written_or_is_old(tmp_path: Path) -> None:
    def site(folder: Path, now: datetime = NOW) -> Finding:
        return looked_at("status site", tmp_path, now, status_dir=str(folder))

    assert looked_at("status site", tmp_path).good
    assert site(tmp_path / "yet" / "to come").good
    (tmp_path / "file").write_text("no folder")
    barred = site(tmp_path / "file" / "site")
    assert (barred.good, "cannot be written" in barred.words) == (False, True)
    index = tmp_path / "index.html"
    index.write_text("status")
    os.utime(index, (NOW.timestamp(), NOW.timestamp()))
    assert site(tmp_path, NOW + timedelta(minutes=119)).good
    old = site(tmp_path, NOW + timedelta(minutes=120))
    assert (old.good, "every hour" in old.advice) == (False, True)


@pytest.mark.parametrize(
    ("profile", "today", "good"),
    [
        ("cn-mainland", "2026-11-30", True),
        ("cn-mainland", "2026-12-01", False),
        ("cn-mainland", "2027-03-01", False),
        ("intl", "2027-03-01", True),
    ],
)
def test_a_calendar_that_ends_too_soon(
    tmp_path: Path, profile: str, today: str, good: bool
) -> None:
    found = looked_at(
        "holidays", tmp_path, datetime.fromisoformat(f"{today}T03:00Z"), profile=profile
    )
    assert (found.good, bool(found.advice)) == (good, not good)


NOTICE_2026 = {  # the State Council's notice of 4 November 2025: days off, weekend days worked
    "01-01": "01-03", "02-15": "02-23", "04-04": "04-06", "05-01": "05-05", "06-19": "06-21",
    "09-25": "09-27", "10-01": "10-07",
}  # fmt: skip
WORKED_2026 = {"01-04", "02-14", "02-28", "05-09", "09-20", "10-10"}


def test_the_year_is_as_the_state_council_laid_down() -> None:
    days = [date(2026, 1, 1) + timedelta(days=nth) for nth in range(365)]
    off = {
        day
        for day in days
        if any(first <= f"{day:%m-%d}" <= last for first, last in NOTICE_2026.items())
    }
    cn = calendar("cn")
    assert {day for day in cn.off if day.year == 2026} == off
    assert {f"{day:%m-%d}" for day in cn.worked if day.year == 2026} == WORKED_2026
    assert all(day.weekday() >= 5 for day in cn.worked)
