"""A day after an erasure everything is looked through, whoever it belongs to: what is found is said."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from teahouse.clock import FixedClock
from teahouse.ids import Ids, time_of
from teahouse.infra.db.pool import Database
from teahouse.infra.engines.mentions import named_in
from teahouse.infra.vault.traces import Trace, traced
from teahouse.rights.model.combing import STAYS, by_account
from teahouse.rights.model.holdings import Whose
from tests.cases.desk import Judge
from tests.living import Living
from tests.restrictions.test_restrictions import restrict
from tests.rights.test_erasures import gone, settle
from tests.rights.test_exports import talker

DAY = timedelta(days=1, minutes=1)
STRAY = "0" * 26  # made in 1970
PLANT = "insert into encryption_signatures values ('@else:s', 'KEY', $1, 'k', 's')"
UNPLANT = "delete from encryption_signatures"
COLUMNS = """
select c.relname || '.' || a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid
where c.relnamespace = 'public'::regnamespace and a.attnum > 0"""


async def erased(home: Living, wiper: asyncpg.Connection, clock: FixedClock) -> str:
    """Have somebody erased who had left a trace everywhere; return their name."""
    ann = await talker(home)
    assert (await restrict(ann)).status_code == 201
    account = await home.house.people.accounts.account(ann.user_id)
    body = {"auth": {"type": "m.login.password", "user": "ann", "password": "correct horse"}}
    await ann.did("POST", "/account/deactivate", body | {"erase": True})
    await settle(wiper)
    await gone(home, Whose(account.account_id, ann.user_id))
    clock.move(timedelta(minutes=11))
    await home.run_jobs()
    return ann.user_id


async def told(desk: Judge) -> dict[str, Any]:
    (one,) = (await desk.at("GET", "/erasures")).json()["erasures"]
    return one


async def some_bytes() -> AsyncIterator[bytes]:
    yield b"green"


async def test_l_44_everything_is_looked_through_after_an_erasure(
    home: Living, clock: FixedClock, wiper: asyncpg.Connection, tmp_path: Path
) -> None:
    """What a fault puts back is found in a table, in a log and among the files; then it is clean."""
    await home.owner()
    desk = Judge(home, "ada")
    user_id = await erased(home, wiper, clock)
    found = await told(desk)
    assert (found["done"], found["combed_at"], found["traces"]) == (True, None, "")
    log = tmp_path / "log" / "postgres.log"
    log.parent.mkdir(exist_ok=True)
    log.write_text(f"before\nERROR: a row of {user_id}.\n{user_id}x is somebody else\n")
    await home.house.talk.media.blobs.put_back(STRAY, some_bytes())
    await wiper.execute(PLANT, user_id)
    clock.move(DAY)
    await home.run_jobs()
    found = await told(desk)
    assert (found["combed_at"], found["traces"]) == (
        None, "blobs: 1, encryption_signatures.signer: 1, logs: 1",
    )  # fmt: skip
    acts = await home.house.people.audit.page(act="rights.erasure_traces")
    assert json.loads(acts[0].detail)["names"] == [STRAY]
    log.write_text("after\n")
    await home.house.talk.media.blobs.delete(STRAY)
    await wiper.execute(UNPLANT)
    clock.move(DAY)
    await home.run_jobs()
    found = await told(desk)
    assert (found["traces"], found["combed_at"] is not None) == ("", True)


async def test_columns_are_looked_at_by_index_and_without(
    database: Database, wiper: asyncpg.Connection
) -> None:
    await wiper.execute(
        "create table odd_ones (whose text primary key, note text, names text[], apart text)"
    )
    try:
        await wiper.execute(
            "insert into odd_ones values ('@a:s', '', '{@b:s,@a:s}', '@a:s'), ('2', '@a:s', '{}', '')"
        )
        found = await traced(database, ["@a:s"], {*STAYS, "odd_ones.apart"})
        assert [one for one in found.traces if one.name.startswith("odd_ones")] == [
            Trace("@a:s", "odd_ones.names", 1),
            Trace("@a:s", "odd_ones.note", 1),
            Trace("@a:s", "odd_ones.whose", 1),
        ]
        nobody = await traced(database, ["@nobody:s"], STAYS)
        assert nobody.traces == []
        assert nobody.by_index > 100
    finally:
        await wiper.execute("drop table odd_ones")


async def test_where_an_id_may_stay_is_a_column(wiper: asyncpg.Connection) -> None:
    """A column that is gone, or was never there, would hide nothing and say that it does."""
    known = {row[0] for row in await wiper.fetch(COLUMNS)}
    assert set(STAYS) - known == set()


def test_a_file_of_nobody_may_be_anybodys() -> None:
    owners = {"a": "a", "@a:s": "a", "b": "b", "@b:s": "b"}
    traces = [Trace("@a:s", "x.y", 2), Trace("a", "x.y", 1)]
    assert by_account(owners, traces, {"b": 3}, 0) == {"a": {"x.y": 3}, "b": {"logs": 3}}
    assert by_account(owners, [], {}, 1) == {"a": {"blobs": 1}, "b": {"blobs": 1}}


@pytest.mark.parametrize(
    ("line", "is_named"),
    [
        (b"user @ann:s.example, and", True),
        (b'{"id":"@ann:s.example"}', True),
        (b"of @ann:s.example.", True),
        (b"of @ann:s.example.org", False),
        (b"of @bann:s.example", False),
        (b"account 01hzzzzzzzzzzzzzzzzzzzzzzz: gone", True),
        (b"account 01hzzzzzzzzzzzzzzzzzzzzzzzz: gone", False),
    ],
)
def test_how_an_id_is_found_in_a_line(line: bytes, is_named: bool) -> None:
    values = {"@ann:s.example": "a", "01hzzzzzzzzzzzzzzzzzzzzzzz": "a"}
    assert bool(named_in(line, values)) is is_named


def test_an_id_tells_when_it_was_made(clock: FixedClock) -> None:
    assert time_of(Ids(clock).ulid()) == clock.now().replace(
        microsecond=clock.now().microsecond // 1000 * 1000
    )
    assert time_of(STRAY) == datetime(1970, 1, 1, tzinfo=UTC)
    assert time_of("z" * 26).year == 9999
