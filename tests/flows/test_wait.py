"""Turns: in order, at the pace of the gate and no faster, on any number of workers."""

import asyncio
import random
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path

import asyncpg
import msgspec
import pytest

from teahouse.clock import FixedClock
from teahouse.gate.model.doors import Door
from teahouse.gate.model.invites import BadInvite
from teahouse.gate.model.notices import GateClosed, GatePaced
from teahouse.gate.model.policies import Attempt, State
from teahouse.gate.model.queues import Line as Queue
from teahouse.ids import token_digest
from teahouse.infra.db.pool import Database
from teahouse.waitlist import store
from teahouse.waitlist.model import TURN_LIFE
from tests.living import Living, living
from tests.waitlist.conftest import line
from tests.waitlist.line import BASE, START, Line

PACE = 60
BURST = 10  # what ten seconds bring, as the gate says
PEOPLE = Queue("intl", "personal")


def outbox(line: Line) -> list[str]:
    sent = line.living.house.people.accounts.codes.senders.outbox
    assert sent is not None
    return sent.links("ann@example.org")


async def test_a_turn_is_told_used_once_and_forgotten(
    line: Line, clock: FixedClock, wiper: asyncpg.Connection
) -> None:
    await line.set(State.WAITLIST, pace=6)
    ann, bo = await line.join("ann@example.org"), await line.join("bo@example.org")
    clock.move(timedelta(seconds=11))  # six a minute: one of them
    await line.living.run_jobs()
    seen, waits = await ann.look(), await bo.look()
    assert (seen["stage"], waits["stage"], waits["ahead"]) == ("called", "waiting", 0)
    assert waits["estimate"]["minutes_max"] >= 1
    assert outbox(line)[-1].endswith(f"/#/turn/{seen['turn']['token']}")
    alone = await line.client.post(START, json={"door": "email"})
    assert alone.status_code == 403
    made = await ann.register("ann")
    assert made.status_code == 201, made.text
    again = {"door": "email", "invite_token": seen["turn"]["token"]}
    assert (await line.client.post(START, json=again)).json()["code"] == "gate.bad_invite"
    (used,) = await wiper.fetch("select * from waitlist_places where state = 'used'")
    assert (used["contact"], used["odd_digest"]) == (None, None)
    assert (await ann.look())["stage"] == "used"
    clock.move(timedelta(seconds=12))
    await line.living.run_jobs()
    assert (await bo.look())["stage"] == "called"


async def test_a_turn_that_is_not_used_passes_and_is_told(
    line: Line, clock: FixedClock, wiper: asyncpg.Connection
) -> None:
    await line.set(State.PACED, pace=6)
    await drain(line)
    ann = await line.join("ann@example.org")
    clock.move(timedelta(seconds=20))
    await line.living.run_jobs()
    token = (await ann.look())["turn"]["token"]
    clock.move(TURN_LIFE)
    assert (await ann.look())["stage"] == "lapsed"
    assert (await line.client.get(f"{BASE}/turns/{token}")).status_code == 404
    await line.living.run_jobs()
    assert outbox(line)[-1].endswith("/#/waitlist/intl/personal")
    (row,) = await wiper.fetch("select * from waitlist_places where state = 'lapsed'")
    assert row["contact"] is None
    asked = {"door": "email", "invite_token": token}
    assert (await line.client.post(START, json=asked)).json()["code"] == "gate.bad_invite"


async def drain(line: Line) -> None:
    """Use up what the gate would let in now."""
    keeper = line.living.house.doors.gate.keeper
    attempt = Attempt(doors=(Door.EMAIL,), account_class="personal", region="intl")
    with pytest.raises(GatePaced):
        while True:
            async with keeper.db.transaction() as tx:
                await keeper.admit(tx, attempt, None)


async def test_newcomers_go_to_the_end_while_people_wait(line: Line, clock: FixedClock) -> None:
    await line.set(State.PACED, pace=6)
    early = await line.post(START, {"door": "email", "service_region": "intl"})
    await drain(line)
    clock.move(timedelta(seconds=1))
    ann = await line.join("ann@example.org")
    clock.move(timedelta(seconds=30))  # there is room again, for whoever waits
    late = await line.client.post(START, json={"door": "email", "service_region": "intl"})
    assert (late.status_code, late.json()["waitlist"]["people_waiting"]) == (403, True)
    elsewhere = await line.client.post(START, json={"door": "email", "service_region": "eu"})
    assert elsewhere.status_code == 201
    mine = f"{START}/{early.json()['registration_id']}"
    version = early.json()["policy_version"]
    await line.post(f"{mine}/consent", {"policy_version": version})
    await line.post(f"{mine}/contact", {"kind": "email", "value": "old@example.org"})
    await line.post(f"{mine}/code", {"code": await line.code("old@example.org")})
    assert (await ann.look())["stage"] == "called"  # the jobs ran with the code
    assert (await line.client.post(f"{mine}/finish", json={"username": "old"})).status_code == 201
    clock.move(timedelta(seconds=30))
    nobody_waits = await line.client.post(START, json={"door": "email", "service_region": "intl"})
    assert nobody_waits.status_code == 201


