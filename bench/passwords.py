"""Wrapping digests of other systems: how many a core does in a second, and what who signs in feels.

``python -m bench passwords``: people whose passwords are argon2id sign in at a steady pace, in rounds
by turns with and without a sweep that wraps, in the same process (which is the worst place for it: a
run has processes of its own). The digests to wrap cost nothing to read, whatever made them.
"""

import argparse
import asyncio
import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.surge import p99
from teahouse.accounts.model import Account
from teahouse.app import House, open_house
from teahouse.config import Config
from teahouse.infra.db.migrator import migrate
from teahouse.infra.engines.connection import connection
from teahouse.infra.vault.lifecycle import KeyPurpose

SAID = "correct horse battery"
SIGNING_IN = 20
LEGACY = "$pbkdf2-sha256$29000$N2YMIWQsBWBMae09x1jrPQ$1t8iyB2A.WF/Z5JZv.lfCIhXXN33N23OSgQYThBYRfk"
PAGE = 10
ALL_PEOPLE = 1_225_000_000

ACCOUNTS = """
insert into accounts_accounts (
    account_id, localpart, user_id, account_class, region, regime_version, door, admission_id,
    created_at
)
select id, id, '@' || id || ':localhost', 'personal', 'intl', 1, 'phone', id, now()
from unnest($1::text[]) as id"""
DIGESTS = """
insert into accounts_passwords (account_id, phc, changed_at)
select id, $2, now() from unnest($1::text[]) as id"""


async def fill(house: House, legacy: int) -> list[Account]:
    """Write people who sign in, and people who were brought in; return the first."""
    accounts = house.people.accounts
    here = [f"here{nth:09d}" for nth in range(SIGNING_IN)]
    brought = [f"brought{nth:09d}" for nth in range(legacy)]
    own = await accounts.passwords.hash(SAID)
    async with house.db.transaction() as tx:
        await tx.run(ACCOUNTS, [*here, *brought])
        await tx.run(DIGESTS, here, own)
        await tx.run(DIGESTS, brought, LEGACY)
    return [await accounts.account(f"@{name}:localhost") for name in here]


async def make_pepper(house: House) -> None:
    """Make the house's first pepper."""
    ground = house.ground
    async with ground.db.transaction() as tx:
        version = (await ground.locksmith.add(tx, KeyPurpose.PEPPER)).version
        await ground.locksmith.distribute(tx, KeyPurpose.PEPPER, version)
    await ground.attendance.beat()
    async with ground.db.transaction() as tx:
        await ground.locksmith.promote(tx, KeyPurpose.PEPPER, version)
    await ground.attendance.beat()


async def sign_in(house: House, who: Account, took: list[float]) -> None:
    """Check a password that is right, as a sign-in does."""
    began = time.perf_counter()
    assert await house.people.accounts.check_password(who, SAID)
    took.append((time.perf_counter() - began) * 1000)


async def arriving(
    house: House, people: Iterator[Account], pace: float, seconds: float
) -> list[float]:
    """Have people sign in at a pace that does not wait for answers; return what they waited."""
    took: list[float] = []
    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for nth in range(int(pace * seconds)):
            await asyncio.sleep(max(began + nth / pace - time.perf_counter(), 0))
            group.create_task(sign_in(house, next(people), took))
    return took


async def wrapping(house: House, stop: asyncio.Event, after: str) -> tuple[int, str]:
    """Wrap page after page until it is enough; return how many, and where it stopped."""
    done = 0
    while not stop.is_set():
        page = await house.people.accounts.wrapping.wrap_page(after, PAGE)
        assert page.after is not None, "there are more digests than can be wrapped meanwhile"
        done, after = done + page.wrapped, page.after
    return done, after


async def measure(house: House, options: argparse.Namespace) -> None:
    """Measure wrapping alone, then sign-ins in rounds by turns, and print."""
    seconds = options.seconds
    people = itertools.cycle(await fill(house, int(200 * seconds * (options.rounds + 1))))
    await make_pepper(house)
    stop, began, cpu = asyncio.Event(), time.perf_counter(), time.process_time()
    asyncio.get_running_loop().call_later(seconds, stop.set)
    done, after = await wrapping(house, stop, "")
    cpu, wall = time.process_time() - cpu, time.perf_counter() - began
    say("wrapped alone", f"{done} in {wall:.1f} s: {done / cpu:.1f} a core-second")
    say("of 1.225 billion accounts", f"{ALL_PEOPLE / (done / cpu) / 86400:,.0f} core-days")
    quiet: list[float] = []
    busy: list[float] = []
    count = 0
    for _ in range(options.rounds):
        quiet += await arriving(house, people, options.pace, seconds)
        stop = asyncio.Event()
        sweep = asyncio.create_task(wrapping(house, stop, after))
        busy += await arriving(house, people, options.pace, seconds)
        stop.set()
        done, after = await sweep
        count += done
    for words, took in (("without a sweep", quiet), ("beside a sweep", busy)):
        p50 = statistics.median(took)
        say(f"sign-ins {words}", f"{len(took)}: p50 {p50:.1f} ms, p99 {p99(took):.1f} ms")
    say("wrapped meanwhile", f"{count / seconds / options.rounds:.1f} a second")
    say("p99, beside over without", f"{p99(busy) / p99(quiet):.2f}")


def say(what: str, how: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{what:28} {how}\n")
    sys.stdout.flush()


async def run(words: list[str]) -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(prog="python -m bench passwords", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="how long each round is")
    parser.add_argument("--rounds", type=int, default=3, help="of each of the two kinds")
    parser.add_argument("--pace", type=float, default=8.0, help="sign-ins a second")
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="teahouse-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        config = Config(data_dir=f"{folder}/data")
        async with connection(config, lambda _: None) as dsn:
            await migrate(dsn)
            async with open_house(config, dsn) as house:
                await measure(house, options)
