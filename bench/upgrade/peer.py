"""``python -m bench upgrade peer``: 300,000 rows with one blind index, beside another tool.

It is the task of which a user of CipherSweet asked how it is to be done (its issue 84). The other tool
is ``sealed-fields``, installed into a directory of its own; it seals and indexes, and leaves the pages
to its user, so its pages are ours, on the same PostgreSQL: one process, 500 rows at a time, each with
one sealed address and one unique index, everything under new keys in the end. Ours is a process as a
hand is: at several stretches of the table side by side.

It is not the same work. The peer has one key for all rows, writes over whatever is there, and its
index is of one version at a time: nobody may write meanwhile. We have a key for each person, made and
wrapped anew, compare before we write, and keep both versions of the index.
"""

import argparse
import asyncio
import importlib
import os
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any, LiteralString

import asyncpg

from bench.upgrade.alone import LANES, PARTS
from bench.upgrade.fill import COLUMNS, rows_of
from bench.upgrade.found import say
from bench.upgrade.names import email_of
from teahouse.accounts.store.personal import SEALED
from teahouse.app import House, open_house
from teahouse.config import Config
from teahouse.infra.db.migrator import migrate
from teahouse.infra.engines.connection import connection
from teahouse.infra.vault.lifecycle import KeyPurpose
from teahouse.infra.vault.sweep.stretches import cut
from teahouse.infra.vault.sweep.sweep import Sweep, Swept, Wanted
from teahouse.infra.vault.verifier import Looking, Verifier

PEER, VERSION = "sealed-fields", "0.3.0"
PAGE = 500
AT_ONCE = 2000
OURS = ("accounts_accounts", "vault_subjects", "vault_deks", "accounts_identifiers")
MAKE: LiteralString = """
create table peer_people (
    id bigint primary key, email text not null, email_idx text not null unique
)"""
READ: LiteralString = "select id, email from peer_people where id > $1 order by id limit $2"
WRITE: LiteralString = """
update peer_people p set email = n.email, email_idx = n.idx
from unnest($1::bigint[], $2::text[], $3::text[]) as n (id, email, idx) where p.id = n.id"""


def installed(folder: str) -> Any:
    """Install the peer into a directory of its own, and return it."""
    uv = Path(sys.executable).parent / "uv"
    what = f"{PEER}=={VERSION}"
    subprocess.run([uv, "pip", "install", "-q", "--no-deps", "--target", folder, what], check=True)
    sys.path.insert(0, folder)
    try:
        return importlib.import_module("sealed_fields")
    finally:
        sys.path.remove(folder)


async def peers(dsn: str, tool: Any, rows: int) -> float:
    """Return how long the peer takes, in seconds."""
    old, new = tool.generate_key(), tool.generate_key()
    former = tool.create_sealed_fields(
        namespaces={"PII": {"key": old, "version": "v1"}}, blind_index_key=tool.generate_key()
    )
    later = tool.create_sealed_fields(
        namespaces={"PII": {"key": new, "version": "v2", "retired": {"v1": old}}},
        blind_index_key=tool.generate_key(),
    )
    db = await asyncpg.connect(dsn)
    try:
        await db.execute(MAKE)
        made = (
            (nth, former.seal(email_of(nth)), former.blind_index(email_of(nth)))
            for nth in range(rows)
        )
        await db.copy_records_to_table("peer_people", records=made)
        await db.execute("analyze peer_people")
        began, last = time.perf_counter(), -1
        while page := await db.fetch(READ, last, PAGE):
            clear = [later.unseal(row[1]) for row in page]
            lists = [row[0] for row in page], [later.seal(one) for one in clear]
            await db.execute(WRITE, *lists, [later.blind_index(one) for one in clear])
            last = page[-1][0]
        seconds = time.perf_counter() - began
        nth, found = rows // 2, later.blind_index(email_of(rows // 2))
        told = await db.fetchrow("select id, email from peer_people where email_idx = $1", found)
        assert told is not None, "it is found by its new index"
        assert (told[0], later.unseal(told[1])) == (nth, email_of(nth))
        return seconds
    finally:
        await db.close()


