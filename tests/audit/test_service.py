"""The chain: dense under contention, and any change to it shows."""

import asyncio
from datetime import UTC, datetime
from typing import Never

import asyncpg
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.audit.model import GENESIS, Entry, canonical, chain_hash, first_break
from teahouse.audit.service import Audit
from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database


@pytest.fixture
def audit(database: Database, clock: FixedClock) -> Audit:
    return Audit(database, clock)


async def append(audit: Audit, act: str, target: str = "") -> Entry:
    async with audit.db.transaction() as tx:
        return await audit.append(tx, "op", act, target, {"n": 1})


async def test_entries_are_dense_under_contention_and_found_by_act(audit: Audit) -> None:
    await asyncio.gather(*(append(audit, f"gate.act_{n % 3}", str(n)) for n in range(30)))
    entries = await audit.page(limit=100)
    assert [entry.seq for entry in entries] == list(range(30, 0, -1))
    assert await audit.verify() is None
    assert len(await audit.page(limit=100, act="gate.act_1")) == 10
    assert len(await audit.page(limit=100, act="gate")) == 30
    assert [e.target for e in await audit.page(limit=100, target="7")] == ["7"]
    assert [e.seq for e in await audit.page(before=5, limit=2)] == [4, 3]


async def test_a_rolled_back_act_leaves_no_trace(audit: Audit) -> Never:
    with pytest.raises(ZeroDivisionError):
        async with audit.db.transaction() as tx:
            await audit.append(tx, "op", "gate.lost")
            raise ZeroDivisionError
    assert (await append(audit, "gate.kept")).seq == 1


@pytest.mark.parametrize(
    "statement",
    [
        "update audit_entries set actor = 'nobody' where seq = 1",
        "delete from audit_entries where seq = 1",
        "truncate audit_entries",
    ],
)
async def test_the_database_refuses_a_change(audit: Audit, dsn: str, statement: str) -> None:
    await append(audit, "gate.one")
    connection = await asyncpg.connect(dsn)
    with pytest.raises(asyncpg.RaiseError, match="only grows"):
        await connection.execute(statement)
    await connection.close()


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        ("update audit_entries set detail = '{}' where seq = 3", 3),
        ("delete from audit_entries where seq = 2", 2),
        ("delete from audit_entries where seq = 5", 5),
        ("update audit_entries set at = at + interval '1 us' where seq = 1", 1),
        ("update audit_entries set hash = prev_hash where seq = 4", 4),
    ],
)
async def test_verify_names_what_somebody_with_the_database_changed(
    audit: Audit, wiper: asyncpg.Connection, statement: str, wrong: int
) -> None:
    for n in range(5):
        await append(audit, f"gate.act_{n}")
    await wiper.execute(statement)
    assert await audit.verify() == wrong


texts = st.text(max_size=8)


def chain(contents: list[tuple[str, str, str]], clock: FixedClock) -> list[Entry]:
    entries: list[Entry] = []
    prev = GENESIS
    for seq, (actor, act, target) in enumerate(contents, 1):
        entry = Entry(seq, clock.now(), actor, act, target, canonical({}), canonical({}), prev, b"")
        entry = msgspec.structs.replace(entry, hash=chain_hash(entry))
        entries.append(entry)
        prev = entry.hash
    return entries


MOMENT = datetime(2021, 7, 27, tzinfo=UTC)


@given(st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=6), st.data())
def test_any_change_of_any_field_breaks_the_chain_there(
    contents: list[tuple[str, str, str]], data: st.DataObject
) -> None:
    entries = chain(contents, FixedClock(MOMENT))
    assert first_break(entries, 1, GENESIS) is None
    at = data.draw(st.integers(0, len(entries) - 1))
    name = data.draw(st.sampled_from(["actor", "act", "target", "reach", "detail"]))
    old = getattr(entries[at], name)
    new = data.draw(texts.filter(lambda text: text != old))
    entries[at] = msgspec.structs.replace(entries[at], **{name: new})
    assert first_break(entries, 1, GENESIS) == at + 1
