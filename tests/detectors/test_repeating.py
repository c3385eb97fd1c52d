"""Repetition in what is heard at once: who said it first, who made it too often, and how much is asked."""

from datetime import datetime, timedelta
from typing import Any

from teahouse.clock import FixedClock
from teahouse.detectors import store
from teahouse.detectors.model.lists import DetectorHit
from teahouse.detectors.model.velocity import digest_of, read_velocity
from teahouse.detectors.service.repeating import Heard, Repeat, Ruled, too_often
from teahouse.detectors.store import NewEcho
from teahouse.infra.db.pool import Tx
from tests.detectors.conftest import Desk

ONE = "by=one minutes=10 messages=3 rooms=2"
MANY = "by=many minutes=10 messages=4 accounts=2"
RULES = [Ruled("one", ONE, read_velocity(ONE)), Ruled("many", MANY, read_velocity(MANY))]
TEXT, OTHER = "Come to the tea house", "Nothing else to say here"


class Watched:
    """A transaction whose statements are counted."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx
        self.count = 0

    async def rows(self, query: Any, *values: Any) -> Any:
        self.count += 1
        return await self.tx.rows(query, *values)

    async def run(self, query: Any, *values: Any) -> int:
        self.count += 1
        return await self.tx.run(query, *values)


def heard(nth: int, user: str, room: str, at: datetime, text: str = TEXT) -> Heard:
    """Return something said, the ``nth`` of what is heard at once."""
    text_digest = digest_of(text)
    assert text_digest is not None
    event_id = f"${user}{room}{at.timestamp()}{nth}{text[0]}"
    return Heard(nth, len(text), NewEcho(event_id, text_digest, user, room, at))


async def of(tx: Any, *said: Heard) -> list[tuple[int, str]]:
    """Return which message was found, and by which list."""
    return [(one.nth, one.list_id) for one in await too_often(tx, said, RULES)]


async def test_of_what_is_heard_at_once_the_message_that_was_too_much_is_found(
    desk: Desk, clock: FixedClock
) -> None:
    now = clock.now()
    async with desk.home.house.db.transaction() as tx:
        assert await of(tx, heard(0, "ann", "r", now), heard(1, "ann", "r", now)) == []
        told = await of(
            tx,
            heard(0, "ann", "r", now, OTHER),
            heard(1, "ann", "r", now),  # the third, and in one room
            heard(2, "ann", "s", now),  # the fourth, by one account
            heard(3, "bob", "s", now),  # by two
            heard(4, "bob", "r", now),
        )
        assert told == [(2, "one"), (3, "many")]


async def test_a_text_that_was_found_is_found_again_when_its_time_is_over(
    desk: Desk, clock: FixedClock
) -> None:
    now = clock.now()
    await desk.made("one", "velocity", [ONE])
    async with desk.home.house.db.transaction() as tx:
        said = [heard(nth, "ann", "rs"[nth % 2], now) for nth in range(3)]
        (repeat,) = await too_often(tx, said, RULES[:1])
        assert isinstance(repeat, Repeat)
        where = ("message", "$1", "r", "suggest", repeat.entry, 0, repeat.letters, now)
        assert await store.hit(tx, DetectorHit("one", 2, *where))
        assert await of(tx, heard(0, "ann", "r", now)) == []
        later = now + timedelta(minutes=11)
        again = [heard(nth, "ann", "rs"[nth % 2], later) for nth in range(3)]
        assert await of(tx, *again) == [(2, "one")]


async def test_many_messages_cost_as_many_statements_as_one(desk: Desk, clock: FixedClock) -> None:
    now = clock.now()
    async with desk.home.house.db.transaction() as tx:
        for count in (1, 50):
            watched = Watched(tx)
            said = [heard(nth, "ann", "r", now, f"{TEXT} {count} {nth}") for nth in range(count)]
            assert await of(watched, *said) == []
            assert watched.count == 3
        nobody = Watched(tx)
        assert await of(nobody) == []
        assert nobody.count == 0
