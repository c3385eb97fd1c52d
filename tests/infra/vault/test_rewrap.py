"""Wrapping anew: nothing is left under the old key, nothing erased comes back."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.infra.vault import store
from teahouse.infra.vault.envelope import Place
from teahouse.infra.vault.keyfile import KeySource
from teahouse.infra.vault.model import (
    Erased,
    KeyInUse,
    KeyRef,
    UnknownKey,
)
from teahouse.infra.vault.rewrap import Rewrap
from teahouse.infra.vault.suites import CHINESE, INTERNATIONAL

from .conftest import (
    BOTH,
    KEK,
    NUMBER,
    ON_DATABASE,
    Smith,
    another,
    opened,
    person,
    sealed,
)


async def test_new_data_keys_take_the_suite_of_their_key(smith: Smith, tmp_path: Path) -> None:
    before = await person(smith.database, smith.vault)
    values = {before: await sealed(smith.database, smith.vault, before)}
    version = await smith.next_key(KEK, CHINESE)
    after = await person(smith.database, smith.vault)
    values[after] = await sealed(smith.database, smith.vault, after)
    assert (values[before][5], values[after][5]) == (INTERNATIONAL, CHINESE)
    rewrap = Rewrap(smith.database, smith.vault.ring)
    assert await rewrap.whole(await smith.ref(KEK, 1)) == 2  # the house's own, too
    fresh = await another(smith.database, tmp_path)
    assert fresh.ring.held.primary.version == version
    for who, value in values.items():
        assert await opened(smith.database, fresh, who, value) == NUMBER


async def test_a_key_is_destroyed_only_when_nothing_is_under_it(
    smith: Smith, tmp_path: Path
) -> None:
    who = await person(smith.database, smith.vault)
    value = await sealed(smith.database, smith.vault, who)
    old = await smith.ref(KEK, 1)
    await smith.next_key(KEK)
    await smith.settle()
    with pytest.raises(KeyInUse) as refused:
        await smith.do("soft_disable", KEK, 1)
    assert refused.value.fields == {"held": 5}  # two data keys; those of index, house and session
    rewrap = Rewrap(smith.database, smith.vault.ring)
    assert await rewrap.whole(old) == 2
    async with smith.database.transaction() as tx:
        assert await rewrap.house(tx) == 3
    claims = [1]

    async def also(_tx: object, ref: KeyRef) -> int:
        return claims[0] if ref == old else 0

    smith.smith.also_holds(KEK, also)
    with pytest.raises(KeyInUse):
        await smith.do("soft_disable", KEK, 1)
    claims[0] = 0
    await smith.do("soft_disable", KEK, 1)
    await smith.do("destroy", KEK, 1, BOTH)
    assert old.key_id not in (tmp_path / "keys" / "kek").read_text()
    fresh = await another(smith.database, tmp_path)
    assert await opened(smith.database, fresh, who, value) == NUMBER


async def test_a_disabled_key_opens_nothing(smith: Smith, tmp_path: Path) -> None:
    who = await person(smith.database, smith.vault)
    value = await sealed(smith.database, smith.vault, who)
    await smith.next_key(KEK)
    rewrap = Rewrap(smith.database, smith.vault.ring)
    async with smith.database.transaction() as tx:
        await rewrap.house(tx)
        await tx.run("update vault_keys set state = 'soft_disabled' where state = 'decrypt_only'")
    later = await another(smith.database, tmp_path)
    with pytest.raises(UnknownKey, match="soft_disabled"):
        await opened(smith.database, later, who, value)


@dataclass
class Interrupted:
    """A key source at which something else happens before each wrapping."""

    source: KeySource
    before: Callable[[Place], Awaitable[None]]

    def __getattr__(self, name: str) -> object:
        return getattr(self.source, name)

    async def wrap_many(self, ref: KeyRef, keys: Sequence[tuple[bytes, Place]]) -> list[bytes]:
        for _, place in keys:
            await self.before(place)
        return await self.source.wrap_many(ref, keys)


@ON_DATABASE
@given(plan=st.lists(st.sampled_from(["stays", "before", "amid", "twice"]), min_size=1, max_size=6))
async def test_erasure_wins_against_wrapping(smith: Smith, plan: list[str]) -> None:
    people = {await person(smith.database, smith.vault): fate for fate in plan}
    values = {who: await sealed(smith.database, smith.vault, who) for who in people}
    old = smith.vault.ring.held.primary
    await smith.next_key(KEK)
    ring = replace(smith.vault.ring)

    async def erase(who: str) -> None:
        async with smith.database.transaction() as tx:
            await smith.vault.destroy_subject(tx, who)

    async def amid(place: Place) -> None:
        who = place.row_id.rpartition("/")[2]
        if people.get(who) == "amid":
            await erase(who)
        if people.get(who) == "twice":  # another does the same page at the same time
            people[who] = "stays"
            await Rewrap(smith.database, smith.vault.ring).page(old)

    ring.source = Interrupted(smith.vault.ring.source, amid)
    for who, fate in people.items():
        if fate == "before":
            await erase(who)
    gone = {who for who, fate in people.items() if fate in ("before", "amid")}
    rewrap = Rewrap(smith.database, ring)
    await rewrap.whole(old)
    async with smith.database.read() as tx:
        assert await store.count_under_kek(tx, old) == 0
        for who in people:
            row = await tx.row(
                "select wrapped_dek is null from vault_deks where subject_id = $1", who
            )
            assert row is not None
            assert row[0] == (who in gone)
    smith.vault._ciphers.clear()
    for who, value in values.items():
        if who in gone:
            with pytest.raises(Erased):
                await opened(smith.database, smith.vault, who, value)
        else:
            assert await opened(smith.database, smith.vault, who, value) == NUMBER


async def test_an_erasure_under_way_wins_as_well(smith: Smith) -> None:
    who = await person(smith.database, smith.vault)
    old = smith.vault.ring.held.primary
    await smith.next_key(KEK)
    rewrap = Rewrap(smith.database, smith.vault.ring)
    async with smith.database.transaction() as tx:
        await smith.vault.destroy_subject(tx, who)  # holds the row
        page = asyncio.ensure_future(rewrap.page(old))
        await asyncio.wait([page], timeout=0.2)
        assert not page.done()
    told = await page
    assert (told.done, told.passed) == (1, 1)
    async with smith.database.read() as tx:
        assert await store.has_key(tx, who) is False


async def test_pages_go_through_all_and_leave_what_is_broken(smith: Smith) -> None:
    people = [await person(smith.database, smith.vault) for _ in range(5)]
    old = smith.vault.ring.held.primary
    await smith.next_key(KEK)
    async with smith.database.transaction() as tx:
        broken = "update vault_deks set wrapped_dek = $2 where subject_id = $1"
        await tx.run(broken, people[2], b"\0" * 80)
    rewrap = Rewrap(smith.database, smith.vault.ring)
    after, done, bad, pages = KeyRef("", 0), 0, 0, 0
    while True:
        page = await rewrap.page(old, after, 2)
        done, bad, pages = done + page.done, bad + len(page.broken), pages + 1
        if page.last is None:
            break
        after = page.last
    assert (done, bad, pages) == (5, 1, 4)
    async with smith.database.read() as tx:
        assert await store.count_under_kek(tx, old) == 1
    with pytest.raises(AssertionError):
        await rewrap.page(smith.vault.ring.held.primary)
