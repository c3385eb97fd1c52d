"""Sealing anew while people change and go: nothing is lost, doubled, or comes back."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar, LiteralString

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.errors import Unavailable
from teahouse.infra.vault import store
from teahouse.infra.vault.model import Erased, NoSuchKey
from teahouse.infra.vault.sealed import Passing
from teahouse.infra.vault.store import sweeping
from teahouse.infra.vault.suites import CHINESE, INTERNATIONAL
from teahouse.infra.vault.sweep import statements
from teahouse.infra.vault.sweep.roll import Roll
from teahouse.infra.vault.sweep.slots import IndexHoldings, clear, clear_whole
from teahouse.infra.vault.sweep.sweep import Sweep, Wanted
from teahouse.infra.vault.verifier import differing

from .conftest import INDEX, KEK, NOON, ON_DATABASE, Smith
from .contacts import CONTACTS, LATER, Contacts, phone

SINCE = NOON + timedelta(minutes=1)
CHANGE = "update accounts_identifiers set phone = $2 where account_id = $1 and kind = 'phone'"
HURRIED = "set local statement_timeout = 100"
HOLD = "select 1 from accounts_identifiers where account_id = $1 for update"


@pytest.fixture
def contacts(smith: Smith) -> Contacts:
    return Contacts(smith)


async def test_every_value_is_sealed_anew_and_found_as_before(contacts: Contacts) -> None:
    people = await contacts.people(7)
    before = await contacts.verified(since=SINCE, keep_rows=True)
    assert {c.old for c in before.columns.values()} == {7}
    version = await contacts.second_version()
    told = await contacts.swept(since=SINCE, index=version)
    assert (told.rows, told.sealed, told.indexed, told.missed, told.broken) == (14, 14, 14, 0, 0)
    assert await contacts.ages() == {LATER}
    after = await contacts.verified(since=SINCE, index=version, keep_rows=True)
    assert after.unindexed == 0
    for name, column in after.columns.items():
        assert (column.values, column.opened, column.old, column.broken) == (7, 7, 0, [])
        assert column.digest == before.columns[name].digest
    assert differing(before, after) == []
    for nth, who in enumerate(people):
        assert await contacts.text(who) == phone(nth)
        assert await contacts.found(nth) == who
    again = await contacts.swept(since=SINCE, index=version)
    assert (again.rows, again.sealed, again.indexed, again.missed) == (14, 0, 0, 0)


async def test_another_value_and_a_wrong_index_are_seen(contacts: Contacts) -> None:
    people = sorted(await contacts.people(20))
    before = await contacts.verified(index=1, keep_rows=True)
    assert before.unindexed == 0
    field, who = CONTACTS.fields[0], people[1]
    async with contacts.smith.database.transaction() as tx:
        other = await contacts.vault.seal(tx, field, who, who, "+441632960001")
        await tx.run(CHANGE, who, other)
    after = await contacts.verified(index=1, keep_rows=True)
    assert differing(before, after) == [f"accounts_identifiers.phone {who}/phone/1"]
    assert after.unindexed_rows == [f"{who}/phone/1"], "it is found by the former number"
    assert before.columns["phone"].digest != after.columns["phone"].digest
    assert before.columns["email"].digest == after.columns["email"].digest
    some = await contacts.verified(one_in=3)
    assert sum(column.values for column in some.columns.values()) == 40
    assert 0 < sum(column.opened for column in some.columns.values()) < 40


async def test_what_is_sealed_by_people_themselves_counts_as_new(contacts: Contacts) -> None:
    who = await contacts.person(1)
    await contacts.swept(since=SINCE)
    async with contacts.smith.database.transaction() as tx:
        await tx.run("delete from accounts_identifiers where kind = 'email'")
    told = await contacts.swept(since=SINCE)
    assert (told.rows, told.sealed) == (1, 0)
    async with contacts.smith.database.read() as tx:
        newest = sweeping.newest(await sweeping.of_subjects(tx, [who]))[who, "ordinary"]
        assert (newest.version, newest.seals_count) == (2, 2)


async def test_values_take_the_suite_of_the_key_that_wraps(contacts: Contacts) -> None:
    who = await contacts.person(1)
    await contacts.smith.next_key(KEK, CHINESE)
    await contacts.swept(since=SINCE)
    assert {row[2][5] for row in await contacts.rows()} == {CHINESE}
    assert await contacts.text(who) == phone(1)
    verified = await contacts.verified(since=SINCE)
    assert {(c.opened, c.old) for c in verified.columns.values()} == {(1, 0)}


async def test_there_and_back_again(contacts: Contacts) -> None:
    """From AES and SHA-256 to SM4 and SM3, and back: what is said is the same [U-19]."""
    people = await contacts.people(5)
    digests, version = [], 1
    for turn, suite in enumerate((INTERNATIONAL, CHINESE, INTERNATIONAL)):
        if turn:
            await contacts.smith.next_key(KEK, suite)
            version = await contacts.second_version(suite)
            since = NOON + timedelta(hours=turn)
            swept = await contacts.sweep(at=since).whole(
                CONTACTS, Wanted(since=since, index=version), 3
            )
            assert (swept.sealed, swept.indexed, swept.broken) == (10, 10, 0)
            found = await contacts.verified(since=since, index=version)
            assert found.unindexed == 0
            await contacts.smith.do("promote", INDEX, version)
            async with contacts.smith.database.transaction() as tx:
                await contacts.smith.smith.write_no_more(tx, version - 1)
            await contacts.smith.settle()
            await contacts.smith.reload()
            await clear_whole(contacts.smith.database, CONTACTS, version - 1, version)
        else:
            found = await contacts.verified(index=version)
        assert {row[2][5] for row in await contacts.rows()} == {suite}
        assert contacts.vault.ring.held.index.keys[version].suite == suite
        assert {(c.opened, c.broken_count) for c in found.columns.values()} == {(5, 0)}
        digests.append({name: column.digest for name, column in found.columns.items()})
        for nth, who in enumerate(people):
            assert await contacts.found(nth) == who
    assert digests[0] == digests[1] == digests[2]


async def test_one_value_under_an_old_key_is_seen(contacts: Contacts) -> None:
    people = sorted(await contacts.people(6))
    former = {(row[0], row[1]): row[2] for row in await contacts.rows()}
    await contacts.swept(since=SINCE)
    clean = await contacts.verified(since=SINCE)
    assert {(c.old, c.broken_count) for c in clean.columns.values()} == {(0, 0)}
    async with contacts.smith.database.transaction() as tx:
        await tx.run(CHANGE, people[2], former[people[2], "phone"])  # as from an old back-up
    planted = await contacts.verified(since=SINCE)
    assert (planted.columns["phone"].old, planted.columns["email"].old) == (1, 0)
    assert planted.columns["phone"].digest == clean.columns["phone"].digest, "it says the same"
    assert (await contacts.swept(since=SINCE)).sealed == 1


async def test_old_keys_are_destroyed_when_younger_ones_are_there(contacts: Contacts) -> None:
    people = await contacts.people(3)
    roll = Roll(
        contacts.smith.database, contacts.vault.ring, contacts.vault.ids, contacts.vault.clock
    )
    assert (await roll.destroy_old(SINCE)).done == 0, "nothing has taken their place"
    await contacts.swept(since=SINCE)
    turns = [await roll.destroy_old(SINCE, (), 2)]
    while turns[-1].last is not None:
        turns.append(await roll.destroy_old(SINCE, turns[-1].last, 2))
    assert sum(turn.done for turn in turns) == 3
    for nth, who in enumerate(people):
        assert await contacts.text(who) == phone(nth)


class Amid(Sweep):
    """A sweep during which something happens, just before a page is put back."""

    happens: ClassVar[Callable[[], Awaitable[None]]]

    async def _put(self, *page: Any) -> Sequence[Any]:
        await Amid.happens()
        return await super()._put(*page)


Fate = st.sampled_from(["stays", "erased_before", "erased_amid", "gone_amid", "edited_amid"])


@ON_DATABASE
@given(plan=st.lists(Fate, min_size=1, max_size=5), rows_max=st.integers(1, 4))
async def test_whoever_is_first_erasure_and_change_win(
    contacts: Contacts, plan: list[str], rows_max: int
) -> None:
    database, vault = contacts.smith.database, contacts.vault
    async with database.transaction() as tx:
        await tx.run("delete from accounts_identifiers")
    names = {vault.ids.ulid(): fate for fate in plan}
    for nth, who in enumerate(names):
        await contacts.person(nth, who)
    changed = dict.fromkeys(who for who, fate in names.items() if fate.endswith("amid"))

    async def happen(who: str) -> None:
        async with database.transaction() as tx:
            if names[who].startswith("erased"):
                await vault.destroy_subject(tx, who)
            elif names[who] == "gone_amid":
                await tx.run("delete from accounts_identifiers where account_id = $1", who)
            else:
                sealed = await vault.seal(tx, CONTACTS.fields[0], who, who, "+441632960001")
                await tx.run(CHANGE, who, sealed)

    async def amid() -> None:
        while changed:
            await happen(changed.popitem()[0])

    for who, fate in names.items():
        if fate == "erased_before":
            await happen(who)
    Amid.happens = amid
    told = await contacts.sweep(Amid).whole(CONTACTS, Wanted(since=SINCE), rows_max)
    assert (told.missed, told.broken) == (0, 0)
    vault._ciphers.clear()
    left = {row[0] for row in await contacts.rows()}
    for nth, (who, fate) in enumerate(names.items()):
        if fate.startswith("erased"):
            async with database.read() as tx:
                assert not await store.has_key(tx, who)
            with pytest.raises(Erased):
                await contacts.text(who)
        elif fate == "gone_amid":
            assert who not in left
        else:
            wanted = "+441632960001" if fate == "edited_amid" else phone(nth)
            assert await contacts.text(who) == wanted
    verified = await contacts.verified(since=SINCE)
    assert {(c.old, c.broken_count) for c in verified.columns.values()} == {(0, 0)}


async def test_a_row_that_somebody_holds_is_passed_over(contacts: Contacts) -> None:
    people = await contacts.people(3)
    sweep = contacts.sweep()
    async with contacts.smith.database.transaction() as tx:
        await tx.run(HOLD, people[1])
        async with asyncio.timeout(60):
            told = await sweep.whole(CONTACTS, Wanted(since=SINCE), rounds=2)
        assert (told.sealed, told.missed) == (4, 2)
    told = await sweep.whole(CONTACTS, Wanted(since=SINCE))
    assert (told.sealed, told.missed) == (2, 0)


async def test_two_sweeps_of_the_same_do_it_once(contacts: Contacts) -> None:
    await contacts.people(12)
    version = await contacts.second_version()
    wanted = Wanted(since=SINCE, index=version)
    other = contacts.on_another_host()
    both = await asyncio.gather(
        contacts.sweep().whole(CONTACTS, wanted, 4), other.sweep().whole(CONTACTS, wanted, 5)
    )
    assert sum(one.sealed for one in both) == 24
    verified = await contacts.verified(since=SINCE, index=version)
    assert (verified.unindexed, {c.old for c in verified.columns.values()}) == (0, {0})


async def test_what_cannot_be_opened_is_named_and_left(contacts: Contacts) -> None:
    people = sorted(await contacts.people(5))
    first, second, third, fourth, fifth = people
    rows = {(row[0], row[1]): row[2] for row in await contacts.rows()}
    flipped = bytearray(rows[first, "phone"])
    flipped[-1] ^= 1
    key = bytearray(rows[third, "phone"])
    key[10] ^= 1
    async with contacts.smith.database.transaction() as tx:
        await tx.run(CHANGE, first, bytes(flipped))
        await tx.run(CHANGE, second, rows[fifth, "phone"])
        await tx.run(CHANGE, third, bytes(key))
        await tx.run(CHANGE, fourth, b"+447911100004")
    told = await contacts.swept(since=SINCE)
    assert (told.sealed, told.broken, told.missed) == (6, 4, 0)
    async with contacts.smith.database.read() as tx:
        found = await sweeping.quarantined(tx, 10)
    assert {(one.table, one.row_key, one.column, one.why) for one in found} == {
        ("accounts_identifiers", f"{first}/phone/1", "phone", "tampered"),
        ("accounts_identifiers", f"{second}/phone/1", "phone", "of_another"),
        ("accounts_identifiers", f"{third}/phone/1", "phone", "unknown_key"),
        ("accounts_identifiers", f"{fourth}/phone/1", "phone", "no_envelope"),
    }
    verified = await contacts.verified()
    assert verified.columns["phone"].broken == [f"{who}/phone/1" for who in people[:4]]
    assert verified.columns["email"].broken == []


async def test_one_number_that_two_have_is_named(contacts: Contacts) -> None:
    people = sorted(await contacts.people(3))
    version = await contacts.second_version()
    async with contacts.smith.database.transaction() as tx:
        field = CONTACTS.fields[0]
        who = people[2]
        number = await contacts.text(people[0])
        await tx.run(CHANGE, who, await contacts.vault.seal(tx, field, who, who, number))
    told = await contacts.swept(index=version, rows_max=100)
    assert (told.indexed, told.broken, told.missed) == (5, 1, 0)
    async with contacts.smith.database.transaction() as tx:
        found = await sweeping.quarantined(tx, 10)
        lacking = await IndexHoldings([CONTACTS]).lacking(tx, version)
    assert [(one.column, one.why) for one in found] == [("index", "duplicate")]
    assert lacking == {"accounts_identifiers": 1}
    verified = await contacts.verified(index=version)
    assert verified.unindexed == 1


async def test_a_slot_is_emptied_where_the_other_is_filled(contacts: Contacts) -> None:
    await contacts.people(3)
    version = await contacts.second_version()
    database = contacts.smith.database
    assert (await clear(database, CONTACTS, 1, version)).done == 0, "nothing else would find them"
    await contacts.swept(index=version)
    late = await contacts.person(7)
    first = await clear(database, CONTACTS, 1, version, (), 5)
    assert (first.rows, first.done) == (5, 5)
    assert first.last is not None
    rest = await clear(database, CONTACTS, 1, version, first.last, 5)
    assert (rest.rows, rest.done, rest.last) == (3, 3, None)
    assert await clear_whole(database, CONTACTS, 1, version, 3) == 0
    async with database.transaction() as tx:
        one, two = [await contacts.smith.ref(INDEX, v) for v in (1, version)]
        holdings = IndexHoldings([CONTACTS])
        assert (await holdings.held(tx, one), await holdings.held(tx, two)) == (0, 8)
    verified = await contacts.verified(index=version, alone=True)
    assert verified.unindexed == 0
    assert await contacts.found(7) == late


async def test_counting_outlasts_the_limit_of_others(contacts: Contacts) -> None:
    """Of a table that takes longer to count than a statement may take otherwise."""
    await contacts.people(1)
    slow: LiteralString = "pg_sleep(0.2)::text = ''"
    indexed = tuple(replace(one, when=slow) for one in CONTACTS.indexed)
    passing = [Passing(CONTACTS.table, "length(pg_sleep(0.2)::text)", timedelta(hours=1))]
    holdings = IndexHoldings([replace(CONTACTS, indexed=indexed)], passing)
    database, lacking = contacts.smith.database, statements.of_slot(holdings.sealed[0], "even")
    with pytest.raises(Unavailable):
        async with database.transaction() as tx:
            await tx.run(HURRIED)
            await tx.value(lacking.lacking, 2)
    async with database.transaction() as tx:
        await tx.run(HURRIED)
        assert await holdings.lacking(tx, 2) == {CONTACTS.table: 2}
        assert await tx.value("show statement_timeout") == "15s"
        await tx.run(HURRIED)
        assert await holdings.held(tx, await contacts.smith.ref(INDEX, 1)) == 2
        assert await tx.value("show statement_timeout") == "15s"


async def test_an_index_of_a_version_that_is_not_here(contacts: Contacts) -> None:
    await contacts.people(1)
    with pytest.raises(NoSuchKey):
        await contacts.swept(index=9)
