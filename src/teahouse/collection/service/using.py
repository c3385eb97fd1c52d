"""Keeping uses: each begins and ends with what names the file, in the same transaction.

Who writes a use and who takes files away exclude each other by one lock, which writers share. So a
file that goes has no use that is about to be committed, and a use that comes too late finds it gone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from teahouse.clock import Clock
from teahouse.collection import store
from teahouse.collection.model import FileGone, Naming, Use
from teahouse.errors import Refused
from teahouse.infra.db.pool import Tx
from teahouse.timeline.model import Placed


@dataclass(frozen=True, repr=False)
class Using:
    """What names files, as it comes and goes."""

    clock: Clock
    naming: Naming

    async def place(self, tx: Tx, placed: Sequence[Placed]) -> Mapping[str, Refused]:
        """Keep what new events use, and end what they replace; refuse those that name what is gone."""
        uses = [use for _, event in placed for use in self.naming.uses(event)]
        replaced = [(event.room_id, self.naming.ends(event)) for _, event in placed]
        ended = [one for one in replaced if one[1]]
        if not uses and not ended:
            return {}
        await store.beside(tx)
        gone: set[str] = set()
        if uses:
            files = {use.media_id for use in uses}
            gone = await store.gone(tx, files)
            await store.begin(tx, uses)
        if ended:
            await store.end(tx, ended, self.clock.now(), {use.media_id for use in uses})
        return {use.place: FileGone() for use in uses if use.media_id in gone}

    async def empty(self, tx: Tx, room_id: str, event_ids: Sequence[str]) -> None:
        """End what events used, because their text is taken away."""
        await store.beside(tx)
        await store.end(tx, [(room_id, one) for one in event_ids], self.clock.now())

    async def hold(self, tx: Tx, placed: Sequence[Placed]) -> None:
        """Keep what events use whose text is only put away: it may come back."""
        uses = [use for _, event in placed for use in self.naming.uses(event)]
        if uses:
            await store.beside(tx)
            await store.begin(tx, uses)

    async def show(self, tx: Tx, account_id: str, field: str, text: bytes) -> None:
        """Take a field of a profile as it is now. Raises ``FileGone``."""
        named = self.naming.named(text)
        await self._renew(tx, account_id, field, named)
        if named and await store.gone(tx, named):
            raise FileGone

    async def keep(self, tx: Tx, holder: str, place: str, text: bytes) -> None:
        """Take what somebody keeps as it is now: account data of a person, evidence of a case.

        A file in it that is gone is nobody's fault.
        """
        await self._renew(tx, holder, place, self.naming.named(text))

    async def leave(self, tx: Tx, holder: str) -> None:
        """End all that an account's profile, or a person's account data, used."""
        await store.beside(tx)
        await store.end_all_of(tx, holder, self.clock.now())

    async def uses_of(self, tx: Tx, media_ids: Sequence[str]) -> list[Use]:
        """Return the places that name files."""
        return await store.uses_of(tx, media_ids)

    async def come(self, tx: Tx, media_id: str) -> None:
        """Take note of a file that was uploaded: nothing uses it yet."""
        await store.list_files(tx, [media_id], self.clock.now())

    async def _renew(self, tx: Tx, holder: str, place: str, named: Iterable[str]) -> None:
        files = sorted(named)
        await store.beside(tx)
        await store.end_others(tx, holder, place, files, self.clock.now())
        if files:
            await store.begin(tx, [Use(holder, place, one) for one in files])
