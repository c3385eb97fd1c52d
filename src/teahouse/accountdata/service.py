"""Keeping and giving back what a person's clients store with us."""

import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from teahouse.accountdata import model, store
from teahouse.accountdata.events import AccountDataChanged
from teahouse.accountdata.model import Datum, Filter, NoSuchData, NoSuchFilter, TooMuchKept
from teahouse.errors import TooLarge
from teahouse.ids import urlsafe
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx

FILTERS_CACHED_MAX = 20_000
IGNORED_CACHED_MAX = 50_000
POSITION_MAX = 2**63 - 1
Standing = Callable[[str], bytes]

# Called with ``(tx, user_id, place, content)`` in the transaction that writes a value.
Keeping = Callable[[Tx, str, str, bytes], Awaitable[None]]
# Called with ``(tx, user_id)`` in the transaction that deletes all that a person keeps.
Forgetting = Callable[[Tx, str], Awaitable[None]]


def _no_standing() -> dict[str, Standing]:
    return {}


@dataclass(repr=False)
class _Ignored:
    """Whom people ignore. ``turn`` counts changes, so a slow read is not kept when stale."""

    people: OrderedDict[str, frozenset[str]] = field(
        default_factory=OrderedDict[str, frozenset[str]]
    )
    turn: int = 0

    def drop(self, _pos: int, changed: AccountDataChanged) -> None:
        """Forget whom a person ignores when that has changed."""
        if changed.type == model.IGNORED and not changed.room_id:
            self.turn += 1
            self.people.pop(changed.user_id, None)

    def keep(self, user_id: str, found: frozenset[str]) -> None:
        """Remember whom a person ignores."""
        self.people[user_id] = found
        if len(self.people) > IGNORED_CACHED_MAX:
            self.people.popitem(last=False)


