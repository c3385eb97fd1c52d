"""Tables cut into stretches: together everything, none of it twice."""

import asyncio
from datetime import timedelta

import pytest

from teahouse.app import SEALED
from teahouse.infra.vault.model import KeyRef
from teahouse.infra.vault.rewrap import START, Rewrap
from teahouse.infra.vault.sweep import counting, stretches
from teahouse.infra.vault.sweep.roll import Roll
from teahouse.infra.vault.sweep.stretches import EVERYTHING, Stretch, cut, key_of, words
from teahouse.infra.vault.sweep.sweep import Swept, Wanted
from teahouse.infra.vault.sweep.walked import DEKS, SUBJECTS
from teahouse.infra.vault.verifier import Looking, Verifier

from .conftest import KEK, NOON, Smith
from .contacts import CONTACTS, LATER, Contacts

SINCE = NOON + timedelta(minutes=1)


@pytest.fixture
def contacts(smith: Smith, monkeypatch: pytest.MonkeyPatch) -> Contacts:
    monkeypatch.setattr(stretches, "STRETCH_ROWS_MIN", 2)
    return Contacts(smith)


async def test_stretches_are_everything_once(contacts: Contacts) -> None:
    people = await contacts.people(9)
    database = contacts.smith.database
    parts = await cut(database, CONTACTS, 4)
    assert len(parts) == 4
    assert (parts[0].after, parts[-1].until) == ((), ())
    assert [one.until for one in parts[:-1]] == [one.after for one in parts[1:]]
    assert [key_of(CONTACTS, words(one.until)) for one in parts] == [one.until for one in parts]
    before = await contacts.verified()
    version = await contacts.second_version()
    wanted = Wanted(since=SINCE, index=version)
    hands = [contacts.on_another_host().sweep() for _ in parts]
    told = await asyncio.gather(
        *(
            hand.whole(CONTACTS, wanted, 2, stretch=part)
            for hand, part in zip(hands, parts, strict=True)
        )
    )
    assert sum(one.rows for one in told) == sum(one.sealed for one in told) == 2 * len(people)
    assert min(one.rows for one in told) >= 4
    verifier = Verifier(database, contacts.vault.ring, b"k" * 32)
    looking = Looking(since=SINCE, index=version)
    after = await verifier.table(CONTACTS, looking)
    found = [await verifier.page(CONTACTS, looking, *part) for part in parts]
    assert [last for _, last in found] == [None] * 4
    together = found[0][0] + found[1][0] + found[2][0] + found[3][0]
    assert together == after
    assert {name: one.digest for name, one in after.columns.items()} == {
        name: one.digest for name, one in before.columns.items()
    }


async def test_what_is_short_is_not_cut(contacts: Contacts) -> None:
    database = contacts.smith.database
    await contacts.people(2)
    assert len(await cut(database, CONTACTS, 9)) == 2
    empty = next(one for one in SEALED if one.table == "oidc_links")
    assert await cut(database, empty, 9) == [EVERYTHING]


async def test_keys_are_kept_in_words() -> None:
    for one in SEALED:
        values = {"text": "a", "bytea": b"\x01\xff", "smallint": 3, "integer": 4}
        key = tuple(values[kind] for kind in one.key_types)
        assert key_of(one, words(key)) == key
        assert key_of(one, words(())) == ()


async def test_data_keys_are_walked_in_stretches(contacts: Contacts) -> None:
    people = await contacts.people(6)
    vault, database = contacts.vault, contacts.smith.database
    former = vault.ring.held.primary
    await contacts.smith.next_key(KEK)
    await contacts.smith.reload()
    rewrap = Rewrap(database, vault.ring)
    parts = await cut(database, DEKS, 3)
    assert len(parts) == 3
    done = 0
    for part in parts:
        page = await rewrap.page(former, ref(part.after) or START, until=ref(part.until))
        assert page.last is None
        done += page.done
    assert done == len(people) + 1  # the house has one, too
    roll = Roll(database, vault.ring, vault.ids, contacts.sweep().clock)
    async with database.transaction() as tx:
        await vault.destroy_subject(tx, people[0])
    turns = [await roll.page(SINCE, *_between(part)) for part in await cut(database, SUBJECTS, 3)]
    assert (sum(t.rows for t in turns), sum(t.done for t in turns)) == (7, 6)
    again = await roll.page(SINCE)
    assert (again.rows, again.done, again.last) == (7, 0, None)
    one = await roll.page(SINCE, (), 3)
    assert one.last is not None
    gone = [await roll.destroy_old(SINCE, *_between(part)) for part in await cut(database, DEKS, 4)]
    assert sum(turn.done for turn in gone) == 6
    assert len(await contacts.rows()) == 12


async def test_what_is_stale_is_counted(contacts: Contacts) -> None:
    people = await contacts.people(4)
    database = contacts.smith.database
    async with database.transaction() as tx:
        await contacts.vault.destroy_subject(tx, people[0])
        await tx.run("analyze accounts_identifiers")
        assert await counting.stale(tx, CONTACTS, SINCE) == {"phone": 3, "email": 3}
        counted = await counting.estimated(tx, CONTACTS)
    assert counted.rows == 8
    assert counted.bytes > 0
    turn: Swept = await contacts.sweep().page(CONTACTS, Wanted(since=SINCE), (), 5)
    assert turn.last is not None
    async with database.read() as tx:
        left = await counting.stale(tx, CONTACTS, SINCE)
    assert sum(left.values()) == 6 - turn.sealed
    await contacts.swept(since=SINCE)
    async with database.read() as tx:
        assert await counting.stale(tx, CONTACTS, SINCE) == {"phone": 0, "email": 0}
        assert await counting.stale(tx, CONTACTS, LATER + timedelta(1)) == {"phone": 3, "email": 3}


def _between(part: Stretch) -> tuple[object, int, object]:
    return part.after, 100, part.until


def ref(key: tuple[str, int] | tuple[()]) -> KeyRef | None:
    return KeyRef(*key) if key else None
