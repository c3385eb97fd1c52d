"""Rooms are read while they change: what comes meanwhile is in them, whoever else reads beside."""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from typing import Any, TypeVar

import pytest

from teahouse.errors import Unavailable
from teahouse.infra.db.pool import Tx
from teahouse.rooms import store
from teahouse.rooms.model.event import RoomEvent, encode_event
from teahouse.rooms.model.state import MEMBER
from teahouse.rooms.service import Rooms
from tests.living import Living

T = TypeVar("T")


def event(room_id: str, event_type: str, key: str, sender: str, **content: str) -> RoomEvent:
    body = encode_event("$late", event_type, sender, 1, dict(content), key)
    return RoomEvent("$late", room_id, event_type, sender, 1, body, key)


class Readers:
    """Two who read at once what they were told to: the first fails, the second goes on when it may."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
        self.both, self.fails, self.goes_on = asyncio.Barrier(3), asyncio.Event(), asyncio.Event()
        self._asked, self._real = 0, getattr(store, what)
        self._reads: ContextVar[bool] = ContextVar(
            "reads", default=False
        )  # not the house by itself
        monkeypatch.setattr(store, what, self._slowly)

    async def _slowly(self, tx: Tx, asked: object) -> object:
        if not self._reads.get():
            return await self._real(tx, asked)
        self._asked += 1
        is_first = self._asked == 1
        found = await self._real(tx, asked)
        await self.both.wait()
        await (self.fails if is_first else self.goes_on).wait()
        if is_first:
            raise Unavailable
        return found

    async def first_fails(self, read: Callable[[], Coroutine[Any, Any, T]]) -> "asyncio.Task[T]":
        """Have both read until the first has failed; return the second, who has not gone on."""
        self._reads.set(True)  # tasks that begin here take it with them
        first, second = asyncio.create_task(read()), asyncio.create_task(read())
        await self.both.wait()
        self.fails.set()
        with pytest.raises(Unavailable):
            await first
        return second


async def test_who_fails_to_read_a_room_takes_nothing_from_who_reads_it_too(
    house: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await house.person()
    room_id = await ada.room()
    rooms = Rooms(house.house.db, house.house.ground.clock)
    readers = Readers(monkeypatch, "rooms")
    second = await readers.first_fails(lambda: rooms.load([room_id]))
    rooms.apply(10_000, event(room_id, "m.room.name", "", ada.user_id, name="Tea"))
    readers.goes_on.set()
    await second
    room = rooms.in_memory(room_id)
    assert room is not None
    named = room.state.get("m.room.name", "")
    assert named is not None, "it came while the room was read"
    assert named.pos == room.state.pos == 10_000


async def test_who_fails_to_read_a_persons_rooms_takes_nothing_either(
    house: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await house.person()
    room_id = await ada.room()
    rooms = Rooms(house.house.db, house.house.ground.clock)
    readers = Readers(monkeypatch, "memberships")
    second = await readers.first_fails(lambda: rooms.memberships(ada.user_id))
    rooms.apply(10_000, event(room_id, MEMBER, ada.user_id, ada.user_id, membership="leave"))
    readers.goes_on.set()
    assert (await second)[room_id].membership == "leave"