async def ours(house: House, rows: int) -> float:
    """Return how long we take."""
    ground, since = house.ground, datetime.now(UTC)
    smith, version = ground.locksmith, 2
    verbs: Sequence[Callable[[Any], Any]] = (
        lambda tx: smith.add(tx, KeyPurpose.INDEX),
        lambda tx: smith.distribute(tx, KeyPurpose.INDEX, version),
        lambda tx: smith.write_also(tx, version),
    )
    for verb in verbs:
        async with house.db.transaction() as tx:
            await verb(tx)
    one = next(one for one in SEALED if one.table == "accounts_identifiers")
    sweep = Sweep(house.db, ground.vault.ring, ground.ids, ground.clock)
    began, left = time.perf_counter(), deque(await cut(house.db, one, PARTS))

    async def lane() -> Swept:
        total = Swept()
        while left:
            total += await sweep.whole(one, Wanted(since, version), PAGE, stretch=left.popleft())
        return total

    told = sum(await asyncio.gather(*(lane() for _ in range(LANES))), Swept())
    seconds = time.perf_counter() - began
    assert (told.sealed, told.indexed, told.missed) == (rows, rows, 0), told
    found = await Verifier(house.db, ground.vault.ring, ground.ids.bytes(32)).table(
        one, Looking(since, version)
    )
    columns = found.columns.values()
    assert (found.unindexed, sum(c.old for c in columns)) == (0, 0), "all of it is new"
    assert sum(c.opened for c in columns) == rows, "and opens"
    return seconds


async def _fill(config: Config, dsn: str, rows: int) -> None:
    """Write our rows, in as many processes as there are cores."""
    loop, parts = asyncio.get_running_loop(), os.cpu_count() or 1
    edges = [rows * part // parts for part in range(parts + 1)]
    with ProcessPoolExecutor(parts, get_context("spawn")) as pool:
        await asyncio.gather(*(
            loop.run_in_executor(pool, _fill_part, config, dsn, edges[nth], edges[nth + 1])
            for nth in range(parts)
        ))  # fmt: skip


def _fill_part(config: Config, dsn: str, first: int, last: int) -> None:
    asyncio.run(_fill_some(config, dsn, first, last))


async def _fill_some(config: Config, dsn: str, first: int, last: int) -> None:
    db = await asyncpg.connect(dsn)
    try:
        async with open_house(config, dsn) as house:
            for begins in range(first, last, AT_ONCE):
                some = range(begins, min(begins + AT_ONCE, last))
                made = await rows_of(house, some, 0)
                emails = [row for row in made["accounts_identifiers"] if row[1] == "email"]
                made["accounts_identifiers"] = emails
                async with db.transaction():
                    for table in OURS:
                        columns = COLUMNS[table].split()
                        await db.copy_records_to_table(table, records=made[table], columns=columns)
    finally:
        await db.close()


async def measure(folder: str, rows: int) -> None:
    """Measure one after the other, on the same PostgreSQL, and print it."""
    tool = installed(f"{folder}/peer")
    config = Config(data_dir=f"{folder}/data", test_mode=True)
    async with connection(config, lambda _: None) as dsn:
        await migrate(dsn)
        began = time.perf_counter()
        async with open_house(config, dsn) as house:
            await _fill(config, dsn, rows)
            async with house.db.read() as tx:
                await tx.run("analyze")
            say(f"{rows:,} rows written", f"{time.perf_counter() - began:.0f} s")
            mine = await ours(house, rows)
        say("ours done, and verified", f"after {time.perf_counter() - began:.0f} s")
        theirs = await peers(dsn, tool, rows)
    say(f"{PEER} {VERSION}", f"{rows:,} rows in {theirs:.1f} s: {rows / theirs:,.0f} a second")
    say("we", f"{rows:,} rows in {mine:.1f} s: {rows / mine:,.0f} a second")
    say("our rate, in times of theirs", f"{theirs / mine:.2f}")
    say("  not the same work", "one key for all, nobody may write; a key for each, everybody may")


def run(words: list[str]) -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(prog="python -m bench upgrade peer", description=__doc__)
    parser.add_argument("--rows", type=int, default=300_000)
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="teahouse-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        asyncio.run(measure(folder, options.rows))
