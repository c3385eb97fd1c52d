"""A key that back-ups can be opened with only is not destroyed without a word about them [U-22, I8]."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from teahouse.backups.model.known import Backup, Key, needing
from teahouse.backups.model.manifest import NoSuchBackup, StillThere
from teahouse.infra.vault.lifecycle import KeyPurpose
from teahouse.upgrades.model.runs import Act, BackupsKept, BadAct, SecondPerson, State
from tests.upgrades.conftest import ANN, BO, TURNS_MAX, WHY, Site, asking
from tests.upgrades.test_scope import MAINLAND, MOVE

NOW = datetime(2026, 1, 31, tzinfo=UTC)


async def rested(site: Site, tmp_path: Path) -> Path:
    """Return a back-up from before a change of keys, of which the old ones have rested."""
    await site.home.joined("ann", "+447700900001")
    made = await site.home.house.keeping.making.make(tmp_path / "old.backup", "cli:ann")
    plan = await site.upgrades.plan(asking("kek"))
    assert [(one.code, one.count, one.stops) for one in plan.findings] == [
        ("kept_backups", 1, False)
    ]
    assert (await site.upgrades.plan(asking("house"))).findings == ()
    await site.begin("kek")
    assert (await site.turns()).verified_at is not None
    with pytest.raises(BadAct):
        await site.upgrades.agree(ANN, site.run_id, Act.LOSE_BACKUPS, WHY)
    await site.agreed(Act.RETIRE)
    assert (await site.turns()).state is State.SOFT_RETIRE
    await site.rested()
    return made.path


async def test_a_key_that_a_backup_needs_is_destroyed_only_when_two_let_it_go(
    site: Site, tmp_path: Path
) -> None:
    await rested(site, tmp_path)
    upgrades, run_id = site.upgrades, site.run_id
    with pytest.raises(BackupsKept) as refused:
        await upgrades.agree(ANN, run_id, Act.DESTROY, WHY)
    assert "2021-07-27 01:00Z" in refused.value.fields["backups"][0]
    shown = await upgrades.show(run_id)
    assert [one.code for one in shown.findings] == ["kept_backups"]
    assert "lose_backups" in shown.may
    await upgrades.agree(ANN, run_id, Act.LOSE_BACKUPS, WHY)
    with pytest.raises(SecondPerson):
        await upgrades.agree(ANN, run_id, Act.LOSE_BACKUPS, WHY)
    with pytest.raises(BackupsKept):
        await upgrades.agree(ANN, run_id, Act.DESTROY, WHY)
    run = await upgrades.agree(BO, run_id, Act.LOSE_BACKUPS, WHY)
    assert run.state is State.SOFT_RETIRE
    shown = await upgrades.show(run_id)
    assert [one.code for one in shown.findings] == ["lost_backups"]
    assert "lose_backups" not in shown.may
    await site.agreed(Act.DESTROY)
    assert (await site.turns()).state is State.CLOSED
    told = (await site.home.house.doors.reports.one(run_id)).facts
    assert ("lose_backups", 2) in [(act.act, act.persons) for act in told.acts]
    lost = [(one.where, one.what, one.times) for one in told.errors]
    assert lost == [("backups", "lost_backups", 1)]


async def test_a_backup_that_is_destroyed_holds_up_nothing(site: Site, tmp_path: Path) -> None:
    path = await rested(site, tmp_path)
    known = site.home.house.keeping.known
    (backup,) = await known.backups()
    with pytest.raises(StillThere):
        await known.destroyed(ANN, backup.backup_id)
    with pytest.raises(NoSuchBackup):
        await known.destroyed(ANN, "nothing")
    path.unlink()
    await known.destroyed(ANN, backup.backup_id)
    shown = await site.upgrades.show(site.run_id)
    assert (shown.findings, "lose_backups" in shown.may) == ([], False)
    await site.agreed(Act.DESTROY)
    assert (await site.turns()).state is State.CLOSED


async def test_a_key_that_stayed_in_the_file_when_all_fell_goes_all_the_same(
    site: Site, tmp_path: Path
) -> None:
    """The file is changed after the commit: whoever is killed between the two leaves the key."""
    (await rested(site, tmp_path)).unlink()
    house = site.home.house
    (backup,) = await house.keeping.known.backups()
    await house.keeping.known.destroyed(ANN, backup.backup_id)
    file = Path(house.config.data_dir) / "keys" / "kek"
    both = file.read_bytes()
    await site.agreed(Act.DESTROY)
    hand = site.own
    assert hand is not None, "it has the lead; another would have to wait for it by the wall"
    for _ in range(TURNS_MAX):
        await house.ground.attendance.beat()
        await hand.turn()
        async with house.db.read() as tx:
            if (await house.ground.locksmith.key(tx, KeyPurpose.KEK, 1)).state.value == "destroyed":
                break
    assert (await site.run()).state is State.DESTROY
    assert len(both.splitlines()) == 2
    file.write_bytes(both)
    assert (await site.turns()).state is State.CLOSED
    assert file.read_bytes() == both.splitlines(keepends=True)[1]


async def test_a_plan_of_a_region_asks_for_its_own_key(
    site: Site, tmp_path: Path, wiper: asyncpg.Connection
) -> None:
    await site.home.joined("cai", "+447700900001")
    await wiper.execute(MOVE, ["cai"])
    await site.begin("kek", scope=MAINLAND)
    assert (await site.turns()).state is State.READ_NEW
    making, kept = site.home.house.keeping.making, {}
    for scope in (MAINLAND, "eu", "*"):
        found = (await site.upgrades.plan(asking("kek", scope=scope))).findings
        kept[scope] = [one.count for one in found if one.code == "kept_backups"]
    assert kept == {MAINLAND: [], "eu": [], "*": []}
    await making.make(tmp_path / "one.backup", "cli:ann")
    for scope in kept:
        found = (await site.upgrades.plan(asking("kek", scope=scope))).findings
        kept[scope] = [one.count for one in found if one.code == "kept_backups"]
    # A region without a key of its own has none that could go.
    assert kept == {MAINLAND: [1], "eu": [], "*": [1]}


@pytest.mark.parametrize(
    ("days", "key", "count", "gone", "needs"),
    [
        (0, 1, 5, False, True),
        (0, 2, 5, False, False),
        (0, 1, 0, False, False),
        (0, 1, 5, True, False),
        (40, 1, 5, False, True),
        (30, 1, 5, False, False),
    ],
)
def test_which_backups_need_a_key(days: int, key: int, count: int, gone: bool, needs: bool) -> None:
    made_at = NOW - timedelta(days=30)
    keys = (Key("k", 1, count), Key("k", 3, 1))
    one = Backup(
        "b", made_at, "cli:ann", "h:/b", "1", 1, 1, "", False, 0, NOW if gone else None, keys=keys
    )
    assert bool(needing([one], ("k", key), NOW, days)) is needs
