"""Who is there, told by one worker to clients of another, wherever their next request comes in."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.clock import SystemClock
from teahouse.errors import Invalid
from teahouse.ids import Ids
from teahouse.infra.engines.broker import Nats
from teahouse.infra.engines.places import DataDir
from teahouse.sync.model import WORKERS_REMEMBERED_MAX, Counts, Token, read_token
from tests.living import Living, Person, living
from tests.presence.test_presence import show, shown


@pytest.fixture
async def pair(database: object, dsn: str, tmp_path: Path) -> AsyncIterator[tuple[Living, Living]]:
    """Two workers of one house, who tell each other by NATS."""
    clock = SystemClock()
    broker = Nats(DataDir.open(str(tmp_path / "broker")), clock, Ids(clock))
    await broker.start()
    settings: dict[str, Any] = {"nats_url": broker.url, "workers": 2}
    try:
        async with (
            living(dsn, tmp_path / "data", **settings) as one,
            living(dsn, tmp_path / "data", **settings) as other,
        ):
            yield one, other
    finally:
        await broker.stop()


def at(worker: Living, person: Person) -> Person:
    """The same device, asking a worker."""
    return Person(worker, person.user_id, person.token, person.device_id, person.since)


async def heard(worker: Living, serial: int) -> None:
    """Wait until a worker has heard of more than it had."""
    async with asyncio.timeout(20):
        while worker.house.talk.presence.serial <= serial:
            await asyncio.sleep(0)


async def test_a_client_that_waits_at_another_worker_is_woken(
    pair: tuple[Living, Living],
) -> None:
    one, other = pair
    ada, bob = await one.person(), await one.person()
    await ada.room(bob)
    await other.house.log.catch_up()
    far = at(other, bob)
    await far.sync(set_presence="offline")
    waiting = asyncio.ensure_future(far.sync(timeout=20_000, set_presence="offline"))
    while not other.house.talk.hub.waiting_count:
        await asyncio.sleep(0)
    await show(ada, "online", status_msg="Brewing")
    assert shown(await waiting)[ada.user_id]["status_msg"] == "Brewing"


async def test_what_happened_on_the_way_from_one_worker_to_another_is_told_once(
    pair: tuple[Living, Living],
) -> None:
    one, other = pair
    ada, bob = await one.person(), await one.person()
    await ada.room(bob)
    await other.house.log.catch_up()
    for worker in (one, other):  # both have answered before
        bob = at(worker, bob)
        await bob.sync(set_presence="offline")
    before = other.house.talk.presence.serial
    bob = at(one, bob)
    await bob.sync(set_presence="offline")
    await show(ada, "unavailable", status_msg="Steeping")
    await heard(other, before)
    bob = at(other, bob)
    assert shown(await bob.sync(set_presence="offline"))[ada.user_id]["status_msg"] == "Steeping"
    assert shown(await bob.sync(set_presence="offline")) == {}
    bob = at(one, bob)
    assert ada.user_id in shown(await bob.sync(set_presence="offline")), "by this worker for once"
    for worker in (other, one, other):
        bob = at(worker, bob)
        assert shown(await bob.sync(set_presence="offline")) == {}


names = st.from_regex(r"[a-zA-Z0-9]{1,12}", fullmatch=True)
counts = st.integers(0, 10**9)


@given(
    st.builds(
        Token,
        counts,
        counts,
        names,
        counts,
        counts,
        st.lists(st.builds(Counts, names, counts, counts), max_size=WORKERS_REMEMBERED_MAX).map(
            tuple
        ),
    ),
    names,
)
def test_a_place_is_read_as_it_was_written(token: Token, process: str) -> None:
    assert read_token(str(token)) == token
    elsewhere = token.other_than(process)
    assert process not in {one.process for one in elsewhere}
    assert len(elsewhere) <= WORKERS_REMEMBERED_MAX
    assert token.counts_of(token.process) == Counts(token.process, token.typing, token.presence)


@pytest.mark.parametrize(
    "text",
    ["s1_2_a_3_4_b.1", "s1_2_a_3_4_b.1.x", "s1_2_a_3_4_.1.2", "s1_2_a~_3", "s1_2_a_3_4_b.1.2~",
     "s1_2_a_3_4_" + "~".join(["b.1.2"] * 99)],
)  # fmt: skip
def test_what_is_no_place(text: str) -> None:
    with pytest.raises(Invalid):
        read_token(text)
