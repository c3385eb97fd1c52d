"""Naming rooms, listing them, and finding people.

``claim``, ``publish``, ``move`` and ``place`` belong in the transaction that makes or changes the
room: an alias whose room was not made would be taken for ever.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field

from msgspec import structs

from teahouse.accounts.service import Accounts
from teahouse.clock import Clock
from teahouse.directory import model, store
from teahouse.directory.events import AliasRemoved
from teahouse.directory.model import (
    AliasExists,
    AliasInUse,
    FoundPerson,
    ListedRoom,
    MayNotList,
    NoSuchAlias,
    NoSuchRoom,
    NotYours,
    Page,
    TooManyAliases,
    Wanted,
)
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.profiles.service import Profiles
from teahouse.ratings.model import Rated, Rating
from teahouse.ratings.service import Ratings
from teahouse.rooms.model.event import RoomEvent
from teahouse.rooms.model.rules import NotInRoom
from teahouse.rooms.service import Room, Rooms
from teahouse.standing.service import Standing

READ_AT_ONCE = 200  # rooms

# Refuses an alias that somebody may not give or take: alias, who, and as which service, if any.
AliasCheck = Callable[[str, str, str], None]
# Asks others for a room by an alias that nobody has; tells whether there may be one now.
AliasAsk = Callable[[str], Awaitable[bool]]
# Returns the rooms that are listed for a network that is bridged; ``None`` is for all of them.
NetworkRooms = Callable[[Tx, str | None], Awaitable[list[str]]]
# Returns the rooms and people that are not to be listed; with ``True``, those not to be found either.
Hidden = Callable[[bool], Awaitable[frozenset[str]]]


@dataclass(frozen=True, repr=False)
class Directory:
    """Aliases, the list of rooms, the search for people."""

    db: Database
    log: Log
    rooms: Rooms
    accounts: Accounts
    profiles: Profiles
    clock: Clock
    server_name: str
    standing: Standing
    ratings: Ratings
    alias_checks: list[AliasCheck] = field(default_factory=list[AliasCheck], repr=False)
    alias_asks: list[AliasAsk] = field(default_factory=list[AliasAsk], repr=False)
    networks: list[NetworkRooms] = field(default_factory=list[NetworkRooms], repr=False)
    hiding: list[Hidden] = field(default_factory=list[Hidden], repr=False)

    # -- in the transaction of whoever makes or changes a room ---------------------------------

    async def claim(self, tx: Tx, alias: str, room_id: str, creator: str) -> None:
        """Give a new room its alias. Raises ``AliasInUse``, ``Invalid``."""
        model.check_ours(alias, self.server_name)
        for check in self.alias_checks:
            check(alias, creator, "")
        if not await store.claim(tx, alias, room_id, creator, self.clock.now()):
            raise AliasInUse

    async def publish(self, tx: Tx, room_id: str) -> None:
        """List a room."""
        await store.publish(tx, room_id, self.clock.now())

    async def move(self, tx: Tx, old_room_id: str, new_room_id: str) -> None:
        """Let a room that replaces another have its aliases, its labels and its place in the list."""
        await store.move(tx, old_room_id, new_room_id)
        await self.ratings.move(tx, old_room_id, new_room_id)
        if await store.unpublish(tx, old_room_id):
            await store.publish(tx, new_room_id, self.clock.now())

    async def place(self, tx: Tx, events: Iterable[RoomEvent]) -> None:
        """Take note of which rooms are open to everybody; for every batch of state events."""
        for event in events:
            if event.state_key != "" or event.type not in model.OPENING:
                continue
            opens = model.opens(event.type, event.content)
            if event.type == model.JOIN_RULES:
                await store.set_joinable(tx, event.room_id, opens)
            else:
                await store.set_readable(tx, event.room_id, opens)

    # -- aliases -------------------------------------------------------------------------------

    async def resolve(self, alias: str) -> str | None:
        """Return the room that an alias leads to, or ``None``."""
        async with self.db.read() as tx:
            found = await store.resolve(tx, alias)
        for ask in self.alias_asks if found is None else ():
            if await ask(alias):
                async with self.db.read() as tx:
                    found = found or await store.resolve(tx, alias)
        return found

    async def aliases_in(self, tx: Tx, room_id: str) -> list[str]:
        """Return a room's aliases, for what the house itself decides."""
        return await store.of_room(tx, room_id, model.ALIASES_OF_ROOM_MAX)

    async def find_alias(self, alias: str) -> str:
        """Return the room that an alias leads to. Raises ``Invalid``, ``NoSuchAlias``."""
        model.check_alias(alias)
        room_id = await self.resolve(alias)
        if room_id is None:
            raise NoSuchAlias(f"Room alias {alias} not found.")
        return room_id

    async def add_alias(self, user_id: str, alias: str, room_id: str, service_id: str = "") -> None:
        """Give a room one more alias, as one of its members.

        Raises ``Invalid``, ``NotInRoom``, ``AliasExists``, ``TooManyAliases``.
        """
        model.check_ours(alias, self.server_name)
        for check in self.alias_checks:
            check(alias, user_id, service_id)
        await self.rooms.access_joined(room_id, user_id)
        async with self.db.transaction() as tx:
            if not await store.claim(tx, alias, room_id, user_id, self.clock.now()):
                raise AliasExists(f"Room alias {alias} already exists.")
            if await store.count(tx, room_id) > model.ALIASES_OF_ROOM_MAX:
                raise TooManyAliases

    async def remove_alias(self, user_id: str, alias: str, service_id: str = "") -> None:
        """Remove an alias: whoever made it may, and whoever may name the room.

        A service may remove any that it may give. Raises ``Invalid``, ``NoSuchAlias``, ``NotYours``.
        """
        model.check_alias(alias)
        for check in self.alias_checks:
            check(alias, user_id, service_id)
        async with self.db.read() as tx:
            held = await store.held(tx, alias)
        if held is None:
            raise NoSuchAlias(f"Room alias {alias} not found.")
        room_id, creator = held
        if creator != user_id and not service_id:
            room = await self.rooms.find(room_id)
            if room is None or not model.may_manage(room.state, user_id):
                raise NotYours
        async with self.db.transaction() as tx:
            # The log's head before the row: whoever makes a room takes them in that order.
            await self.log.put(tx, AliasRemoved(room_id, alias, user_id))
            if not await store.release(tx, alias, room_id):
                raise NoSuchAlias(f"Room alias {alias} not found.")

    async def aliases(self, user_id: str, room_id: str) -> list[str]:
        """Return a room's aliases, for its members or if everybody may read it.

        Raises ``NotInRoom``, ``Invalid`` for what is no room's id.
        """
        model.check_room_id(room_id)
        room = await self.rooms.room(room_id)
        readable = room.state.history_visibility == "world_readable"
        if user_id not in room.state.joined and not readable:
            raise NotInRoom
        async with self.db.read() as tx:
            return await store.of_room(tx, room_id, model.ALIASES_OF_ROOM_MAX)

    # -- the list of rooms -----------------------------------------------------------------------

    async def is_listed(self, room_id: str) -> bool:
        """Tell whether a room is listed. Raises ``NoSuchRoom``."""
        await self._known(room_id)
        async with self.db.read() as tx:
            return await store.is_published(tx, room_id)

    async def take_down(self, room_id: str) -> list[str]:
        """Take a room off the list and its aliases from it, for operators; return those."""
        async with self.db.transaction() as tx:
            aliases = await self.aliases_in(tx, room_id)
            await store.unpublish(tx, room_id)
            for alias in aliases:
                await store.release(tx, alias, room_id)
        return aliases

    async def withhold(self, tx: Tx, room_id: str) -> None:
        """Keep a room off the list, whoever lists it meanwhile."""
        await store.withhold(tx, room_id, self.clock.now())

    async def let_go(self, tx: Tx, room_id: str) -> None:
        """Let a room be listed as it was, or was asked to be meanwhile."""
        await store.let_go(tx, room_id)

    async def hide(self, tx: Tx, target: str, why: str) -> None:
        """Have no stranger find a room or a person by lists and searches, for a reason."""
        await store.hide(tx, target, why, self.clock.now())

    async def unhide(self, tx: Tx, target: str, why: str) -> None:
        """Take a reason away; what another hides stays hidden."""
        await store.unhide(tx, target, why)

    async def listed_among(self, tx: Tx) -> set[str]:
        """Return the rooms that are listed."""
        return set(await store.published(tx, model.LISTED_MAX))

    async def set_listed(self, user_id: str, room_id: str, listed: bool) -> None:
        """List a room or take it off the list. Raises ``NoSuchRoom``, ``MayNotList``."""
        room = await self._known(room_id)
        if not model.may_manage(room.state, user_id):
            raise MayNotList
        async with self.db.transaction() as tx:
            if listed:
                await self.publish(tx, room_id)
            else:
                await store.unpublish(tx, room_id)

    async def page(
        self,
        viewer: str | None,
        wanted: Wanted,
        since: str | None,
        limit: int,
        network: str = "",
        every: bool = False,
    ) -> Page:
        """Return a page of the list of rooms: ours, those of a bridged network, or ``every`` one.

        What is labelled above the age of who looks is not in it; ``None`` is a visitor. Raises
        ``Invalid`` for a token that is not ours.
        """
        hidden = await self._hidden(wanted.term.strip() != "")
        async with self.db.read() as tx:
            ours = await store.published(tx, model.LISTED_MAX) if every or not network else []
            theirs = [
                room_id
                for bridged in (self.networks if every or network else ())
                for room_id in await bridged(tx, None if every else network)
            ]
        room_ids = [one for one in dict.fromkeys([*ours, *theirs]) if one not in hidden]
        rated = await self.ratings.open_among(viewer, Rated.ROOM, room_ids)
        found: list[ListedRoom] = []
        async for room in self._each(list(rated)):
            shown = model.shown(room.state)
            if shown is not None:
                label = rated[room.state.room_id]
                told = label if label != Rating() else None  # for everybody: nothing to tell
                found.append(structs.replace(shown, rating=told))
        return model.page(model.listed(found, wanted), since, limit)

    async def _known(self, room_id: str) -> Room:
        room = await self.rooms.find(room_id)
        if room is None:
            raise NoSuchRoom
        return room

    async def _each(self, room_ids: Sequence[str]) -> AsyncIterator[Room]:
        for first in range(0, len(room_ids), READ_AT_ONCE):
            some = room_ids[first : first + READ_AT_ONCE]
            await self.rooms.load(some)
            for room_id in some:
                room = await self.rooms.find(room_id)
                if room is not None:
                    yield room

    # -- people ----------------------------------------------------------------------------------

    async def search(self, user_id: str, term: str, limit: int) -> tuple[list[FoundPerson], bool]:
        """Return people by id or name, the nearest first, and whether there are more.

        Looked for among those who share a room with the one who asks and those in open rooms; by
        their whole name anybody is found. The one who asks is not.
        """
        wanted = term.strip().lower()[: model.TERM_LETTERS_MAX]
        if not wanted:
            return [], False
        async with self.db.read() as tx:
            open_ids = await store.open_rooms(tx, model.OPEN_SEARCHED_MAX)
        seen = await self._visible(user_id, wanted, limit, open_ids)
        exact = await self._by_whole_name(wanted)
        if exact is not None and exact != user_id and exact not in seen:
            seen.insert(0, exact)
        async with self.db.read() as tx:
            hidden = await store.hidden(tx, seen)
        rated = await self.ratings.open_among(user_id, Rated.OFFICIAL, seen)
        shown = [one for one in seen if one in rated and one not in hidden]
        people = await self._nearest(wanted, await self._findable(user_id, shown))
        return people[:limit], len(people) > limit

    async def known_people(self, user_id: str, term: str, limit: int) -> list[FoundPerson]:
        """Return people by id or name, of those who share a room with somebody and of no others."""
        wanted = term.strip().lower()[: model.TERM_LETTERS_MAX]
        if not wanted:
            return []
        seen = await self._visible(user_id, wanted, limit, ())
        return (await self._nearest(wanted, seen))[:limit]

    async def _nearest(self, wanted: str, seen: Sequence[str]) -> list[FoundPerson]:
        """Return those who are meant by the names they have now, the nearest first."""
        profiles = await self.profiles.many(seen)
        people = [
            FoundPerson(one, profiles[one].display_name, profiles[one].avatar_url) for one in seen
        ]
        people = [
            one for one in people if model.person_matches(wanted, one.user_id, one.display_name)
        ]
        people.sort(key=lambda one: model.closeness(wanted, one))
        return people

    async def _visible(
        self, user_id: str, wanted: str, limit: int, open_ids: Sequence[str]
    ) -> list[str]:
        """Return those who may be meant, by the names they have in the rooms that are looked at."""
        mine = await self.rooms.joined_rooms(user_id)
        enough, looked_at = limit * 4 + 1, 0
        seen = {user_id}
        found: list[str] = []
        async for room in self._each([*mine, *open_ids]):
            for other in list(room.state.joined - seen):
                seen.add(other)
                looked_at += 1
                name = room.state.content("m.room.member", other).get("displayname")
                known = name if isinstance(name, str) else None
                if model.person_matches(wanted, other, known):
                    found.append(other)
            if len(found) >= enough or looked_at >= model.PEOPLE_SEARCHED_MAX:
                break
        return found[:enough]

    async def mutual_rooms(
        self, user_id: str, other: str, since: str | None
    ) -> tuple[list[str], int, str | None]:
        """Return a page of the rooms that two people are in, how many there are, and a token.

        Raises ``Invalid`` for oneself, for what is no user id, and for a token that is not ours.
        """
        model.check_other(user_id, other)
        mine = set(await self.rooms.joined_rooms(user_id))
        shared = sorted(mine.intersection(await self.rooms.joined_rooms(other)))
        start = model.offset(since)
        end = start + model.MUTUAL_MAX
        return shared[start:end], len(shared), f"r{end}" if end < len(shared) else None

    async def _hidden(self, searching: bool) -> frozenset[str]:
        found: frozenset[str] = frozenset()
        for ask in self.hiding:
            found |= await ask(searching)
        return found

    async def _findable(self, user_id: str, seen: Sequence[str]) -> list[str]:
        """Leave out who is not to be found, but for those who share a room with them."""
        hidden = await self._hidden(searching=True)
        if hidden.isdisjoint(seen):
            return list(seen)
        mine = set(await self.rooms.joined_rooms(user_id))
        return [
            one
            for one in seen
            if one not in hidden or mine.intersection(await self.rooms.joined_rooms(one))
        ]

    async def _by_whole_name(self, wanted: str) -> str | None:
        """Return whose whole name it is, with or without ``@`` and server."""
        localpart = wanted.removeprefix("@").partition(":")[0]
        full = f"@{localpart}:{self.server_name}"
        if wanted not in (localpart, f"@{localpart}", full):
            return None
        async with self.db.read() as tx:
            return full if await self.accounts.exists(tx, full) else None
