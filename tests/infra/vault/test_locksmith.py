"""Keys in motion, on a real database: who may do what when, and who is behind."""

import asyncio
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.clock import FixedClock
from teahouse.config import Config
from teahouse.infra.db.pool import Database
from teahouse.infra.vault.lifecycle import (
    HOUSE_WORDS_LIFE,
    Facts,
    KeyPurpose,
    KeyState,
    TwoPersons,
    Verb,
    check,
)
from teahouse.infra.vault.locksmith import Locksmith
from teahouse.infra.vault.model import (
    BadKeyState,
    BarrierBlocked,
    KeyNotRested,
    KeyNotSettled,
    NoSuchKey,
    StaleRing,
    TwoPersonsNeeded,
)
from teahouse.infra.vault.store import keys as keys_store
from teahouse.infra.vault.vault import open_vault

from .conftest import (
    BOTH,
    HOUSE,
    INDEX,
    KEK,
    NUMBER,
    ON_DATABASE,
    PEPPER,
    Smith,
    another,
    clock,
    ids,
    opened,
    person,
    sealed,
)


async def test_a_key_goes_its_whole_way(smith: Smith) -> None:
    moves: list[tuple[str, dict[str, object]]] = [
        ("distribute", {}),
        ("promote", {}),
        ("revive", {"agreed": BOTH}),
    ]
    told = await smith.do("add", PEPPER)
    assert (told.purpose, told.version, told.state) == ("pepper", 1, "pending")
    with pytest.raises(BadKeyState):
        await smith.do("promote", PEPPER, 1)
    assert PEPPER not in smith.vault.ring.held.secrets
    for verb, more in moves[:2]:
        later = await smith.do(verb, PEPPER, 1, **more)
        assert later.generation == told.generation + 1
        told = later
    await smith.reload()
    assert smith.vault.ring.held.secrets[PEPPER].primary == 1
    assert await smith.next_key(PEPPER) == 2
    assert await smith.states(PEPPER) == {1: KeyState.DECRYPT_ONLY, 2: KeyState.PRIMARY}
    await smith.do("promote", PEPPER, 1)  # given up half-way, and taken up again
    await smith.do("promote", PEPPER, 2)
    with pytest.raises(KeyNotSettled):
        await smith.do("soft_disable", PEPPER, 1)
    await smith.settle()
    await smith.do("soft_disable", PEPPER, 1)
    await smith.reload()
    assert list(smith.vault.ring.held.secrets[PEPPER].keys) == [2]
    with pytest.raises(TwoPersonsNeeded):
        await smith.do("revive", PEPPER, 1, TwoPersons("ann", "ann"))
    await smith.do("revive", PEPPER, 1, BOTH)
    await smith.settle()
    await smith.do("soft_disable", PEPPER, 1)
    with pytest.raises(TwoPersonsNeeded):
        await smith.do("destroy", PEPPER, 1)
    await smith.do("destroy", PEPPER, 1, BOTH)
    async with smith.database.read() as tx:
        left = "select wrapped from vault_keys where purpose = 'pepper' order by version"
        assert [row[0] is None for row in await tx.rows(left)] == [True, False]
    with pytest.raises(BadKeyState):
        await smith.do("revive", PEPPER, 1, BOTH)
    with pytest.raises(NoSuchKey):
        await smith.do("distribute", PEPPER, 9)


async def test_what_comes_to_nothing_changed_nothing(smith: Smith) -> None:
    with pytest.raises(BadKeyState):
        async with smith.database.transaction() as tx:
            await smith.smith.add(tx, PEPPER)
            await smith.smith.promote(tx, INDEX, 1)
    assert await smith.states(PEPPER) == {}
    async with smith.database.read() as tx:
        assert (await keys_store.ring(tx)).generation == 1


@ON_DATABASE
@given(
    moves=st.lists(
        st.tuples(st.sampled_from(["add", "settle", *Verb]), st.integers(1, 3)), max_size=14
    )
)
async def test_the_database_agrees_with_the_rules(
    smith: Smith, moves: list[tuple[str, int]]
) -> None:
    """Verbs at random: the rows are what the pure table says they should be."""
    async with smith.database.transaction() as tx:
        await tx.run("delete from vault_keys where purpose = 'session'")
    model: dict[int, KeyState] = {}
    unsettled: set[int] = set()
    for name, version in moves:
        if name == "add":
            told = await smith.do("add", KeyPurpose.SESSION)
            model[told.version] = KeyState.PENDING
            continue
        if name == "settle":
            await smith.settle()
            unsettled.clear()
            continue
        verb = Verb(name)
        so = Facts(settled=version not in unsettled, agreed=BOTH)
        more = {"agreed": BOTH} if verb in (Verb.PROMOTE, Verb.REVIVE, Verb.DESTROY) else {}
        try:
            becomes = check(verb, model[version], so)
        except (KeyError, BadKeyState, KeyNotSettled):
            with pytest.raises((NoSuchKey, BadKeyState, KeyNotSettled)):
                await smith.do(verb.value, KeyPurpose.SESSION, version, **more)
        else:
            await smith.do(verb.value, KeyPurpose.SESSION, version, **more)
            if becomes is KeyState.PRIMARY:
                for other, state in list(model.items()):
                    if state is KeyState.PRIMARY:
                        model[other] = KeyState.DECRYPT_ONLY
                        unsettled.add(other)
            model[version] = becomes
            unsettled.add(version)
        assert await smith.states(KeyPurpose.SESSION) == model


