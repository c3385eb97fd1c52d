"""Who is affected by a leak: how long it takes to count them, and to read the list.

``python -m bench breach --accounts 1000000``: accounts with a number and an address each are written
straight into the tables; nothing is opened, so what is sealed in them does not matter.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from teahouse.app import House, open_house, register_jobs
from teahouse.breaches.model import LISTED_MAX, Profile, Scope
from teahouse.config import Config
from teahouse.infra.db.migrator import migrate
from teahouse.infra.engines.connection import connection

TABLE = "accounts_identifiers"
AT_ONCE = 50_000
PEOPLE_OWED, MINUTES_OWED = 10_000_000, 10

FILL: tuple[str, ...] = (
    """insert into accounts_accounts (
        account_id, localpart, user_id, account_class, region, regime_version, door, admission_id,
        created_at
    )
    select id, id, '@' || id || ':s', 'personal', 'intl', 1, 'phone', id, now()
    from (select 'a' || lpad(n::text, 25, '0') as id from generate_series($1::int, $2::int) n) a""",
    """insert into vault_subjects (subject_id, created_at)
    select 'a' || lpad(n::text, 25, '0'), now() from generate_series($1::int, $2::int) n""",
    """insert into accounts_identifiers (
        account_id, kind, phone, email, odd_version, odd_digest, verified_at
    )
    select 'a' || lpad(n::text, 25, '0'), kind, case when kind = 'phone' then sealed end,
        case when kind = 'email' then sealed end, 1,
        substring(sha256((kind || n)::bytea) from 1 for 16), now()
    from generate_series($1::int, $2::int) n, unnest(array['phone', 'email']) kind,
        lateral (select sha256(n::text::bytea) || sha256(kind::bytea)) s (sealed)""",
)


async def fill(house: House, accounts: int) -> None:
    """Write so many accounts."""
    for first in range(0, accounts, AT_ONCE):
        async with house.db.transaction() as tx:
            for statement in FILL:
                run: Callable[..., Awaitable[int]] = tx.run  # what is measured is not written here
                await run(statement, first, min(first + AT_ONCE, accounts) - 1)


async def measure(house: House, accounts: int) -> None:
    """Fill the house, open a case, count and read."""
    await fill(house, accounts)
    breaches, now = house.rights.breaches, house.ground.clock.now()
    scope = Scope(now - timedelta(days=9), now + timedelta(days=1), (TABLE,), "kek", 1)
    case = await breaches.open("bench", "A leak", Profile.INTL, scope, None)
    began = time.perf_counter()
    while not await breaches.count_some(case.case_id, 20):
        pass
    counted = time.perf_counter() - began
    found, affected = await breaches.case(case.case_id)
    assert (affected, found.rows_count) == (accounts, 2 * accounts), "everybody, once"
    began, after, read = time.perf_counter(), "", 0
    while page := await breaches.affected("bench", case.case_id, after, LISTED_MAX):
        after, read = page[-1].account_id, read + len(page)
    listed = time.perf_counter() - began
    assert read == accounts, "everybody, once"
    minutes = PEOPLE_OWED / accounts * counted / 60
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(
        f"{accounts} accounts, {found.rows_count} rows: counted in {counted:.1f} s"
        f" ({found.rows_count / counted:,.0f} rows/s), listed in {listed:.1f} s, {memory} MiB\n"
        f"10 million people: about {minutes:.1f} minutes to count (owed: {MINUTES_OWED}),"
        f" {PEOPLE_OWED / accounts * listed / 60:.1f} to list\n"
    )


async def run(words: list[str]) -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(prog="python -m bench breach", description=__doc__)
    parser.add_argument("--accounts", type=int, default=1_000_000)
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="teahouse-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        config = Config(data_dir=folder, server_name="s")
        async with connection(config, lambda _: None) as dsn:
            await migrate(dsn)
            async with open_house(config, dsn) as house:
                register_jobs(house)
                await measure(house, options.accounts)
