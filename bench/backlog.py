"""Two weeks of people on the waiting list: what joining, looking and letting in cost then.

``python -m bench backlog --places 232000``: rows are written straight into the table, a hundredth
of them given up again at random, and then the domain's own verbs are measured at that depth.
"""

import argparse
import random
import resource
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from teahouse.app import House, open_house, register_jobs
from teahouse.config import Config
from teahouse.gate.model.policies import Draft, State
from teahouse.gate.model.queues import Line
from teahouse.ids import token_digest
from teahouse.infra.db.migrator import migrate
from teahouse.infra.engines.connection import connection
from teahouse.waitlist import store
from teahouse.waitlist.model import Joining

LINE = Line("intl", "personal")
LOOKS = 200
JOINS = 50
CALLS = 10
CALLED_AT_ONCE = 500

FILL = """
insert into waitlist_places (place_id, ticket_digest, ordinal, at, region, account_class, lang,
    state, receipt_id, contact_kind, contact, odd_version, odd_digest)
select 'bench' || n, sha256(('bench' || n)::bytea), n, now() - interval '14 days'
    + n * interval '14 days' / $1, 'intl', 'personal', 'en', 'waiting', 'r' || n, 'phone',
    sha256(n::text::bytea) || sha256(n::text::bytea) || sha256(n::text::bytea), 1,
    substr(sha256(n::text::bytea), 1, 16)
from generate_series(1, $1::bigint) as n"""

SIZE = "select pg_total_relation_size('waitlist_places')"


async def timed(count: int, act: Callable[[int], Awaitable[object]]) -> tuple[float, float, float]:
    """Do something so many times; return milliseconds: median, 99th of a hundred, and our own CPU."""
    took: list[float] = []
    cpu = time.process_time()
    for nth in range(count):
        began = time.perf_counter()
        await act(nth)
        took.append((time.perf_counter() - began) * 1000)
    cpu_ms = (time.process_time() - cpu) * 1000 / count
    took.sort()
    return took[count // 2], took[min(count - 1, count * 99 // 100)], cpu_ms


async def fill(house: House, places: int) -> None:
    """Put so many in line."""
    waitlist = house.doors.waitlist
    async with house.db.transaction() as tx:
        held = await store.hold_line(tx, LINE, house.ground.clock.now())
        await tx.run("set local statement_timeout = 0")
        await tx.run(FILL, places)
        longer = msgspec.structs.replace(held, last_ordinal=places)
        await waitlist.turns.changed(tx, longer, waiting=places)


async def measure(house: House, places: int) -> None:
    """Fill the line, and print what each thing costs then."""
    rng, waitlist = random.Random(7), house.doors.waitlist
    draft = Draft(state=State.PACED, pace_per_minute=1)
    await house.doors.gate.policies.set("bench", "bench", draft)
    began = time.perf_counter()
    await fill(house, places)
    say(f"{places:,} places written", f"{time.perf_counter() - began:.1f} s")
    gone = rng.sample(range(1, places + 1), places // 100)

    async def leave(nth: int) -> None:
        await waitlist.places.leave(f"bench{gone[nth]}")

    told("leave", await timed(min(len(gone), 500), leave))
    left = set(gone)
    stay = [n for n in rng.sample(range(1, places + 1), LOOKS * 2) if n not in left]

    async def look(nth: int) -> None:
        await waitlist.places.look(f"bench{stay[nth]}")

    told("look, anywhere in line", await timed(LOOKS, look))

    async def look_last(_: int) -> None:
        await waitlist.places.look(f"bench{places - 1}")

    told("look, at the end of it", await timed(LOOKS, look_last))
    told("join: ask, code, place", await timed(JOINS, lambda nth: join(house, nth)))

    async def call(_: int) -> None:
        async with house.db.transaction() as tx:
            held = await store.hold_line(tx, LINE, house.ground.clock.now())
            await waitlist.turns.let_in(tx, held, CALLED_AT_ONCE)

    middle, _, _ = await timed(CALLS, call)
    say("calling", f"{CALLED_AT_ONCE / middle * 1000:,.0f} a second, {middle:.0f} ms for 500")
    async with house.db.read() as tx:
        size: int = await tx.value(SIZE)
    say("the table", f"{size / 2**20:,.0f} MB, {size / places:,.0f} bytes a place")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    say("our own process, at most", f"{memory / 1024:,.0f} MB")


async def join(house: House, nth: int) -> None:
    """Ask for a place and prove the contact."""
    address = f"bench{nth}@example.org"
    places = house.doors.waitlist.places
    asked = await places.ask(
        Joining(
            account_class="personal",
            service_region="intl",
            contact_kind="email",
            contact=address,
            policy_version=places.consent.policy_version,
            lang="en",
        )
    )
    async with house.db.read() as tx:
        place = await store.find(tx, token_digest(asked.ticket))
    assert place is not None
    assert place.code_id is not None
    await house.runner.run_due()
    outbox = places.codes.senders.outbox
    assert outbox is not None, "the house is in test mode"
    await places.prove(asked.ticket, outbox.codes(address)[-1])


def say(what: str, how: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{what:28} {how}\n")


def told(what: str, cost: tuple[float, float, float]) -> None:
    """Print what something costs."""
    say(what, f"{cost[0]:.2f} ms, p99 {cost[1]:.2f} ms, of it {cost[2]:.2f} ms our own processor")


async def run(words: list[str]) -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(prog="python -m bench backlog", description=__doc__)
    parser.add_argument("--places", type=int, default=232_000)
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="teahouse-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        config = Config(data_dir=f"{folder}/data", test_mode=True)
        async with connection(config, lambda _: None) as dsn:
            await migrate(dsn)
            await _measured(config, dsn, options.places)


async def _measured(config: Config, dsn: str, places: int) -> None:
    async with open_house(config, dsn) as house:
        register_jobs(house)
        await measure(house, places)
