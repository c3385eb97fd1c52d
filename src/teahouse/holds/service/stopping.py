"""What holds stop: each part of the house that deletes asks here first, about what it is to delete.

What somebody takes back goes from every reader as without a hold; here what it said is sealed under the
hold's own key. A file that is to go is served to nobody, and an account is signed out and opened to
nobody, until the hold ends: then both go.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from teahouse.accounts.model import Account
from teahouse.clock import Clock
from teahouse.collection.model import Use
from teahouse.holds import store
from teahouse.holds.model.hold import ObjectKind
from teahouse.holds.store import BODY, PURPOSE, VALUE
from teahouse.ids import Ids
from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.vault import Vault
from teahouse.timeline.model import Placed

OWNER = "owner"  # an account by its id
FILE = ObjectKind.FILE.value
HELD = "held"  # why nobody is shown what an account that waits for its end shows
HOLDER = "hold "  # before a hold's id, where it is who names a file


class Stopped(NamedTuple):
    """An account whose end a hold has put off: until when, and what its owner may be told of why."""

    account_id: str
    user_id: str
    erase: bool
    until_at: datetime
    told: str


# Returns the places that name files.
Uses = Callable[[Tx, Sequence[str]], Awaitable[list[Use]]]
# Called with ``(tx, hold_id, event_id, body)`` to have the files stay that something kept names.
KeepFiles = Callable[[Tx, str, str, bytes], Awaitable[None]]
# Called in the transaction in which the end of an account is put off.
Putting = Callable[[Tx, Stopped], Awaitable[None]]


@dataclass(frozen=True, repr=False)
class Stopping:
    """Tells what is held, and puts aside what is taken back."""

    vault: Vault
    clock: Clock
    ids: Ids
    uses: Uses
    keep_files: KeepFiles
    putting_off: list[Putting] = field(default_factory=list[Putting])

    # -- what is said ----------------------------------------------------------------------------

    async def held(self, tx: Tx, placed: Sequence[Placed]) -> set[str]:
        """Return which events are held: by themselves, with their room, or with who said them."""
        return {one.key for one in await self._naming(tx, placed)}

    async def keep(self, tx: Tx, placed: Sequence[Placed]) -> None:
        """Put aside what events say that are held, before it is taken away for good."""
        bodies = {event.event_id: event for _, event in placed}
        now = self.clock.now()
        for one in await self._naming(tx, placed):  # in the order of the holds: see the vault
            event, kept_id = bodies[one.key], self.ids.ulid()
            await self.vault.grant(tx, one.hold_id, [PURPOSE])  # of an older version until now
            sealed = await self.vault.seal(tx, BODY, one.hold_id, kept_id, event.body)
            place = (event.room_id, event.event_id)
            await store.keep(tx, kept_id, one.hold_id, place, sealed, now)
            await self.keep_files(tx, one.hold_id, event.event_id, event.body)

    async def _naming(self, tx: Tx, placed: Sequence[Placed]) -> list[store.Naming]:
        return await store.naming(
            tx,
            [
                (kind.value, target, event.event_id)
                for _, event in placed
                for kind, target in (
                    (ObjectKind.MESSAGE, event.event_id),
                    (ObjectKind.ROOM, event.room_id),
                    (ObjectKind.ACCOUNT, event.sender),
                )
            ],
        )

    async def keep_value(
        self, tx: Tx, whose: tuple[str, str], name: str, earlier: Callable[[], Awaitable[str]]
    ) -> None:
        """Put aside what somebody, (account, user), showed of themselves, before they change it."""
        holds = await store.naming(tx, [(OWNER, whose[0], "")])
        value = await earlier() if holds else ""
        for one in holds if value else ():
            await self.vault.grant(tx, one.hold_id, [PURPOSE])
            kept_id = self.ids.ulid()
            sealed = await self.vault.seal(tx, VALUE, one.hold_id, kept_id, value)
            about = (*whose, name)
            await store.keep_value(tx, kept_id, one.hold_id, about, sealed, self.clock.now())

    # -- files -----------------------------------------------------------------------------------

    async def stay(self, tx: Tx, owners: Mapping[str, str], asked: bool) -> set[str]:
        """Return which files must stay; ``owners`` are accounts by file.

        Held are files that a hold names, those of an account that one names, and those that something
        held names. Where it was ``asked`` that they go, they go when the hold ends.
        """
        uses = await self.uses(tx, list(owners))
        named = [
            *((FILE, media_id, media_id) for media_id in owners),
            *((OWNER, account_id, media_id) for media_id, account_id in owners.items()),
            *((ObjectKind.MESSAGE.value, one.place, one.media_id) for one in uses),
            *((ObjectKind.ROOM.value, one.holder, one.media_id) for one in uses),
        ]
        holds = [(one.hold_id, one.key) for one in await store.naming(tx, named)]
        holds += [
            (one.holder.removeprefix(HOLDER), one.media_id)
            for one in uses
            if one.holder.startswith(HOLDER)
        ]
        if holds and asked:
            due = sorted({(hold_id, media_id, owners[media_id]) for hold_id, media_id in holds})
            await store.note_due(tx, FILE, due, self.clock.now())
        return {media_id for _, media_id in holds}

    async def files_left(self, tx: Tx, account_id: str) -> int:
        """Return how many files of an account stay for holds alone."""
        return await store.due_files(tx, account_id)

    # -- accounts and cases ----------------------------------------------------------------------

    async def put_off(self, tx: Tx, account: Account, erase: bool) -> datetime | None:
        """Return until when an account that is to end has to wait, if anybody holds it."""
        holds = await store.naming(tx, [(OWNER, account.account_id, "")])
        if not holds:
            return None
        due = [(one.hold_id, account.account_id, account.account_id) for one in holds]
        await store.note_due(tx, OWNER, due, self.clock.now())
        last = max(holds, key=lambda one: one.until_at)
        whose = (account.account_id, account.user_id)
        await self.vault.restrict(tx, account.account_id, HELD)
        for told in self.putting_off:
            await told(tx, Stopped(*whose, erase, last.until_at, last.told))
        return last.until_at

    async def called_back(self, tx: Tx, account_id: str) -> None:
        """Forget that an account was to end: its owner has called it back."""
        await self.vault.unrestrict(tx, account_id, HELD)
        await store.drop_due(tx, OWNER, account_id)

    async def cases(self, tx: Tx) -> list[str]:
        """Return the cases that are held."""
        return await store.held_of_kind(tx, ObjectKind.CASE.value)
