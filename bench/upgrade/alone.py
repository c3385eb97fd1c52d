"""Sealing everything anew, and indexing it anew: how many personal fields a second one worker does.

``python -m bench upgrade alone --accounts 100000``: accounts with six personal fields and two unique
blind indexes each are written straight into the tables, sealed as the vault seals. Then a sweep
goes through them under new data keys and a new index key, by several processes, and the verifier
through all that.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from bench.meter import cpu_seconds, tree
from teahouse.accounts.store.personal import DEVICE_NAME, EMAIL, PHONE
from teahouse.app import SEALED, House, open_house
from teahouse.clock import SystemClock
from teahouse.config import Config
from teahouse.ids import Ids
from teahouse.infra.db.migrator import migrate
from teahouse.infra.db.pool import Database
from teahouse.infra.engines.connection import connection
from teahouse.infra.vault import envelope, suites
from teahouse.infra.vault.envelope import Place
from teahouse.infra.vault.field import PersonalField
from teahouse.infra.vault.lifecycle import KeyPurpose
from teahouse.infra.vault.model import KeyRef
from teahouse.infra.vault.store import DekRow
from teahouse.infra.vault.sweep.alone import collect_seldom
from teahouse.infra.vault.sweep.stretches import Stretch, cut
from teahouse.infra.vault.sweep.sweep import Sweep, Swept, Wanted
from teahouse.infra.vault.vault import dek_place, open_vault
from teahouse.infra.vault.verifier import Looking, Verifier
from teahouse.profiles.store import AVATAR_URL, DISPLAY_NAME, PROFILE_FIELDS

TABLES = ("accounts_identifiers", "accounts_sessions", "profiles_profiles")
FIELDS_EACH, INDEXES_EACH = 6, 2
AT_ONCE = 1000
LANES = 3  # that one hand walks at a time
PARTS = 12  # of a table, for each hand
ALL_PEOPLE = 1_225_000_000

ACCOUNTS = """
insert into accounts_accounts (
    account_id, localpart, user_id, account_class, region, regime_version, door, admission_id,
    created_at
)
select id, id, '@' || id || ':s', 'personal', 'intl', 1, 'phone', id, now()
from unnest($1::text[]) as id"""
SUBJECTS = "insert into vault_subjects (subject_id, created_at) select unnest($1::text[]), now()"
DEKS = """
insert into vault_deks (
    dek_id, version, subject_id, class, kek_id, kek_version, wrapped_dek, suite, created_at
)
select dek_id, 1, id, 'ordinary', $4, $5, wrapped, $6, now()
from unnest($1::text[], $2::text[], $3::bytea[]) as n (id, dek_id, wrapped)"""
IDENTIFIERS = """
insert into accounts_identifiers (
    account_id, kind, phone, email, odd_version, odd_digest, verified_at
)
select id, $5, case when $5 = 'phone' then sealed end, case when $5 = 'email' then sealed end, $4,
    digest, now()