@dataclass(frozen=True, repr=False)
class AccountData:
    """Values by person, room and type; tags; filters.

    ``standing`` gives, by type, the value of a person who has never set it (push rules).
    """

    db: Database
    log: Log
    standing: Mapping[str, Standing] = field(default_factory=_no_standing)
    keeping: list[Keeping] = field(default_factory=list[Keeping])
    forgetting: list[Forgetting] = field(default_factory=list[Forgetting])
    _filters: OrderedDict[tuple[str, str], Filter] = field(
        default_factory=OrderedDict[tuple[str, str], Filter], repr=False
    )
    _ignored: _Ignored = field(default_factory=_Ignored, repr=False)

    def __post_init__(self) -> None:
        """Hear of changes, in this worker and in others."""
        self.log.hear(AccountDataChanged, self._ignored.drop)

    async def set(self, user_id: str, room_id: str, data_type: str, content: bytes) -> int:
        """Keep a value in a transaction of its own; see :meth:`set_in`."""
        async with self.db.transaction() as tx:
            return await self.set_in(tx, user_id, room_id, data_type, content)

    async def set_in(
        self, tx: Tx, user_id: str, room_id: str, data_type: str, content: bytes
    ) -> int:
        """Keep a value (its JSON text) and announce it; return its log position.

        Takes the log's head: call it last. ``room_id`` is empty for what is about no room. Raises
        ``TooMuchKept``.
        """
        pos = await self.log.put(tx, AccountDataChanged(user_id, room_id, data_type))
        await self._write(tx, user_id, Datum(room_id, data_type, content, pos))
        return pos

    async def _write(self, tx: Tx, user_id: str, datum: Datum) -> None:
        new = await store.set_value(tx, user_id, datum)
        if new and await store.count(tx, user_id) > model.VALUES_MAX:
            raise TooMuchKept
        for kept in self.keeping:
            await kept(tx, user_id, self.place_of(datum), datum.content)

    @staticmethod
    def place_of(datum: Datum) -> str:
        """Return where a person keeps a value, in one word: the room, if it is of one, and the type."""
        return f"{datum.room_id} {datum.type}"

    async def after(
        self, tx: Tx, place: tuple[str, str, str], limit: int
    ) -> list[tuple[str, Datum]]:
        """Return whose values follow one, in the order of person, room and type."""
        return await store.after(tx, place, limit)

    async def get(self, user_id: str, room_id: str, data_type: str) -> bytes:
        """Return a value's JSON text. Raises ``NoSuchData``."""
        async with self.db.read() as tx:
            found = await store.get(tx, user_id, room_id, data_type)
        if found is None and not room_id and data_type in self.standing:
            return self.standing[data_type](user_id)
        if found is None:
            raise NoSuchData
        return found

    async def changed_since(self, tx: Tx, user_id: str, after: int, until: int) -> list[Datum]:
        """Return what was last set in the positions ``(after, until]``, oldest first."""
        return await store.changed(tx, user_id, after, until)

    async def all(self, tx: Tx, user_id: str, until: int = POSITION_MAX) -> list[Datum]:
        """Return everything last set by ``until``, oldest first, after what stands by itself."""
        found = await store.everything(tx, user_id, until)
        had = {datum.type for datum in found if not datum.room_id}
        unset = [
            Datum("", data_type, produce(user_id), 0)
            for data_type, produce in self.standing.items()
            if data_type not in had
        ]
        return [*unset, *found]

    async def kept(self, user_id: str) -> tuple[list[Datum], list[tuple[str, bytes]]]:
        """Return what a person's clients have kept with us: values, and filters by id."""
        async with self.db.read() as tx:
            values = await store.everything(tx, user_id, POSITION_MAX)
            return values, await store.filters(tx, user_id)

    async def ignored(self, user_id: str) -> frozenset[str]:
        """Return whom a person ignores (Client-Server API, "Ignoring Users"), mostly from memory."""
        known = self._ignored.people.get(user_id)
        if known is not None:
            return known
        turn = self._ignored.turn
        async with self.db.read() as tx:
            found = model.ignored_in(await store.get(tx, user_id, "", model.IGNORED), user_id)
        if turn == self._ignored.turn:
            self._ignored.keep(user_id, found)
        return found

    async def blocks_invites(self, user_id: str) -> bool:
        """Tell whether a person takes no invitations (Client-Server API, "Invite permission")."""
        async with self.db.read() as tx:
            return model.blocks_invites(await store.get(tx, user_id, "", model.INVITING))

    async def of_type(self, tx: Tx, user_ids: Sequence[str], data_type: str) -> dict[str, bytes]:
        """Return the values about no room of one type, of those people who have set it."""
        return await store.of_type(tx, list(user_ids), data_type)

    async def forget(self, tx: Tx, user_id: str) -> None:
        """Delete all that a person keeps; for the erasure of an account."""
        await store.forget(tx, user_id)
        for forgotten in self.forgetting:
            await forgotten(tx, user_id)

    # -- tags --------------------------------------------------------------------------------

    async def tags(self, user_id: str, room_id: str) -> dict[str, Any]:
        """Return a room's tags; none is an empty object."""
        async with self.db.read() as tx:
            return model.tags_of(await store.get(tx, user_id, room_id, model.TAG))

    async def put_tag(self, user_id: str, room_id: str, tag: str, body: Mapping[str, Any]) -> None:
        """Tag a room. Raises ``BadJson`` for an order that is no number, ``TooMuchKept``."""
        model.check_type(tag)
        async with self.db.transaction() as tx:
            pos = await self.log.put(tx, AccountDataChanged(user_id, room_id, model.TAG))
            tags = model.tags_of(await store.get(tx, user_id, room_id, model.TAG))
            tags[tag] = dict(body)
            model.check_tag(body, tags)
            content = model.encoded({"tags": tags})
            await self._write(tx, user_id, Datum(room_id, model.TAG, content, pos))

    async def remove_tag(self, user_id: str, room_id: str, tag: str) -> None:
        """Take a tag off a room; one that is not there is already off."""
        async with self.db.transaction() as tx:
            if tag not in model.tags_of(await store.get(tx, user_id, room_id, model.TAG)):
                return
            # The head of the log orders everybody who tags: what is read after it is current.
            pos = await self.log.put(tx, AccountDataChanged(user_id, room_id, model.TAG))
            tags = model.tags_of(await store.get(tx, user_id, room_id, model.TAG))
            tags.pop(tag, None)
            content = model.encoded({"tags": tags})
            await self._write(tx, user_id, Datum(room_id, model.TAG, content, pos))

    # -- filters -----------------------------------------------------------------------------

    async def add_filter(self, user_id: str, body: Mapping[str, Any]) -> str:
        """Keep a filter and return its id. Raises ``BadJson``, ``TooLarge``, ``TooMuchKept``."""
        parsed = model.parse_filter(body)
        text = model.encoded(body)
        if len(text) > model.FILTER_BYTES_MAX:
            raise TooLarge(f"A filter may have at most {model.FILTER_BYTES_MAX} bytes.")
        filter_id = urlsafe(hashlib.sha256(text).digest()[:12])
        async with self.db.transaction() as tx:
            await store.add_filter(tx, user_id, filter_id, text, model.FILTERS_MAX)
            if await store.get_filter(tx, user_id, filter_id) is None:
                raise TooMuchKept
        self._keep(user_id, filter_id, parsed)
        return filter_id

    async def filter_text(self, user_id: str, filter_id: str) -> bytes:
        """Return a filter as it was given. Raises ``NoSuchFilter``."""
        async with self.db.read() as tx:
            found = await store.get_filter(tx, user_id, filter_id)
        if found is None:
            raise NoSuchFilter
        return found

    async def filter(self, user_id: str, filter_id: str) -> Filter:
        """Return a filter ready for use, from memory when it was used lately.

        Raises ``NoSuchFilter``.
        """
        known = self._filters.get((user_id, filter_id))
        if known is not None:
            self._filters.move_to_end((user_id, filter_id))
            return known
        text = await self.filter_text(user_id, filter_id)
        parsed = model.parse_filter(msgspec.json.decode(text))
        self._keep(user_id, filter_id, parsed)
        return parsed

    def _keep(self, user_id: str, filter_id: str, parsed: Filter) -> None:
        self._filters[user_id, filter_id] = parsed
        while len(self._filters) > FILTERS_CACHED_MAX:
            self._filters.popitem(last=False)
