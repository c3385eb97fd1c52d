"""What erasing one person costs among so many, and looking whether nothing is left.

``python -m bench erasure --accounts 1000000``: a house is filled with accounts and what accounts have,
once few and once many, and one active person deletes their account, with the same amount of everything
both times. What that costs, and what the verification costs, owes to grow with what the person had; the
comb reads what exists. Then something of theirs is put back into a table, the files and a log: a bench
in which that is not found fails.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import uvloop

from bench.filling import FEW_ACCOUNTS, fill
from bench.meter import Meter
from bench.scene import Scene, side_by_side
from bench.talk import PASSWORD, Person, good
from bench.upgrade.place import Place
from teahouse.config import Config
from teahouse.infra.engines.connection import connection
from teahouse.rights.model.holdings import Whose

Server = Callable[..., AbstractContextManager[tuple[str, int, list[int]]]]

ROOMS, MESSAGES, FILES = 100, 2_000, 50  # of the person
AT_ONCE = 8
SETTLE_SECONDS = 600.0
STATS_SECONDS = 2.5  # until PostgreSQL has counted what its idle processes did
READ_MIN = 1_000  # rows of a table, from which on reading it all is worth telling
STRAY = "0" * 26
# Who forgets something of an account that ended, by the names of their places in the log.
FORGETTING = [
    "accountdata.forgetting",
    "media.forgetting",
    "push.forgetting",
    "receipts.forgetting",
    "rights.erasures",
    "timeline.following",
]
SETTLED = """
select exists (select from rights_erasures where account_id = $1)
    and not exists (
        select from log_cursors where name = any ($2::text[]) and pos < (
            select max(pos) from log_entries where kind = 'accounts.AccountDeactivated'
        )
    )
    and not exists (select from jobs_queue where kind = 'media.delete_blobs')"""
READ = "select relname, seq_tup_read from pg_stat_user_tables"
SIZE = "select pg_database_size(current_database())"
PLANT_ROW = """
insert into encryption_signatures (user_id, target, signer, key_id, signature)
values ('@somebody:else', 'KEY', $1, 'k', 's')"""
PLANT_KNOWN = """
insert into receipts_receipts (room_id, user_id, type, thread_id, event_id, event_pos, ts, pos)
values ('!gone', $1, 'm.read', '', '$e', 1, 1, 1)"""
UNPLANT = ("delete from encryption_signatures where signer = $1",
           "delete from receipts_receipts where user_id = $1")  # fmt: skip


@dataclass
class Day:
    """What was measured at one size: by words, milliseconds of processor time and of the clock."""

    accounts: int
    took: dict[str, tuple[float, float]] = field(default_factory=dict[str, tuple[float, float]])
    read: dict[str, int] = field(default_factory=dict[str, int])
    said: dict[str, str] = field(default_factory=dict[str, str])


class Missed(Exception):  # noqa: N818 - what an answer was
    """What was put back was not found, or what is gone was."""


def say(what: str, how: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{what:44} {how}\n")
    sys.stdout.flush()


async def live(scene: Scene, square: str) -> Person:
    """Return somebody who has been here for a while, and has what people have."""
    ann, bob = await scene.crowd(2)
    lines = [ann.another() for _ in range(AT_ONCE)]
    rooms = await side_by_side(
        AT_ONCE, [lambda nth=nth: lines[nth % AT_ONCE].create_room() for nth in range(ROOMS)]
    )
    await ann.join(square)
    rooms.append(square)
    for room_id in rooms[:AT_ONCE]:
        await bob.join(room_id)
    says = [
        lambda nth=nth: lines[nth % AT_ONCE].say(rooms[nth % len(rooms)], f"m{nth}", f"tea {nth}")
        for nth in range(MESSAGES)
    ]
    said = await side_by_side(AT_ONCE, says)
    event_id = good(said[-1], "send")["event_id"]
    await ann.did(
        "POST", f"/rooms/{rooms[(MESSAGES - 1) % len(rooms)]}/receipt/m.read/{event_id}", {}
    )
    await ann.did("PUT", f"/profile/{ann.user_id}/displayname", {"displayname": "Ann"})
    for nth in range(10):
        await ann.did("PUT", f"/user/{ann.user_id}/account_data/x.{nth}", {"theme": "dark"})
        rule = {"actions": ["notify"], "pattern": f"tea{nth}"}
        await ann.did("PUT", f"/pushrules/global/content/r{nth}", rule)
    await asyncio.gather(*(upload(ann, nth) for nth in range(FILES)))
    return ann


async def upload(person: Person, nth: int) -> None:
    """Keep a file."""
    await person.did("POST", f"/_matrix/media/v3/upload?filename=leaf{nth}.json", {"leaf": nth})


async def leave(scene: Scene, db: asyncpg.Connection, ann: Person, account_id: str) -> None:
    """Delete the account, and wait until everybody has done what they have to."""
    name = ann.user_id[1:].partition(":")[0]
    auth = {"type": "m.login.password", "user": name, "password": PASSWORD}
    await ann.did("POST", "/account/deactivate", {"auth": auth, "erase": True})
    end = time.monotonic() + SETTLE_SECONDS
    while not await db.fetchval(SETTLED, account_id, FORGETTING):
        if time.monotonic() > end:
            raise Missed("the erasure does not end")
        await asyncio.sleep(0.1)


async def reads(db: asyncpg.Connection) -> dict[str, int]:
    """Return how many rows were read by going through whole tables, since ever."""
    await asyncio.sleep(STATS_SECONDS)
    await db.execute("select pg_stat_clear_snapshot()")
    return {row[0]: row[1] for row in await db.fetch(READ)}


def grown(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """Return which tables were gone through meanwhile, and how many rows that were."""
    more = {name: count - before.get(name, 0) for name, count in after.items()}
    return {name: count for name, count in sorted(more.items()) if count >= READ_MIN}


async def opening(scene: Scene) -> tuple[list[Person], str]:
    """Let in the first two, and have one make the square."""
    people = await scene.crowd(2)
    return people, await people[1].create_room()


async def furnish(data: str, accounts: int, square: str) -> None:
    """Fill the house while nobody serves: a server would look for what was announced of it all."""
    began = time.monotonic()
    async with connection(Config(data_dir=data)) as dsn:
        db = await asyncpg.connect(dsn)
        try:
            await fill(db, data, accounts, square)
        finally:
            await db.close()
    say(f"{accounts:,} accounts filled", f"{time.monotonic() - began:.0f} s")


async def erase(scene: Scene, place: Place, day: Day, square: str) -> None:
    """Live in a full house, go, and look."""
    for person in scene.people:
        person.line = scene.line()
    db = await asyncpg.connect(place.dsn)
    try:
        ann = await live(scene, square)
        account_id = await db.fetchval(
            "select account_id from accounts_accounts where user_id = $1", ann.user_id
        )
        await asyncio.sleep(STATS_SECONDS)
        await db.execute("vacuum analyze")
        day.said["database"] = f"{await db.fetchval(SIZE) / 1e9:.2f} GB"
        before = await reads(db)
        meter = Meter(scene.roots)
        await leave(scene, db, ann, account_id)
        note(day, "erase, until all have forgotten", meter)
        day.read = grown(before, await reads(db))
        await look(db, place, Whose(account_id, ann.user_id), day)
    finally:
        await db.close()


def note(day: Day, what: str, meter: Meter) -> None:
    """Write down what one thing cost."""
    cost = meter.stop(1)
    day.took[what] = (cost.cpu_ms, 1000 / cost.per_second)


async def look(db: asyncpg.Connection, place: Place, whose: Whose, day: Day) -> None:
    """Verify, comb, plant, and do both again."""
    roots = [os.getpid(), place.root]
    async with place.opened() as house:
        rights = house.rights
        before = await reads(db)
        meter = Meter(roots)
        left = await rights.erasures.left(whose, erase=True)
        note(day, "verify, domain by domain", meter)
        more = grown(before, await reads(db))
        day.read |= {f"{name} (verify)": count for name, count in more.items()}
        meter = Meter(roots)
        combed = await rights.combing.look([whose])
        note(day, "comb everything", meter)
        if left or combed.found != {whose.account_id: {}}:
            raise Missed(f"left over: {left} {combed.found}")
        told = combed.traced
        day.said["combed"] = (
            f"{told.tables} tables, {told.by_index} columns by index, {told.by_reading} read"
            f" ({told.bytes_read / 1e9:.2f} GB), {combed.blobs_count:,} files by name,"
            f" {combed.log_bytes / 1e6:.2f} MB of logs"
        )
        await planted(db, place, house, whose)


async def planted(db: asyncpg.Connection, place: Place, house: Any, whose: Whose) -> None:
    """Put something back into each kind of place; it has to be found, and nothing else."""
    log, blobs = Path(place.data) / "log" / "postgres.log", house.talk.media.blobs
    kept = log.read_bytes()
    await db.execute(PLANT_ROW, whose.user_id)
    await db.execute(PLANT_KNOWN, whose.user_id)
    await blobs.put_back(STRAY, _leaf())
    with log.open("a") as lines:
        lines.write(f"a line about {whose.user_id}, planted\n")
    try:
        left = await house.rights.erasures.left(whose, erase=True)
        combed = await house.rights.combing.look([whose])
    finally:
        for statement in UNPLANT:
            await db.execute(statement, whose.user_id)
        await blobs.delete(STRAY)
        log.write_bytes(kept)
    places = {
        "blobs": 1,
        "logs": 1,
        "encryption_signatures.signer": 1,
        "receipts_receipts.user_id": 1,
    }
    if left.get("read_receipts") != 1 or combed.found != {whose.account_id: places}:
        raise Missed(f"planted, and found: {left} {combed.found}")
    say("planted in two tables, the files, a log", "found, all four")


async def _leaf() -> AsyncIterator[bytes]:
    yield b"leaf"


def told(days: list[Day]) -> None:
    """Print what was measured, few beside many."""
    few, many = days[0], days[-1]
    heads = [f"{one.accounts:,}" for one in days]
    say("", " ".join(f"{head:>12} CPU ms {'wall':>9}" for head in heads) + "    ratio")
    for what, cost in many.took.items():
        row = " ".join(f"{day.took[what][0]:19,.0f} {day.took[what][1]:9,.0f}" for day in days)
        say(what, f"{row} {cost[0] / max(few.took[what][0], 1):8.1f}")
    for day in days:
        for what, how in day.said.items():
            say(f"{what}, {day.accounts:,}", how)
        for table, count in day.read.items():
            say(f"read whole, {day.accounts:,}", f"{table}: {count:,} rows")


def run(words: list[str], server_at: Server) -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(prog="python -m bench erasure", description=__doc__)
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--beside", type=int, default=FEW_ACCOUNTS, help="accounts; 0: only once")
    options = parser.parse_args(words)
    days: list[Day] = []
    for accounts in filter(None, (options.beside, options.accounts)):
        day = Day(accounts)
        with tempfile.TemporaryDirectory(prefix="teahouse-bench-", dir="/tmp") as folder:
            Path(folder).chmod(0o755)
            data = f"{folder}/data"
            with server_at(data, True, 1) as server:
                people, square = uvloop.run(opening(Scene(*server, "e")))
            asyncio.run(furnish(data, accounts, square))  # uvloop starts no engine
            with server_at(data, True, 1) as server:
                scene = Scene(*server, "e", people=people)
                place = Place(server[0], server[1], server[2][0], data)
                uvloop.run(erase(scene, place, day, square))
        days.append(day)
    told(days)
