"""Telling who is concerned that somebody's keys have changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from teahouse.encryption import store
from teahouse.encryption.events import DeviceKeysChanged
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Tx
from teahouse.rooms.service import Rooms


@dataclass(frozen=True, repr=False)
class Changes:
    """Announces changes of keys, and notes where they were."""

    log: Log
    rooms: Rooms

    async def of(self, user_id: str) -> DeviceKeysChanged:
        """Return the announcement for all who share a room with somebody."""
        return DeviceKeysChanged(user_id, "", await self.rooms.joined_rooms(user_id))

    async def of_in(self, tx: Tx, user_id: str) -> DeviceKeysChanged:
        """Return the same within a transaction."""
        return DeviceKeysChanged(user_id, "", await self.rooms.joined_in(tx, user_id))

    async def announce(self, tx: Tx, changed: Sequence[DeviceKeysChanged], *others: Any) -> None:
        """Announce changes, and what else there is to tell; the last call of a transaction."""
        first = await self.log.put(tx, *changed, *others)
        for pos, one in zip(self.log.places(first, len(changed)), changed, strict=True):
            await store.set_change(tx, one.user_id, one.told, pos)
