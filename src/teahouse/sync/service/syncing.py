"""One sync: find what changed for the person, build it, or wait until something has."""

import itertools
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from teahouse.accountdata.model import Datum
from teahouse.accountdata.service import AccountData
from teahouse.clock import Clock
from teahouse.encryption.service.lists import Found
from teahouse.encryption.service.lists import Span as DeviceSpan
from teahouse.errors import Refused
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database
from teahouse.infra.http.caller import Caller
from teahouse.infra.http.shedding import overloaded
from teahouse.infra.http.turnstile import Turnstile
from teahouse.receipts.service import Typing
from teahouse.rooms.model.state import Membership
from teahouse.rooms.service import Rooms
from teahouse.sync.model import Token, Wish
from teahouse.sync.service.building import Building, Range
from teahouse.sync.service.company import Company
from teahouse.sync.service.devices import Devices, ForDevice
from teahouse.sync.service.fragments import account_data_bytes
from teahouse.sync.service.hub import Hub, WhenGone
from teahouse.timeline.model import Placed

_encode = msgspec.json.Encoder().encode
BEHIND_SECONDS_MAX = 5.0
MANY = 5  # rooms in one answer
LEFT = ("leave", "ban")
LONG = (4, 256, 3.0)  # answers made at once, answers waited for, seconds to wait
_refused = itertools.count()


def _many() -> Refused:
    return overloaded(next(_refused))


@dataclass
class _Answer:
    """An answer in the making."""

    join: list[bytes]
    invite: list[bytes]
    knock: list[bytes]
    leave: list[bytes]
    data: Sequence[Datum] = ()
    presence: Sequence[dict[str, Any]] = ()
    device: ForDevice | None = None

    @property
    def empty(self) -> bool:
        rooms = self.join or self.invite or self.knock or self.leave
        quiet = self.device is None or self.device.empty
        return quiet and not (rooms or self.data or self.presence)

    def encoded(self, token: Token) -> bytes:
        if self.device is not None:
            token = self.device.placed(token)
        parts = [b'{"next_batch":', _encode(str(token))]
        rooms = [
            b'"%b":{%b}' % (name, b",".join(some))
            for name, some in (
                (b"join", self.join),
                (b"invite", self.invite),
                (b"knock", self.knock),
                (b"leave", self.leave),
            )
            if some
        ]
        if rooms:
            parts += [b',"rooms":{', b",".join(rooms), b"}"]
        if self.data:
            parts += [b',"account_data":', account_data_bytes(self.data)]
        if self.presence:
            parts += [b',"presence":', _encode({"events": self.presence})]
        if self.device is not None:
            parts += self.device.encoded()
        return b"".join([*parts, b"}"])


