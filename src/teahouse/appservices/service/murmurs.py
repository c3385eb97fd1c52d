"""Telling services who types, has read and is there, if they asked for it: now or not at all.

Only the worker that was told tells them. Nothing of it is kept: who types is over in a moment, and
how far somebody has read is told again with the next message.
"""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import msgspec

from teahouse.appservices.model import (
    MURMURS_MAX,
    ROOMS_LOOKED_AT_MAX,
    NoSuchService,
    Service,
    transaction_body,
)
from teahouse.appservices.service.asking import Asking
from teahouse.appservices.service.registry import Registry
from teahouse.errors import Unavailable
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database
from teahouse.presence.service import Presence
from teahouse.receipts.model import FULLY_READ, READ_PRIVATE, Receipt, contents
from teahouse.receipts.service import Receipts, Typing


@dataclass(frozen=True, repr=False)
class Murmurs:
    """Tells services what passes."""

    db: Database
    ids: Ids
    registry: Registry
    asking: Asking
    typing: Typing
    presence: Presence
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set["asyncio.Task[None]"])

    def listen(self, receipts: Receipts) -> None:
        """Hear of what this worker was told."""
        receipts.telling.append(self.read)
        self.typing.telling.append(self.types)
        self.presence.telling.append(self.shows)

    def types(self, room_id: str) -> None:
        """Tell who is typing in a room."""
        content = {"user_ids": self.typing.who(room_id)}
        self._begin(room_id, {"type": "m.typing", "content": content})

    def read(self, receipt: Receipt) -> None:
        """Tell how far somebody has read."""
        if receipt.type == FULLY_READ:
            return
        whose = receipt.user_id if receipt.type == READ_PRIVATE else ""
        for content in contents([receipt], receipt.user_id):
            self._begin(receipt.room_id, {"type": "m.receipt", "content": content}, whose)

    def shows(self, user_id: str) -> None:
        """Tell who is there, to services that share a room with them, or whose they are."""
        services = self._asking_for(user_id, private=False)
        if services:
            body = msgspec.json.encode(self.presence.event(user_id))
            self._later(self._tell_of(services, user_id, body))

    async def drain(self) -> None:
        """Wait for what is under way."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, room_id: str, event: dict[str, Any], whose: str = "") -> None:
        services = self._asking_for(whose, private=bool(whose))
        if services:
            body = msgspec.json.encode(event | {"room_id": room_id})
            self._later(self._tell(services, room_id, body))

    def _asking_for(self, user_id: str, private: bool) -> list[Service]:
        """Return the services that asked for it, if more can be told now."""
        if len(self._tasks) >= MURMURS_MAX:
            return []
        asking = [one for one in self.registry.every() if _wants(one)]
        return [one for one in asking if one.owns_user(user_id)] if private else asking

    def _later(self, telling: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(telling)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell(self, services: list[Service], room_id: str, body: bytes) -> None:
        with suppress(Unavailable, NoSuchService):
            async with self.db.read() as tx:
                near = await self.registry.interested_in(tx, room_id)
            await self._send([one for one in services if one.service_id in near], body)

    async def _tell_of(self, services: list[Service], user_id: str, body: bytes) -> None:
        near = {one.service_id for one in services if one.owns_user(user_id)}
        with suppress(Unavailable, NoSuchService):
            rooms = (await self.presence.rooms.joined_rooms(user_id))[:ROOMS_LOOKED_AT_MAX]
            async with self.db.read() as tx:
                for room_id in rooms:
                    if len(near) == len(services):
                        break
                    near |= await self.registry.interested_in(tx, room_id)
            await self._send([one for one in services if one.service_id in near], body)

    async def _send(self, services: list[Service], body: bytes) -> None:
        for one in services:
            name = f"{one.subject_id}.{self.ids.ulid()}"
            await self.asking.send(one, name, transaction_body([], [body]))


def _wants(service: Service) -> bool:
    """Tell whether a service asked for it."""
    return service.kept.receive_ephemeral and bool(service.kept.url)
