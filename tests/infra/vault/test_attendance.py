"""Who is at work, and which keys each has: who holds up a promotion, and who uses no key."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from teahouse.infra.db.pool import Database
from teahouse.infra.vault import vault as vault_module
from teahouse.infra.vault.attendance import Attendance
from teahouse.infra.vault.lifecycle import (
    KeyState,
)
from teahouse.infra.vault.model import (
    Fenced,
    KeyNotEverywhere,
)
from teahouse.infra.vault.store.workers import WorkerRow
from teahouse.infra.vault.suites import CHINESE, INTERNATIONAL, SUITES
from teahouse.infra.vault.vault import Vault

from .conftest import (
    BOTH,
    INDEX,
    KEK,
    NUMBER,
    PHONE_FIELD,
    Smith,
    another,
    clock,
    ids,
    opened,
    person,
    sealed,
)


def at_work(
    database: Database, vault: Vault, name: str, seconds: Callable[[], float] = lambda: 0.0
) -> Attendance:
    return Attendance(database, vault.ring, WorkerRow(name, "host", 1, "0", SUITES, 0), seconds)


async def test_a_worker_that_lacks_a_key_holds_up_its_promotion(
    smith: Smith, tmp_path: Path
) -> None:
    apart = tmp_path / "apart"
    apart.mkdir()
    (apart / "keys").mkdir(mode=0o700)
    keys = tmp_path / "keys" / "kek"
    copy = apart / "keys" / "kek"

    def bring() -> None:
        copy.write_bytes(keys.read_bytes())
        copy.chmod(0o600)

    bring()
    there = at_work(smith.database, await another(smith.database, apart), "there")
    here = at_work(smith.database, smith.vault, "here")
    await here.beat()
    await there.beat()
    version = (await smith.do("add", KEK)).version
    await smith.do("distribute", KEK, version)
    assert await here.beat()
    assert not await there.beat(), "its host does not have the key"
    with pytest.raises(KeyNotEverywhere) as refused:
        await smith.do("promote", KEK, version)
    assert refused.value.fields == {"workers": ["host/1"]}
    who = await person(smith.database, there_vault := await another_with(there))
    assert await sealed(smith.database, there_vault, who)
    bring()
    assert await there.beat()
    await smith.do("promote", KEK, version)
    assert (await smith.states(KEK))[version] is KeyState.PRIMARY


async def another_with(there: Attendance) -> Vault:
    return Vault(there.ring, ids(), clock(), vault_module.VaultMeters())


async def test_a_worker_that_is_gone_holds_up_nobody(smith: Smith, tmp_path: Path) -> None:
    gone = at_work(smith.database, await another(smith.database, tmp_path), "gone")
    await gone.join()
    version = (await smith.do("add", INDEX)).version
    await smith.do("distribute", INDEX, version)
    with pytest.raises(KeyNotEverywhere):
        await smith.do("promote", INDEX, version)
    await smith.do("promote", INDEX, version, BOTH)  # break-glass
    await smith.do("promote", INDEX, 1, BOTH)
    async with smith.database.transaction() as tx:
        await tx.run("update vault_workers set heartbeat_at = heartbeat_at - interval '16 s'")
    await smith.do("promote", INDEX, version)
    assert (await smith.states(INDEX))[version] is KeyState.PRIMARY


async def test_a_worker_without_a_suite_is_not_given_its_keys(smith: Smith) -> None:
    old = at_work(smith.database, smith.vault, "old")
    old.worker = old.worker._replace(suites=(INTERNATIONAL,))
    await old.beat()
    version = (await smith.do("add", INDEX, CHINESE)).version
    with pytest.raises(KeyNotEverywhere):
        await smith.do("distribute", INDEX, version)
    await old.start()
    await old.stop()  # it leaves, and with it what held us up
    await smith.do("distribute", INDEX, version)


async def test_a_worker_that_lost_touch_uses_no_key(smith: Smith) -> None:
    seconds = [0.0]
    mine = at_work(smith.database, smith.vault, "mine", lambda: seconds[0])
    await mine.join()
    who = await person(smith.database, smith.vault)
    seconds[0] += 9.0
    value = await sealed(smith.database, smith.vault, who)
    seconds[0] += 2.0
    for use in (
        lambda: smith.vault.indexer.index(PHONE_FIELD, NUMBER),
        lambda: smith.vault.indexer.candidates(PHONE_FIELD, NUMBER),
    ):
        with pytest.raises(Fenced):
            use()
    with pytest.raises(Fenced):
        await sealed(smith.database, smith.vault, who)
    with pytest.raises(Fenced):
        await person(smith.database, smith.vault)
    await mine.beat()
    assert await opened(smith.database, smith.vault, who, value) == NUMBER


async def test_a_change_that_is_announced_is_read_at_once(
    smith: Smith, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teahouse.infra.vault.attendance.BEAT_SECONDS", 3600.0)
    other = await another(smith.database, tmp_path)
    theirs = at_work(smith.database, other, "theirs")
    await theirs.start()
    told = await smith.do("add", INDEX)
    theirs.heard(1, told)
    async with asyncio.timeout(60):  # the next heartbeat is in an hour
        while other.ring.held.generation < told.generation:
            await asyncio.sleep(0)
    await theirs.stop()
    async with smith.database.read() as tx:
        assert await tx.value("select count(*) from vault_workers") == 0
