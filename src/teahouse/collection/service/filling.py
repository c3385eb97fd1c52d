"""Looking through what was there before this domain: page by page, kind by kind.

A page is read while no use can begin or end, so that what it says is still so when it is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from teahouse.accountdata.service import AccountData
from teahouse.clock import Clock
from teahouse.collection import store
from teahouse.collection.model import (
    EVENTS_AT_ONCE_MAX,
    PROFILES_AT_ONCE_MAX,
    VALUES_AT_ONCE_MAX,
    Naming,
    Use,
)
from teahouse.infra.db.pool import Tx
from teahouse.media.service import Media
from teahouse.profiles.service import Profiles
from teahouse.rooms.service import Rooms
from teahouse.timeline.service.reading import Reading

AFTER = {"events": "profiles", "profiles": "values", "values": "files", "files": ""}

Page = tuple[list[Use], list[str] | None]  # what it uses, and where the next begins


@dataclass(frozen=True, repr=False)
class Filling:
    """Finds the uses of before."""

    clock: Clock
    naming: Naming
    rooms: Rooms
    reading: Reading
    profiles: Profiles
    account_data: AccountData
    media: Media

    async def fill(self, tx: Tx) -> None:
        """Look through one more page of what there was before; nothing once that is done."""
        found = await store.filled_until(tx)
        if found is None:
            return
        await store.alone(tx)
        stage, at = found
        while stage:
            uses, at_next = await self._page(tx, stage, at)
            if uses:
                await store.begin(tx, uses)
            if at_next is not None:
                await store.fill_from(tx, stage, at_next)
                return
            stage, at = AFTER[stage], []
        await store.end_filling(tx)

    async def _page(self, tx: Tx, stage: str, at: Sequence[str]) -> Page:
        if stage == "events":
            return await self._events(tx, at)
        if stage == "profiles":
            return await self._profiles(tx, at)
        if stage == "values":
            return await self._values(tx, at)
        return [], await self._files(tx, at)

    async def _events(self, tx: Tx, at: Sequence[str]) -> Page:
        """Look at events: messages, and state as it is now; what was put away is held, too."""
        room_id, pos = (at[0], int(at[1])) if at else ("", 0)
        placed = await self.reading.events_from(tx, room_id, pos, EVENTS_AT_ONCE_MAX)
        whole = await self.reading.as_said(tx, placed)
        naming = [event for _, event in whole if self.naming.uses(event)]
        states = [event for event in naming if event.is_state]
        current = await self.rooms.current(tx, states) if states else set[str]()
        uses = [
            use
            for event in naming
            if not event.is_state or event.event_id in current
            for use in self.naming.uses(event)
        ]
        if len(placed) < EVENTS_AT_ONCE_MAX:
            return uses, None
        return uses, [placed[-1][1].room_id, str(placed[-1][0])]

    async def _profiles(self, tx: Tx, at: Sequence[str]) -> Page:
        shown = await self.profiles.after(tx, at[0] if at else "", PROFILES_AT_ONCE_MAX)
        uses = [
            Use(account_id, field, one)
            for account_id, texts in shown
            for field, text in texts.items()
            for one in sorted(self.naming.named(text))
        ]
        return uses, [shown[-1][0]] if len(shown) == PROFILES_AT_ONCE_MAX else None

    async def _values(self, tx: Tx, at: Sequence[str]) -> Page:
        place = (at[0], at[1], at[2]) if at else ("", "", "")
        values = await self.account_data.after(tx, place, VALUES_AT_ONCE_MAX)
        uses = [
            Use(user_id, self.account_data.place_of(datum), one)
            for user_id, datum in values
            for one in sorted(self.naming.named(datum.content))
        ]
        if len(values) < VALUES_AT_ONCE_MAX:
            return uses, None
        user_id, datum = values[-1]
        return uses, [user_id, datum.room_id, datum.type]

    async def _files(self, tx: Tx, at: Sequence[str]) -> list[str] | None:
        """List the files that there are: their time begins now."""
        files = await self.media.after(tx, at[0] if at else "", VALUES_AT_ONCE_MAX)
        if files:
            await store.list_files(tx, files, self.clock.now())
        return [files[-1]] if len(files) == VALUES_AT_ONCE_MAX else None