from unnest($1::text[], $2::bytea[], $3::bytea[]) as n (id, sealed, digest)"""
SESSIONS = """
insert into accounts_sessions (
    session_id, account_id, user_id, device_id, token_digest, device_name, last_seen_at, created_at
)
select id, id, id, 'd', sha256(id::bytea), sealed, now(), now()
from unnest($1::text[], $2::bytea[]) as n (id, sealed)"""
PROFILES = """
insert into profiles_profiles (account_id, user_id, display_name, avatar_url, fields)
select id, id, name, url, fields
from unnest($1::text[], $2::bytea[], $3::bytea[], $4::bytea[]) as n (id, name, url, fields)"""


def _values(nth: int) -> tuple[tuple[PersonalField, str], ...]:
    return (
        (PHONE, f"+4477{nth:09d}"),
        (EMAIL, f"person{nth}@example.org"),
        (DEVICE_NAME, "Chrome on Linux"),
        (DISPLAY_NAME, f"Person {nth}"),
        (AVATAR_URL, f"mxc://example.org/{nth:024d}"),
        (PROFILE_FIELDS, '{"m.tz":"Europe/London"}'),
    )


async def fill(house: House, accounts: int) -> None:
    """Write so many accounts."""
    for first in range(0, accounts, AT_ONCE):
        await _fill_some(house, range(first, min(first + AT_ONCE, accounts)))


async def _fill_some(house: House, people: Sequence[int]) -> None:
    vault, ids = house.ground.vault, house.ground.ids
    keys, tenant = vault.ring.keys, vault.ring.tenant
    names = [ids.ulid() for _ in people]
    wrapped: list[bytes] = []
    deks: list[str] = []
    columns: dict[str, list[bytes]] = {}
    digests: dict[str, list[bytes]] = {"phone": [], "email": []}
    for nth, who in zip(people, names, strict=True):
        ref, secret = KeyRef(ids.ulid(), 1), ids.bytes(32)
        place = dek_place(tenant, DekRow(ref.key_id, 1, who, "ordinary", None, keys.suite))
        wrapped.append(await vault.ring.source.wrap(keys.primary, secret, place))
        deks.append(ref.key_id)
        cipher = suites.cipher(keys.suite, secret)
        for personal, text in _values(nth):
            there = Place(tenant, personal.table, personal.column, who)
            sealed = envelope.seal(cipher, ref, ids.bytes(12), there, text.encode())
            columns.setdefault(personal.name, []).append(sealed)
            if personal.column in digests:
                made = vault.indexer.again(keys, 1, personal, text)
                digests[personal.column].append(made.digest)
    async with house.db.transaction() as tx:
        await tx.run(ACCOUNTS, names)
        await tx.run(SUBJECTS, names)
        kek = keys.primary
        await tx.run(DEKS, names, deks, wrapped, kek.key_id, kek.version, keys.suite)
        for kind, personal in (("phone", PHONE), ("email", EMAIL)):
            await tx.run(IDENTIFIERS, names, columns[personal.name], digests[kind], 1, kind)
        await tx.run(SESSIONS, names, columns[DEVICE_NAME.name])
        shown = (columns[one.name] for one in (DISPLAY_NAME, AVATAR_URL, PROFILE_FIELDS))
        await tx.run(PROFILES, names, *shown)


async def next_index_key(house: House) -> int:
    """Have indexes written under a second version, too."""
    ground = house.ground
    for verb in ("add", "distribute", "write_also"):
        async with ground.db.transaction() as tx:
            version = 2
            if verb == "add":
                version = (await ground.locksmith.add(tx, KeyPurpose.INDEX)).version
            elif verb == "distribute":
                await ground.locksmith.distribute(tx, KeyPurpose.INDEX, version)
            else:
                await ground.locksmith.write_also(tx, version)
    await ground.attendance.beat()
    return 2


class Work(NamedTuple):
    """What a hand is told: what is wanted, and which parts of which tables are its."""

    config: Config
    dsn: str
    wanted: Wanted
    parts: list[tuple[str, Stretch]]
    rows_max: int


class Done(NamedTuple):
    """What a hand did, and its memory half-way and at the end, in kilobytes."""

    swept: Swept
    half_way_kb: int
    at_end_kb: int


def ready() -> None:
    """Be there, with everything imported, before the clock runs."""
    time.sleep(0.5)


def hand(work: Work) -> Done:
    """Sweep some parts, in a process of its own."""
    return asyncio.run(_hand(work))


async def _hand(work: Work) -> Done:
    collect_seldom()
    db = await Database.open(work.dsn, LANES + 1)
    clock = SystemClock()
    ids = Ids(clock)
    try:
        async with db.transaction() as tx:
            vault = await open_vault(tx, work.config, clock, ids)
        sweep = Sweep(db, vault.ring, ids, clock)
        left, sizes = deque(work.parts), [0]
        by_table = {one.table: one for one in SEALED}

        async def lane() -> Swept:
            total = Swept()
            while left:
                table, part = left.popleft()
                total += await sweep.whole(
                    by_table[table], work.wanted, work.rows_max, stretch=part
                )
                if len(left) >= len(work.parts) // 2:
                    sizes[0] = _memory_kb()
            return total

        # Side by side, so that one is sealed while the database puts another back.
        total = Swept()
        for told in await asyncio.gather(*(lane() for _ in range(LANES))):
            total += told
    finally:
        await db.close()
    return Done(total, sizes[0], _memory_kb())


def _memory_kb() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1])


async def measure(house: House, work: Work, accounts: int, hands: int) -> None:
    """Fill the house, sweep it, verify it, and print what that took."""
    ground = house.ground
    began = time.perf_counter()
    await fill(house, accounts)
    say(f"{accounts:,} accounts written", f"{time.perf_counter() - began:.1f} s")
    async with house.db.read() as tx:
        await tx.run("vacuum analyze")
        backend = await tx.value("select pg_backend_pid()")
    postgres = int(Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1])
    wanted = Wanted(ground.clock.now() + timedelta(milliseconds=1), await next_index_key(house))
    tables = [one for one in SEALED if one.table in TABLES]
    parts = [
        (one.table, part) for one in tables for part in await cut(house.db, one, PARTS * hands)
    ]
    works = [work._replace(wanted=wanted, parts=parts[nth::hands]) for nth in range(hands)]
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(hands, get_context("spawn")) as pool:
        await asyncio.gather(*(loop.run_in_executor(pool, ready) for _ in works))
        began, both, theirs = time.perf_counter(), _both(postgres), cpu_seconds([postgres])
        done = await asyncio.gather(*(loop.run_in_executor(pool, hand, one) for one in works))
        seconds, theirs = time.perf_counter() - began, cpu_seconds([postgres]) - theirs
        own = _both(postgres) - both - theirs
    tell(accounts, sum((one.swept for one in done), Swept()), seconds, (own, theirs))
    for one in done:
        half, end = one.half_way_kb / 1024, one.at_end_kb / 1024
        say("memory of a hand", f"{half:.0f} MB half-way, {end:.0f} MB at the end")
    await verified(house, tables, Looking(wanted.since, wanted.index))


def _both(postgres: int) -> float:
    mine, theirs = os.getpid(), [postgres]
    return cpu_seconds([mine] if postgres in tree(mine) else [mine, *theirs])


def tell(accounts: int, total: Swept, seconds: float, cpu: tuple[float, float]) -> None:
    """Print the figures of a sweep."""
    assert (total.sealed, total.indexed) == (accounts * FIELDS_EACH, accounts * INDEXES_EACH)
    rate = total.sealed / seconds
    say("sealed and indexed anew", f"{total.sealed:,} fields in {seconds:.1f} s")
    say("", f"{rate:,.0f} fields a second")
    own, theirs = (one / total.sealed for one in cpu)
    say("processor time of a field", f"{own * 1e6:.0f} µs ours, {theirs * 1e6:.0f} µs PostgreSQL's")
    say("", f"{2 / (own + theirs):,.0f} fields a second of two whole cores")
    core_hours = ALL_PEOPLE * FIELDS_EACH * (own + theirs) / 3600
    say("of 1.225 billion accounts", f"{core_hours:,.0f} core-hours")
    for nodes in (10, 100):
        days = ALL_PEOPLE * FIELDS_EACH / rate / 86400 / nodes
        say("", f"{days:.1f} days with {nodes} nodes like this one")


async def verified(house: House, tables: Sequence[Any], looking: Looking) -> None:
    """Open everything, by the code that shares nothing with the sweep."""
    verifier = Verifier(house.db, house.ground.vault.ring, house.ground.ids.bytes(32))
    began, opened = time.perf_counter(), 0
    for one in tables:
        found = await verifier.table(one, looking)
        assert found.unindexed == 0, found.unindexed_rows
        for column in found.columns.values():
            assert (column.old, column.broken_count) == (0, 0), column.name
            opened += column.opened
    seconds = time.perf_counter() - began
    say("verified", f"{opened:,} fields in {seconds:.1f} s: {opened / seconds:,.0f} a second")


def say(what: str, how: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{what:28} {how}\n")
    sys.stdout.flush()


async def run(words: list[str]) -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(prog="python -m bench upgrade alone", description=__doc__)
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--page", type=int, default=500, help="rows at once")
    parser.add_argument("--hands", type=int, default=os.cpu_count() or 1, help="processes")
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="teahouse-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        config = Config(data_dir=f"{folder}/data", test_mode=True)
        async with connection(config, lambda _: None) as dsn:
            await migrate(dsn)
            async with open_house(config, dsn) as house:
                work = Work(config, dsn, Wanted(), [], options.page)
                await measure(house, work, options.accounts, options.hands)
