"""A back-up of one region comes into another by an entry of the registers, and by nothing else [L-38]."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from teahouse.backups.model.manifest import (
    BackupAbroad,
    Destination,
    Manifest,
    check_region,
)
from teahouse.backups.service.locking import identities_of
from teahouse.backups.service.restoring import read_through
from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from teahouse.processors.model.proof import ProcessorUnfit
from teahouse.processors.model.register import BadProcessorStep
from tests.backups.conftest import Elsewhere
from tests.backups.test_restore import backed_up
from tests.cases.desk import Judge
from tests.living import living
from tests.processors.test_processors import did, two, used
from tests.transfers.test_transfers import at, wanted

OWN: dict[str, Any] = {
    "processor_id": "house-de", "role": "own", "contract": "", "contract_until": None,
    "country": "DE", "ways": ["files"], "hosts": ["two.example"],
}  # fmt: skip

BLANK = Manifest(
    format="", backup_id="", server_name="s", tenant="main", release="", missing=[], keys=[], index=[],
    made_at=datetime(2026, 11, 1, tzinfo=UTC), log_pos=0, ledger_seq=0, migrations={}, tables={},
    blobs_count=0, blobs_bytes=0, public="", region="cn-mainland",
)  # fmt: skip


async def crossing(first: Judge, second: Judge, clock: FixedClock, **more: Any) -> None:
    """Bring a transfer to the house abroad into force."""
    body = wanted(clock, recipient="house-de", country="DE") | more
    assert await at(first, "", body) == (200, "")
    assert await at(second, f"/{body['transfer_id']}/agree") == (200, "")


async def test_l_38_a_house_does_not_move_to_another_region_without_an_entry(
    database: Database, dsn: str, elsewhere: Elsewhere, tmp_path: Path, clock: FixedClock
) -> None:
    async with living(dsn, tmp_path / "one", clock, profile="cn-mainland") as home:
        ann = await home.joined("ann", "+447700900001")
        first, second = await two(home)
        plain = await backed_up(home, tmp_path / "kept")
        elsewhere.settings["profile"] = "eu"
        elsewhere.take(home, "kek")
        with pytest.raises(BackupAbroad, match="say with --country"):
            await elsewhere.load(plain)
        with pytest.raises(BackupAbroad, match="register a processor"):
            await elsewhere.load(plain, country="DE")

        await used(first, second, clock, **OWN)
        keys, making = home.house.registers.keys, home.house.keeping.making
        every = [one.id for one in home.house.people.consent.register.purposes()]
        await crossing(first, second, clock, purposes=every[1:])
        with pytest.raises(ProcessorUnfit, match="every purpose"):
            await keys.kept_by("cli:test", "house-de")
        days = clock.now().date() + timedelta(days=90)
        rest = {"transfer_id": "rest", "purposes": every[:1], "until": days.isoformat()}
        await crossing(first, second, clock, **rest)
        kept_by = await keys.kept_by("cli:test", "house-de")
        made = await making.make(tmp_path / "kept" / "abroad", "cli:test", kept_by=kept_by)
        assert (made.manifest.region, made.backup.kept_by) == ("cn-mainland", "house-de")
        (handed,) = (await first.at("GET", "/providings")).json()["handings"]
        assert (handed["processor_id"], handed["people"] >= 1) == ("house-de", True)

        opening = identities_of(tmp_path / "one" / "keys" / "processors" / "house-de", "")
        with pytest.raises(BackupAbroad, match="SG is abroad"):
            await elsewhere.load(made.path, opening, "SG")
        assert read_through(made.path, opening) == await elsewhere.load(made.path, opening, "DE")
        async with elsewhere.reopened() as there:
            assert (await there.house.people.accounts.account(ann.user_id)).user_id == ann.user_id
        clock.move(timedelta(days=91))
        with pytest.raises(BackupAbroad, match="ended on"):
            await elsewhere.load(made.path, opening, "DE")
        await did(first, "/house-de/end", {"reason": "The machine is sold."})
        late = tmp_path / "kept" / "late"
        with pytest.raises(BadProcessorStep):
            await making.make(late, "cli:test", kept_by=kept_by)
        assert not late.exists(), "what nobody may keep is not left lying"


async def test_l_38_at_home_and_where_no_border_is_known_none_is_needed(
    database: Database, dsn: str, elsewhere: Elsewhere, tmp_path: Path, clock: FixedClock
) -> None:
    async with living(dsn, tmp_path / "one", clock, profile="eu") as home:
        file = await backed_up(home, tmp_path / "kept")
        elsewhere.take(home, "kek")
        manifest = read_through(file, [])
        with pytest.raises(BackupAbroad):
            await elsewhere.load(file, country="CN")
        elsewhere.settings["profile"] = "eu"
        await elsewhere.load(file)
    today = clock.now().date()
    check_region(manifest, "intl", "FR", today)  # another country of the same home
    for unknown in ("", "intl"):
        other = msgspec.structs.replace(manifest, region=unknown)
        for country in ("", "CN", "DE"):
            check_region(other, "intl", country, today)


def test_l_38_an_entry_is_for_one_country_until_its_last_day() -> None:
    to = Destination("house-de", "DE", date(2026, 11, 23))
    told = msgspec.structs.replace(BLANK, kept_by=to)
    check_region(told, "eu", "DE", to.until)
    for country, day in (("DE", to.until + timedelta(days=1)), ("SG", to.until), ("", to.until)):
        with pytest.raises(BackupAbroad):
            check_region(told, "eu", country, day)
    check_region(told, "cn-mainland", "", to.until)
    check_region(told, "eu", "CN", to.until)