async def test_a_suspension_stops_turns_and_reopening_begins_with_those_who_wait(
    line: Line, clock: FixedClock
) -> None:
    await line.set(State.SUSPENDED, waiting_list=True)
    ann = await line.join("ann@example.org")
    clock.move(timedelta(hours=3))
    await line.living.run_jobs()
    assert (await ann.look())["stage"] == "waiting"
    await line.set(State.PACED, pace=PACE)
    late = await line.client.post(START, json={"door": "email", "service_region": "intl"})
    assert late.status_code == 403
    clock.move(timedelta(seconds=2))
    await line.living.run_jobs()
    assert (await ann.look())["stage"] == "called"


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_no_window_has_more_than_the_pace_on_three_workers(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock, seed: int,
    wiper: asyncpg.Connection,
) -> None:  # fmt: skip
    rng = random.Random(seed)
    async with AsyncExitStack() as stack:
        houses = [await stack.enter_async_context(living(dsn, tmp_path, clock)) for _ in range(3)]
        line = Line(houses[0])
        await line.set(State.WAITLIST, pace=PACE)
        await crowd(houses[0], 90)
        admitted: list[datetime] = []
        turns: list[bytes] = []
        while len(admitted) < 60:
            clock.move(timedelta(seconds=rng.choice([0.5, 1, 2, 7, 20])))
            await asyncio.gather(*(house.run_jobs() for house in houses))
            turns = await given(wiper)
            tries = [(rng.choice(houses), digest) for digest in turns for _ in range(2)]
            tries += [(rng.choice(houses), None) for _ in range(5)]
            rng.shuffle(tries)
            done = await asyncio.gather(*(come(house, digest) for house, digest in tries))
            admitted += [clock.now()] * sum(done)
    for at, first in enumerate(admitted):
        for last in range(at, len(admitted)):
            seconds = (admitted[last] - first).total_seconds()
            assert last - at + 1 <= PACE / 60 * seconds + BURST + 1e-6
    numbers = [row[0] for row in await wiper.fetch(
        "select ordinal from waitlist_places where pass_digest is not null order by ordinal"
    )]  # fmt: skip
    assert numbers == list(range(1, len(numbers) + 1))  # each once, and nobody was passed over


async def crowd(house: Living, count: int) -> None:
    """Put so many people in the line at once."""
    turns = house.house.doors.waitlist.turns
    now = turns.clock.now()
    async with turns.db.transaction() as tx:
        held = await store.hold_line(tx, PEOPLE, now)
        rows = [(f"p{n:04}", token_digest(f"t{n}"), n, now) for n in range(1, count + 1)]
        await tx.run_many(
            "insert into waitlist_places (place_id, ticket_digest, ordinal, at, region,"
            " account_class, lang, state, receipt_id)"
            " values ($1, $2, $3, $4, 'intl', 'personal', 'en', 'waiting', 'r')",
            rows,
        )
        await turns.changed(tx, msgspec.structs.replace(held, last_ordinal=count), waiting=count)


async def given(wiper: asyncpg.Connection) -> list[bytes]:
    rows = await wiper.fetch("select digest from gate_invites where uses_left > 0")
    return [row[0] for row in rows]


async def come(house: Living, digest: bytes | None) -> bool:
    """Be the last step of a registration, with or without a turn."""
    keeper = house.house.doors.gate.keeper
    attempt = Attempt(
        doors=(Door.EMAIL,), account_class="personal", region="intl", invited=digest is not None
    )
    try:
        async with keeper.db.transaction() as tx:
            await keeper.admit(tx, attempt, digest)
    except (GateClosed, GatePaced, BadInvite):
        return False
    return True


@pytest.mark.parametrize("seed", range(4))
async def test_positions_are_right_whoever_leaves(
    line: Line, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(store, "BLOCK_PLACES", 4)
    rng = random.Random(seed)
    house = line.living
    await crowd(house, 40)
    waitlist = house.house.doors.waitlist
    waiting = list(range(1, 41))
    for _ in range(12):
        if rng.random() < 0.7:
            gone = waiting.pop(rng.randrange(len(waiting)))
            await waitlist.places.leave(f"t{gone}")
        else:
            count = rng.randrange(4)
            async with waitlist.turns.db.transaction() as tx:
                held = await store.hold_line(tx, PEOPLE, waitlist.turns.clock.now())
                await waitlist.turns.let_in(tx, held, count)
            waiting = waiting[count:]
        seen = [(await waitlist.places.look(f"t{one}")).ahead for one in waiting]
        assert seen == list(range(len(waiting)))


__all__ = ["line"]
