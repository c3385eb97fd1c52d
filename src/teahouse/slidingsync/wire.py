"""A sliding sync's request as clients send it (MSC4186's unstable endpoint)."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec

from teahouse.errors import Invalid
from teahouse.slidingsync.model import asking
from teahouse.slidingsync.model.asking import Asked, Config, Filters, Letters, ListWish, Required

Count = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
Pair = tuple[str, str]
Kinds = list[str | None]


class FiltersIn(msgspec.Struct):
    """Which rooms a list has."""

    is_dm: bool | None = None
    is_encrypted: bool | None = None
    is_invite: bool | None = None
    is_invited: bool | None = None
    room_types: Kinds | None = None
    not_room_types: Kinds | None = None
    room_name_like: str | None = None
    tags: list[str] | None = None
    not_tags: list[str] | None = None
    spaces: list[str] | None = None

    def read(self) -> Filters:
        """Return the filters as values."""
        return Filters(
            is_dm=self.is_dm,
            is_encrypted=self.is_encrypted,
            is_invite=self.is_invite if self.is_invited is None else self.is_invited,
            room_types=_set(self.room_types),
            not_room_types=frozenset(self.not_room_types or ()),
            name_like=self.room_name_like or "",
            tags=_set(self.tags),
            not_tags=frozenset(self.not_tags or ()),
            spaces=_set(self.spaces),
        )


class RoomIn(msgspec.Struct):
    """How much of a room is wanted."""

    timeline_limit: Count = 0
    required_state: list[Pair] = []

    def config(self) -> Config:
        """Return how much as a value. Raises ``Invalid``."""
        _check(len(self.required_state), asking.STATE_PAIRS_MAX, "pieces of required_state")
        limit = min(self.timeline_limit, asking.EVENTS_MAX)
        return Config(limit, Required(frozenset(self.required_state)))


class ListIn(RoomIn):
    """A list."""

    ranges: list[tuple[Count, Count]] | None = None
    range: tuple[Count, Count] | None = None
    filters: FiltersIn | None = None

    def read(self) -> ListWish:
        """Return the list as a value. Raises ``Invalid``."""
        ranges = [self.range] if self.range is not None else self.ranges
        _check(len(ranges or ()), asking.RANGES_MAX, "ranges of a list")
        if any(first > last for first, last in ranges or ()):
            raise Invalid("A range ends before it begins.")
        whole = None if ranges is None else tuple(sorted(ranges))
        return ListWish(self.config(), whole, (self.filters or FiltersIn()).read())


class ScopeIn(msgspec.Struct):
    """An extension about rooms."""

    enabled: bool | None = None
    lists: list[str] | None = None
    rooms: list[str] | None = None

    def read(self) -> asking.Scope:
        """Return it as a value."""
        return asking.Scope(bool(self.enabled), _set(self.lists), _set(self.rooms))


class LettersIn(msgspec.Struct):
    """The extension for letters."""

    enabled: bool | None = None
    limit: Count = 100
    since: str | None = None

    def read(self) -> Letters:
        """Return it as a value. Raises ``Invalid``."""
        since = self.since or "0"
        if not (since.isascii() and since.isdigit() and len(since) <= 18):
            raise Invalid("since is not a place that this extension gave.")
        return Letters(bool(self.enabled), max(1, min(self.limit, 100)), int(since))


class Switch(msgspec.Struct):
    """An extension that is on or off."""

    enabled: bool | None = None


class ExtensionsIn(msgspec.Struct):
    """What else is wanted."""

    to_device: LettersIn = msgspec.field(default_factory=LettersIn)
    e2ee: Switch = msgspec.field(default_factory=Switch)
    account_data: ScopeIn = msgspec.field(default_factory=ScopeIn)
    receipts: ScopeIn = msgspec.field(default_factory=ScopeIn)
    typing: ScopeIn = msgspec.field(default_factory=ScopeIn)


class SlidingIn(msgspec.Struct):
    """A request's body."""

    conn_id: str = ""
    txn_id: str = ""
    lists: dict[str, ListIn] = {}
    room_subscriptions: dict[str, RoomIn] = {}
    extensions: ExtensionsIn = msgspec.field(default_factory=ExtensionsIn)

    def read(self) -> Asked:
        """Return what is asked. Raises ``Invalid``."""
        _check(len(self.lists), asking.LISTS_MAX, "lists")
        _check(len(self.room_subscriptions), asking.ROOMS_MAX, "room_subscriptions")
        for name in (self.conn_id, self.txn_id):
            _check(len(name.encode()), asking.NAME_BYTES_MAX, "bytes of conn_id or txn_id")
        wanted = self.extensions
        return Asked(
            conn_id=self.conn_id,
            lists={name: one.read() for name, one in self.lists.items()},
            rooms={room_id: one.config() for room_id, one in self.room_subscriptions.items()},
            letters=wanted.to_device.read(),
            encryption=bool(wanted.e2ee.enabled),
            account_data=wanted.account_data.read(),
            receipts=wanted.receipts.read(),
            typing=wanted.typing.read(),
        )


def _set(names: Sequence[Any] | None) -> frozenset[Any] | None:
    return None if names is None else frozenset(names)


def _check(count: int, most: int, what: str) -> None:
    if count > most:
        raise Invalid(f"At most {most} {what}.")
