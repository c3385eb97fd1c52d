"""A region's keys, changed without touching the others': by the ids of the keys, and byte for byte."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.config import Config, RegionKeys
from teahouse.infra.db.pool import Database
from teahouse.infra.vault.forward import Forward
from teahouse.infra.vault.keyfile import KeyFile
from teahouse.infra.vault.lifecycle import KeyState
from teahouse.infra.vault.model import SHARED, BadKeys, KeyInUse, KeyNotEverywhere, KeyRef
from teahouse.infra.vault.rewrap import START, Rewrap
from teahouse.infra.vault.store import census, sweeping
from teahouse.infra.vault.store import workers as workers_store
from teahouse.infra.vault.store.workers import WorkerRow
from teahouse.infra.vault.suites import CHINESE, INTERNATIONAL
from teahouse.infra.vault.sweep.roll import Roll
from teahouse.infra.vault.vault import open_vault

from .conftest import (
    BOTH,
    KEK,
    NOON,
    NUMBER,
    ON_DATABASE,
    Smith,
    clock,
    ids,
    opened,
    person,
    sealed,
)
from .contacts import LATER, Contacts, phone
from .test_sweep import SINCE

MAINLAND, EUROPE = "cn-mainland", "eu"
DEKS = """
select s.scope, d.dek_id, d.version, d.kek_id, d.kek_version, d.wrapped_dek, d.seals_count
from vault_deks d join vault_subjects s using (subject_id) order by 1, 2, 3"""


async def deks(smith: Smith) -> dict[str, list[tuple[object, ...]]]:
    """Return the data keys as they are kept, by scope."""
    found: dict[str, list[tuple[object, ...]]] = {MAINLAND: [], EUROPE: [], SHARED: []}
    async with smith.database.read() as tx:
        for row in await tx.rows(DEKS):
            found[row[0]].append(tuple(row)[1:])
    return found


async def settled(smith: Smith, who: str, scope: str) -> str:
    async with smith.database.transaction() as tx:
        await smith.vault.move_subject(tx, who, scope)
    return who


async def own_key(smith: Smith, scope: str, suite: int = INTERNATIONAL) -> KeyRef:
    """Give a scope the next key of its own."""
    version = (await smith.do("add", KEK, suite, scope)).version
    await smith.do("distribute", KEK, version)
    await smith.do("promote", KEK, version)
    await smith.reload()
    return await smith.ref(KEK, version)


async def rewrapped(smith: Smith, scope: str, old: KeyRef | None, rows_max: int = 3) -> int:
    rewrap, done, after = Rewrap(smith.database, smith.vault.ring), 0, START
    while True:
        page = await rewrap.scope_page(scope, old, after, rows_max)
        done += page.done
        if page.last is None:
            return done
        after = page.last


async def test_only_the_region_gets_new_keys(smith: Smith) -> None:
    contacts = Contacts(smith)
    people = await contacts.people(9)
    whose = dict(zip(people, [MAINLAND, EUROPE, SHARED] * 3, strict=True))
    for who, scope in whose.items():
        await settled(smith, who, scope)
    before, rows = await deks(smith), await contacts.rows()
    key = await own_key(smith, MAINLAND)
    assert smith.vault.ring.held.wrapping(MAINLAND) == (key, INTERNATIONAL)
    assert smith.vault.ring.held.wrapping(EUROPE)[0] == smith.vault.ring.held.primary
    assert await rewrapped(smith, MAINLAND, None) == 3
    wanted: dict[str, object] = {"since": SINCE, "scope": MAINLAND}
    assert (await contacts.swept(**wanted)).sealed == 6
    after = await deks(smith)
    assert (after[EUROPE], after[SHARED]) == (before[EUROPE], before[SHARED])
    assert {(row[2], row[3]) for row in after[MAINLAND]} == {key}
    now = {row[:2]: row for row in await contacts.rows()}
    for row in rows:
        assert (now[row[:2]] == row) == (whose[row[0]] != MAINLAND)
    seen = await contacts.verified(**wanted)
    assert [(one.values, one.old, one.broken) for one in seen.columns.values()] == [(3, 0, [])] * 2
    assert {one.old for one in (await contacts.verified(since=SINCE)).columns.values()} == {6}
    for nth, who in enumerate(people):
        assert await contacts.text(who) == phone(nth)
    await _old_go(smith, key)


async def _old_go(smith: Smith, key: KeyRef) -> None:
    """Destroy what the region had: its old data keys, and with the next key this one."""
    roll = Roll(smith.database, smith.vault.ring, smith.vault.ids, smith.vault.clock)
    others = (await deks(smith))[EUROPE]
    assert (await roll.destroy_old(SINCE, scope=EUROPE)).done == 0
    assert (await roll.destroy_old(SINCE, scope=MAINLAND)).done == 3
    async with smith.database.read() as tx:
        assert await sweeping.old_living(tx, SINCE, MAINLAND) == 0
        assert await sweeping.old_living(tx, SINCE) == 7  # three, three, and the house
    following = await own_key(smith, MAINLAND, CHINESE)
    states = await smith.states(KEK)
    assert states[key.version] is KeyState.DECRYPT_ONLY
    assert states[smith.vault.ring.held.primary.version] is KeyState.PRIMARY
    await smith.settle()
    with pytest.raises(KeyInUse):
        await smith.do("soft_disable", KEK, key.version)
    assert await rewrapped(smith, MAINLAND, key) == 3
    await smith.do("soft_disable", KEK, key.version)
    await smith.do("destroy", KEK, key.version, BOTH)
    async with smith.database.read() as tx:
        told = await census.by_scope(tx, MAINLAND, SINCE)
    inside = {(one.kek_id, one.kek_version): (one.deks, one.young) for one in told if one.inside}
    assert inside == {following: (3, 3)}
    assert sum(one.young for one in told if not one.inside) == 0
    assert (await deks(smith))[EUROPE] == others


async def test_whole_and_region_leave_each_other_their_keys(smith: Smith) -> None:
    here = await settled(smith, await person(smith.database, smith.vault), MAINLAND)
    there = await settled(smith, await person(smith.database, smith.vault), EUROPE)
    values = {who: await sealed(smith.database, smith.vault, who) for who in (here, there)}
    own, former = await own_key(smith, MAINLAND), smith.vault.ring.held.primary
    await rewrapped(smith, MAINLAND, None)
    await smith.next_key(KEK)
    assert smith.vault.ring.held.wrapping(MAINLAND)[0] == own
    mine = (await deks(smith))[MAINLAND]
    assert await Rewrap(smith.database, smith.vault.ring).whole(former) == 2  # and the house's
    assert (await deks(smith))[MAINLAND] == mine
    await settled(smith, there, MAINLAND)
    assert {(row[2], row[3]) for row in (await deks(smith))[MAINLAND]} == {own}
    await settled(smith, here, EUROPE)
    moved = (await deks(smith))[EUROPE]
    assert [(row[2], row[3]) for row in moved] == [smith.vault.ring.held.primary]
    smith.vault._ciphers.clear()
    for who, value in values.items():
        assert await opened(smith.database, smith.vault, who, value) == NUMBER
    forward = Forward(smith.database, smith.vault.ring, [])
    assert (await forward.whole([], NOON)).rewrapped == 3  # the house's own, and nobody's
    assert smith.vault.ring.held.wrapping(MAINLAND)[0] == own


async def test_what_is_sealed_by_people_is_young_only_there(smith: Smith) -> None:
    here = await settled(smith, await person(smith.database, smith.vault), MAINLAND)
    there = await person(smith.database, smith.vault)
    async with smith.database.transaction() as tx:
        since = await smith.smith.seal_since(tx, MAINLAND)
    for who in (here, there):
        await sealed(smith.database, smith.vault, who)
    async with smith.database.read() as tx:
        found = await sweeping.of_subjects(tx, [here, there])
    assert {(one.subject_id, one.version): one.created_at >= since for one in found} == {
        (here, 1): False,
        (here, 2): True,
        (there, 1): False,
    }
    fresh = await person(smith.database, smith.vault)
    value = await sealed(smith.database, smith.vault, here)
    async with smith.database.transaction() as tx:
        await smith.smith.retire_before(tx, since, MAINLAND)
    for who in (fresh, here, there):
        await opened(
            smith.database,
            smith.vault,
            who,
            value if who == here else await sealed(smith.database, smith.vault, who),
        )
    assert not smith.vault.ring.late
    async with smith.database.transaction() as tx:
        await smith.smith.retire_before(tx, LATER, MAINLAND)
    await opened(smith.database, smith.vault, here, value)
    assert smith.vault.ring.late.total() == 1


async def test_a_worker_of_the_release_before_holds_it_up(smith: Smith) -> None:
    version = (await smith.do("add", KEK, INTERNATIONAL, MAINLAND)).version
    before = WorkerRow("one", "host", 7, "0", (1, 2), 99, scoped=False)
    async with smith.database.transaction() as tx:
        await workers_store.beat(tx, before)
    with pytest.raises(KeyNotEverywhere) as refused:
        await smith.do("distribute", KEK, version)
    assert refused.value.fields == {"workers": ["host/7"]}
    async with smith.database.transaction() as tx:
        await workers_store.leave(tx, "one")
    await smith.do("distribute", KEK, version)
    await smith.do("promote", KEK, version)
    async with smith.database.read() as tx:  # and should one come back, it wraps nothing by it
        rows = await tx.rows("select state, leads from vault_keys where purpose = 'kek' order by 1")
    assert [tuple(row) for row in rows] == [("decrypt_only", True), ("primary", False)]


async def test_a_region_keeps_its_keys_elsewhere(
    smith: Smith, database: Database, tmp_path: Path
) -> None:
    apart = tmp_path / "mainland" / "kek"
    kept = (RegionKeys(region=MAINLAND, key_file=str(apart)),)
    config = Config(data_dir=str(tmp_path), region_keys=kept)
    async with database.transaction() as tx:
        vault = await open_vault(tx, config, clock(), ids())
    there = replace(smith, vault=vault, smith=replace(smith.smith, ring=vault.ring))
    who = await settled(there, await person(database, vault), MAINLAND)
    shared = KeyFile(tmp_path / "keys" / "kek", ids())
    key = await own_key(there, MAINLAND)
    value = await sealed(database, vault, who)
    assert list(KeyFile(apart, ids()).held()) == [key]
    assert list(shared.held()) == [smith.vault.ring.held.primary]
    with pytest.raises(BadKeys, match="lacks"):  # so it does not say that it has it
        await smith.reload()
    assert await rewrapped(there, MAINLAND, None) == 1
    vault._ciphers.clear()
    assert await opened(database, vault, who, value) == NUMBER
    await there.vault.ring.source.remove(key)
    assert list(KeyFile(apart, ids()).held()) == []


async def test_a_key_in_the_one_file_stands_before_that_of_all(smith: Smith) -> None:
    key = await own_key(smith, MAINLAND)
    source = smith.vault.ring.source
    assert isinstance(source, KeyFile)
    assert list(source.held()) == [key, smith.vault.ring.held.primary]
    assert await source.newest() == smith.vault.ring.held.primary


acts = st.lists(
    st.tuples(
        st.sampled_from(["person", "key", "rewrap", "move", "erase", "all", "roll"]),
        st.sampled_from([MAINLAND, EUROPE, SHARED]),
    ),
    min_size=4,
    max_size=14,
)


@ON_DATABASE
@given(plan=acts)
async def test_in_whatever_order_each_scope_has_its_own(
    smith: Smith, plan: list[tuple[str, str]]
) -> None:
    values: dict[str, bytes] = {}
    scopes: dict[str, str] = {}
    roll = Roll(smith.database, smith.vault.ring, smith.vault.ids, smith.vault.clock)
    for act, scope in plan:
        before = await deks(smith)
        former, _ = smith.vault.ring.held.scoped.get(scope, (None, 0))
        if act == "person":
            who = await settled(smith, await person(smith.database, smith.vault), scope)
            values[who], scopes[who] = await sealed(smith.database, smith.vault, who), scope
        elif act == "key" and scope != SHARED:
            await own_key(smith, scope)
            await rewrapped(smith, scope, former)
        elif act == "rewrap" and scope != SHARED:
            await rewrapped(smith, scope, None)
        elif act == "roll":
            await roll.page(LATER, scope=scope)
        elif act == "all":
            primary = smith.vault.ring.held.primary
            await smith.next_key(KEK)
            await Rewrap(smith.database, smith.vault.ring).whole(primary)
        elif scopes and act in ("move", "erase"):
            who = min(scopes)
            if act == "move":
                await settled(smith, who, scope)
                scopes[who] = scope
            else:
                async with smith.database.transaction() as tx:
                    await smith.vault.destroy_subject(tx, who)
                del scopes[who], values[who]
        if act in ("key", "rewrap", "roll") and scope != SHARED:
            after = await deks(smith)
            assert [after[one] for one in after if one != scope] == [
                before[one] for one in before if one != scope
            ]
        await _each_its_own(smith, {scope} if act in ("key", "rewrap") else set())
    smith.vault._ciphers.clear()
    for who, value in values.items():
        assert await opened(smith.database, smith.vault, who, value) == NUMBER


async def _each_its_own(smith: Smith, done: set[str]) -> None:
    async with smith.database.read() as tx:
        leads = await tx.rows(
            "select scope, count(*) filter (where leads or state = 'primary')"
            " from vault_keys where purpose = 'kek' group by 1"
        )
    assert {row[1] for row in leads} == {1}, Counter(dict(map(tuple, leads)))
    keys, found = smith.vault.ring.held, await deks(smith)
    for scope in done - {SHARED}:
        assert {(row[2], row[3]) for row in found[scope] if row[4] is not None} <= {
            keys.wrapping(scope)[0]
        }