@dataclass(frozen=True, repr=False)
class Syncing:
    """Serves syncs."""

    process: str
    db: Database
    clock: Clock
    log: Log
    hub: Hub
    rooms: Rooms
    typing: Typing
    account_data: AccountData
    building: Building
    company: Company
    devices: Devices
    # Long answers are made a few at a time, so that thousands who come back at once wait in a line
    # of bounded length, and those who go on talking do not wait behind them.
    long: Turnstile = field(default_factory=lambda: Turnstile(*LONG, crowded=_many))

    async def sync(
        self,
        caller: Caller,
        since: Token | None,
        wish: Wish,
        timeout_ms: int,
        when_gone: WhenGone | None = None,
    ) -> bytes:
        """Return what is new since a place, waiting up to ``timeout_ms`` for something to be.

        What is for one device alone is told only if the wish is of one.
        """
        if since is None or self.log.is_lost(since.pos):
            async with self.long.passed():
                return await self._initial(caller, wish, since is not None)
        if since.pos > self.log.applied:
            await self.log.reached(since.pos, BEHIND_SECONDS_MAX)
        known = self._known(since)
        deadline = self.clock.monotonic() + timeout_ms / 1000
        in_time = timeout_ms <= 0
        while True:
            if not in_time and not self._is_still(caller, since, wish):
                in_time = True
                await self.hub.rest(since.pos)
            token = self.here(since)
            left = deadline - self.clock.monotonic()
            if left <= 0 or not self._is_still(caller, since, wish) or self.hub.closed:
                answer = await self._read(caller, since, token, wish, known)
                left = deadline - self.clock.monotonic()
                if not answer.empty or wish.full_state or left <= 0 or self.hub.closed:
                    return answer.encoded(token)
            await self.hub.wait(caller, left, self.moved_from(token), when_gone)

    def _is_still(self, caller: Caller, since: Token, wish: Wish) -> bool:
        """Tell whether nothing at all has happened in the house, so that nobody need look for it.

        So it is for nearly everybody who has had their answer, and asks for the next one.
        """
        counts = since.counts_of(self.process)
        return (
            since.pos == self.log.applied
            and counts is not None
            and counts.typing == self.typing.serial
            and counts.presence == self.company.presence.serial
            and not wish.full_state
            and not (wish.of_device and self.devices.may_have_letters(caller, since))
        )

    async def _read(
        self, caller: Caller, since: Token, token: Token, wish: Wish, known: int
    ) -> _Answer:
        """Return what is new; a few at a time where memory does not reach back so far."""
        if self._is_still(caller, since, wish):
            answer = _Answer([], [], [], [])
            if wish.of_device:
                answer.device = await self.devices.still(caller, token.pos)
            return answer
        if self.hub.reaches(since.pos, token.pos):
            return await self._since(caller, since, token, wish, known)
        async with self.long.passed():
            return await self._since(caller, since, token, wish, known)

    async def key_changes(self, caller: Caller, since: Token, until: Token) -> Found:
        """Return whose devices changed between two places (``GET /keys/changes``)."""
        memberships = await self.rooms.memberships(caller.user_id)
        newest = await self.building.reading.newest(list(memberships))
        touched = [room_id for room_id, pos in newest.items() if pos > since.pos]
        end = min(until.pos, self.log.applied)
        moved = self.hub.moved_keys.between(since.pos, end)
        span = DeviceSpan(since.pos, end, memberships, touched, moved)
        return await self.devices.encryption.lists.between(caller.user_id, span)

    def here(self, since: Token | None) -> Token:
        """Return the place up to which this worker knows everything."""
        applied = self.log.applied
        pos = max(applied, since.pos) if since else applied
        others = since.other_than(self.process) if since else ()
        return Token(
            pos,
            self.typing.serial,
            self.process,
            self.company.presence.serial,
            others=others,
        )

    def _known(self, since: Token) -> int:
        """Return the number of the last change of presence that a client has of this worker.

        One that comes from another worker for the first time has none of them: what this one heard
        while nobody answered it here is told now. One that has no place of a sync is told nothing old.
        """
        counts = since.counts_of(self.process)
        if counts is not None:
            return counts.presence
        return 0 if since.process else self.company.presence.serial

    def moved_from(self, token: Token) -> Callable[[], bool]:
        """Return what tells whether anything at all has happened since a place."""
        presence = self.company.presence

        def moved() -> bool:
            here = (self.typing.serial, presence.serial)
            return self.log.applied > token.pos or here != (token.typing, token.presence)

        return moved

    # -- from the beginning --------------------------------------------------------------------

    async def _initial(self, caller: Caller, wish: Wish, anew: bool) -> bytes:
        """Return everything. ``anew``: to a client that has seen what was lost since a back-up."""
        token = self.here(None)
        memberships = await self.rooms.memberships(caller.user_id)
        answer = _Answer([], [], [], [])
        async with self.db.read() as tx:
            data = await self.account_data.all(tx, caller.user_id)
        answer.data = [d for d in data if not d.room_id and _wants(wish, d)]
        by_room = _by_room(data, wish)
        span = Range(0, token.pos, True, anew)
        mine = [m for m in memberships.values() if wish.filter.room.admits_room(m.room_id)]
        joined = [m for m in mine if m.membership == "join"]
        await self.prepare(caller, [what.room_id for what in mine], memberships)
        ready = await self.last_events(joined, token.pos, wish.limit)
        for what in joined:
            part = await self._joined(
                caller, what, span, wish, by_room.get(what.room_id, ()), True, ready
            )
            if part is not None:
                answer.join.append(part)
        for what in mine:
            kept = by_room.get(what.room_id, ())
            await self._not_joined(caller, what, span, wish, kept, answer)
        answer.presence = await self.company.everybody(caller.user_id, wish)
        if wish.of_device:
            answer.device = await self.devices.initial(caller, token.pos)
        return answer.encoded(token)

    async def prepare(
        self, caller: Caller, room_ids: Collection[str], memberships: Mapping[str, Membership]
    ) -> None:
        """Bring rooms into memory that an answer is about, many at a time."""
        if len(room_ids) < MANY:
            return
        await self.rooms.load(room_ids)
        joined = [one for one in room_ids if memberships[one].membership == "join"]
        rooms = [room for one in joined if (room := self.rooms.in_memory(one)) is not None]
        await self.building.prepare(rooms, caller.user_id)

    async def last_events(
        self, joined: Sequence[Membership], until: int, limit: int
    ) -> dict[str, list[Placed]]:
        """Read in one go the newest events of the rooms that memory does not reach back for."""
        tails = self.building.tails
        cold = [
            what.room_id
            for what in joined
            if len(tails.since(what.room_id, tails.floor, until) or ()) <= limit
            and tails.since(what.room_id, 0, until) is None
        ]
        return await self.building.reading.last_of(cold, until, limit + 1) if cold else {}

    # -- since then ----------------------------------------------------------------------------

    async def _since(
        self, caller: Caller, since: Token, token: Token, wish: Wish, known: int
    ) -> _Answer:
        """Return what is new; ``known`` numbers the last change of presence that the client has."""
        answer = _Answer([], [], [], [])
        new_rooms, came = list[str](), set[str]()
        memberships = await self.rooms.memberships(caller.user_id)
        data: Sequence[Datum] = ()
        if self.hub.moved_data.moved(caller.user_id, since.pos):
            async with self.db.read() as tx:
                user_id = caller.user_id
                data = await self.account_data.changed_since(tx, user_id, since.pos, token.pos)
            answer.data = [d for d in data if not d.room_id and _wants(wish, d)]
        by_room = _by_room(data, wish)
        typing = self.typing_rooms(since, memberships)
        touched = await self.touched(memberships, since.pos)
        if wish.of_device:
            moved = self.hub.moved_keys.between(since.pos, token.pos)
            stated = [one for one in touched if self.building.stated.moved(one, since.pos)]
            part = DeviceSpan(since.pos, token.pos, memberships, stated, moved)
            answer.device = await self.devices.since(caller, since, token.pos, part)
        if wish.full_state:
            touched |= {r for r, what in memberships.items() if what.membership == "join"}
        await self.prepare(caller, touched, memberships)
        kept: Sequence[Datum]
        for room_id in sorted(touched | typing | by_room.keys()):
            what = memberships.get(room_id)
            if what is None or not wish.filter.room.admits_room(room_id):
                continue
            if what.membership != "join":
                span = Range(since.pos, token.pos, False)
                if what.pos > since.pos:
                    kept = by_room.get(room_id, ())
                    await self._not_joined(caller, what, span, wish, kept, answer)
                continue
            is_new = what.pos > since.pos and await self.is_new_to(caller, what, since.pos)
            full = wish.full_state or is_new
            new_rooms += [room_id] if is_new else []
            if self.building.stated.moved(room_id, since.pos):
                came |= self.company.came(caller.user_id, room_id, since.pos, token.pos)
            after = 0 if full and not wish.full_state else since.pos
            span = Range(after, token.pos, full, is_new)
            kept = by_room.get(room_id, ())
            if full:
                kept = await self._kept_about(caller, room_id, token.pos, wish)
            part = await self._joined(caller, what, span, wish, kept, room_id in typing or full, {})
            if part is not None:
                answer.join.append(part)
        answer.presence = await self.company.since(caller.user_id, known, new_rooms, came, wish)
        return answer

    async def _kept_about(
        self, caller: Caller, room_id: str, until: int, wish: Wish
    ) -> Sequence[Datum]:
        """Return all that a person keeps about a room: the client may not have it any more."""
        async with self.db.read() as tx:
            data = await self.account_data.all(tx, caller.user_id, until)
        return _by_room(data, wish).get(room_id, ())

    def typing_rooms(self, since: Token, memberships: dict[str, Membership]) -> set[str]:
        """Return the rooms whose typing the client does not know."""
        counts = since.counts_of(self.process)
        serial = -1 if counts is None else counts.typing
        if serial == self.typing.serial:
            return set()
        rooms = self.typing.rooms_since(serial)
        if serial < 0:
            rooms = [room_id for room_id in rooms if self.typing.who(room_id)]
        found: set[str] = set()
        for room_id in rooms:
            what = memberships.get(room_id)
            if what is not None and what.membership == "join":
                found.add(room_id)
        return found

    async def touched(self, memberships: Mapping[str, Membership], after: int) -> set[str]:
        """Return the person's rooms in which something may have happened."""
        known = self.hub.moved_rooms.since(after, memberships)
        if known is not None:
            return known
        newest = await self.building.reading.newest(list(memberships))
        moved = {room_id for room_id, pos in newest.items() if pos > after}
        joined = [one.room_id for one in memberships.values() if one.membership == "join"]
        return moved | await self.building.receipts.moved_since(joined, after)

    async def is_new_to(self, caller: Caller, what: Membership, after: int) -> bool:
        """Tell whether a member was not one yet at the last answer."""
        if what.pos <= after:
            return False
        reading = self.building.reading
        return await reading.membership_at(what.room_id, caller.user_id, after) != "join"

    # -- rooms ---------------------------------------------------------------------------------

    async def _joined(
        self,
        caller: Caller,
        what: Membership,
        span: Range,
        wish: Wish,
        data: Sequence[Datum],
        typing: bool,
        ready: dict[str, list[Placed]],
    ) -> bytes | None:
        room = await self.rooms.find(what.room_id)
        assert room is not None, "a membership is of a room"
        show_typing = typing and (not span.full or bool(self.typing.who(what.room_id)))
        part = await self.building.joined(
            caller, room, what, span, wish, data, show_typing, ready.get(what.room_id)
        )
        return None if part is None else _encode(what.room_id) + b":" + part

    async def keeps_away(self, user_id: str, what: Membership) -> bool:
        """Tell whether a person wants to hear nothing of an invitation."""
        if what.sender in await self.account_data.ignored(user_id):
            return True
        return await self.account_data.blocks_invites(user_id)

    async def _not_joined(
        self,
        caller: Caller,
        what: Membership,
        span: Range,
        wish: Wish,
        data: Sequence[Datum],
        answer: _Answer,
    ) -> None:
        if what.membership == "join":
            return
        hidden = what.forgotten or not wish.filter.room.include_leave
        if what.membership in LEFT and span.full and hidden:
            return
        room = await self.rooms.find(what.room_id)
        assert room is not None, "a membership is of a room"
        name = _encode(what.room_id) + b":"
        if what.membership == "invite":
            if await self.keeps_away(caller.user_id, what):
                return
            part = self.building.invited(room, caller.user_id, b"invite_state")
            answer.invite.append(name + part)
        elif what.membership == "knock":
            part = self.building.invited(room, caller.user_id, b"knock_state")
            answer.knock.append(name + part)
        else:
            part = await self.building.left(caller, room, what, span, wish, data)
            answer.leave.append(name + part)


def _by_room(data: Sequence[Datum], wish: Wish) -> dict[str, list[Datum]]:
    chosen = wish.filter.room.account_data
    found: dict[str, list[Datum]] = {}
    for datum in data:
        if datum.room_id and chosen.admits_type(datum.type) and chosen.admits_room(datum.room_id):
            found.setdefault(datum.room_id, []).append(datum)
    return found


def _wants(wish: Wish, datum: Datum) -> bool:
    return wish.filter.account_data.admits_type(datum.type)