async def test_words_outlive_the_key_they_were_made_under(
    database: Database, tmp_path: Path
) -> None:
    moving = FixedClock(clock().now())
    async with database.transaction() as tx:
        vault = await open_vault(tx, Config(data_dir=str(tmp_path)), moving, ids())
    smith = Smith(database, vault, Locksmith(vault.ring, vault.ids, moving))
    (first,) = vault.ring.house_keys()
    await smith.next_key(HOUSE)
    assert vault.ring.house_keys()[1:] == (first,)
    assert vault.ring.oldest_house_key() == first
    await smith.settle()
    with pytest.raises(KeyNotRested):
        await smith.do("soft_disable", HOUSE, 1)
    moving.move(HOUSE_WORDS_LIFE)
    await smith.do("soft_disable", HOUSE, 1)
    await smith.reload()
    assert first not in vault.ring.house_keys()
    assert vault.ring.oldest_house_key() == vault.ring.house_keys()[0]


# -- rings that are behind ---------------------------------------------------------------------


async def test_a_ring_that_is_behind_cannot_wrap_under_an_old_key(
    smith: Smith, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind = await another(smith.database, tmp_path)
    await person(smith.database, behind)
    version = await smith.next_key(KEK)
    await person(smith.database, behind)  # until the floor is raised it may
    await smith.raise_floor()

    async def deaf(_tx: object) -> None:
        return

    with monkeypatch.context() as patch:
        patch.setattr(behind.ring, "reload", deaf)
        with pytest.raises(StaleRing):
            await person(smith.database, behind)
    await person(smith.database, behind)  # it reads the keys again, and nobody notices
    assert behind.ring.held.primary.version == version
    async with smith.database.read() as tx:
        query = (
            "select kek_version, count(*) from vault_deks where subject_id <> 'house' group by 1"
        )
        assert dict(list(row) for row in await tx.rows(query)) == {1: 2, version: 1}


async def test_what_others_wrapped_under_a_new_key_opens(smith: Smith, tmp_path: Path) -> None:
    behind = await another(smith.database, tmp_path)
    await smith.next_key(KEK)
    who = await person(smith.database, smith.vault)
    value = await sealed(smith.database, smith.vault, who)
    assert await opened(smith.database, behind, who, value) == NUMBER


async def test_older_keys_never_replace_newer_ones(smith: Smith) -> None:
    before = smith.vault.ring.held
    await smith.next_key(INDEX)
    smith.vault.ring.held = replace(smith.vault.ring.held, generation=99)
    await smith.reload()
    assert smith.vault.ring.held.generation == 99
    smith.vault.ring.held = before
    await smith.reload()
    assert smith.vault.ring.held.index.primary == 2


async def test_the_barrier_waits_for_whoever_began_before(smith: Smith, dsn: str) -> None:
    """Also for one that has not written yet, and so will have an xid of after the raise."""
    older, later = await asyncpg.connect(dsn), await asyncpg.connect(dsn)
    began = older.transaction()
    await began.start()
    assert await older.fetchval("select pg_current_xact_id_if_assigned()") is None
    floor = await smith.raise_floor()
    with pytest.raises(BarrierBlocked) as refused:
        await smith.smith.barrier(smith.database, 0.15)
    assert refused.value.fields == {"left": 1}
    waiting = asyncio.ensure_future(smith.smith.barrier(smith.database))
    async with smith.database.read() as tx:  # it has looked who is there when this comes back
        await tx.value("select 1")
    await asyncio.wait([waiting], timeout=0.1)
    later_began = later.transaction()
    await later_began.start()
    await later.fetchval("select 1")
    assert not waiting.done()
    await older.fetchval("select pg_current_xact_id()")
    await began.commit()
    assert await waiting == floor, "who began after the raise is not waited for"
    async with smith.database.read() as tx:
        assert (await keys_store.ring(tx)).settled == floor
    await later_began.rollback()
    for connection in (older, later):
        await connection.close()
