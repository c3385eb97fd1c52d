"""One sliding sync: which rooms are looked at, what is new in them, or waiting until something is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from teahouse.accountdata.model import Datum
from teahouse.encryption.service.lists import Span as DeviceSpan
from teahouse.infra.http.caller import Caller
from teahouse.rooms.model.state import Membership
from teahouse.slidingsync.model.asking import Asked, Config, UnknownPos
from teahouse.slidingsync.model.filtering import is_from_top, window
from teahouse.slidingsync.model.knowing import Connection, Known, Place, Settled
from teahouse.slidingsync.service.connections import Connections
from teahouse.slidingsync.service.extensions import Extensions, Scene
from teahouse.slidingsync.service.parts import Given, Part, Parts, Span
from teahouse.slidingsync.service.rolls import PRESENT, Roll, Rolls
from teahouse.sync.model import Token
from teahouse.sync.service.hub import WhenGone
from teahouse.sync.service.syncing import BEHIND_SECONDS_MAX, Syncing
from teahouse.timeline.model import Placed


@dataclass
class _Answer:
    """An answer in the making."""

    token: Token
    settled: Settled
    looked_before: Settled | None  # at which rooms the client looked in the answer that it has
    rooms: dict[str, Part] = field(default_factory=dict[str, Part])
    delta: dict[str, Known | None] = field(default_factory=dict[str, Known | None])
    extensions: dict[str, Any] = field(default_factory=dict[str, Any])
    spoken: dict[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    news: bool = False

    def put(self, room_id: str, known: Known | None, given: Given) -> None:
        """Add what is told of a room, and note what the client has of it then."""
        if given.part is not None:
            self.rooms[room_id] = given.part
            self.spoken[room_id] = given.event_ids
        if given.known != known:
            self.delta[room_id] = given.known

    def body(self, place: Place, txn_id: str) -> bytes:
        """Return the answer's JSON text."""
        counts = {name: {"count": count} for name, count in self.settled.counts.items()}
        body: dict[str, Any] = {
            "pos": str(place),
            "lists": counts,
            "rooms": self.rooms,
            "extensions": self.extensions,
        }
        return msgspec.json.encode(body | ({"txn_id": txn_id} if txn_id else {}))


@dataclass(frozen=True)
class _News:
    """What happened for a person since a place."""

    since: Token | None
    token: Token
    memberships: dict[str, Membership]
    data: Sequence[Datum]
    touched: set[str]

    @property
    def after(self) -> int:
        """The position after which things are new; 0: all are."""
        return self.since.pos if self.since else 0


@dataclass(frozen=True, repr=False)
class Sliding:
    """Serves sliding syncs."""

    syncing: Syncing
    connections: Connections
    rolls: Rolls
    parts: Parts
    extensions: Extensions

    async def sync(
        self,
        caller: Caller,
        asked: Asked,
        place: Place | None,
        timeout_ms: int,
        txn_id: str = "",
        when_gone: WhenGone | None = None,
    ) -> bytes:
        """Return what is new in what is asked for, waiting up to ``timeout_ms`` for something to be.

        Raises ``UnknownPos`` when the client has to begin anew.
        """
        hub, clock = self.syncing.hub, self.syncing.clock
        connection = await self._connection(caller, asked, place)
        base = connection.turn
        deadline = clock.monotonic() + timeout_ms / 1000
        in_time = place is None or timeout_ms <= 0
        while True:
            if not in_time and place is not None and self.syncing.moved_from(place.token)():
                in_time = True
                await hub.rest(place.token.pos)
            answer = await self._answer(caller, asked, connection, place)
            left = deadline - clock.monotonic()
            if place is None or answer.rooms or answer.news or left <= 0 or hub.closed:
                break
            await hub.wait(caller, left, self.syncing.moved_from(answer.token), when_gone)
        turn = await self.connections.keep(caller, asked.conn_id, connection, base, answer.delta)
        answer.settled.turn = turn
        connection.settled = answer.settled
        return answer.body(Place(answer.token, turn, asked.extensions), txn_id)

    async def _connection(self, caller: Caller, asked: Asked, place: Place | None) -> Connection:
        if place is None:
            return await self.connections.begun(caller, asked.conn_id)
        log, pos = self.syncing.log, place.token.pos
        if log.is_lost(pos):
            raise UnknownPos
        if pos > log.applied and not await log.reached(pos, BEHIND_SECONDS_MAX):
            raise UnknownPos
        return await self.connections.resumed(caller, asked.conn_id, place.turn)

    # -- one answer --------------------------------------------------------------------------------

    async def _answer(
        self, caller: Caller, asked: Asked, connection: Connection, place: Place | None
    ) -> _Answer:
        news = await self._news(caller, place.token if place else None)
        roll = await self.rolls.of(caller.user_id, news.token.pos)
        held = connection.settled
        if held is not None and held.turn != connection.turn:
            held = None
        asked_as = held.asked if held is not None and held.asks_same(asked) else asked
        settled = await self._look(caller, asked_as, roll, held)
        if held is not None and settled.looks_same(held):
            due = {one for one in news.touched if one in held.wanted}
        else:
            due = self._due(connection, settled.wanted, news.touched, roll.tastes.direct)
        answer = _Answer(news.token, settled, held)
        span = Span(caller, connection, news.after, news.token.pos, roll.tastes.direct)
        fresh = await self._rooms(span, news, settled.wanted, due, answer)
        self._fall_behind(connection, settled.wanted, news, answer)
        await self._extend(caller, asked, place, news, answer, fresh)
        self._name_lists(answer)
        return answer

    async def _news(self, caller: Caller, since: Token | None) -> _News:
        syncing = self.syncing
        token = syncing.here(since)
        memberships = await syncing.rooms.memberships(caller.user_id)
        if since is None:
            return _News(None, token, memberships, (), set())
        data: Sequence[Datum] = ()
        if syncing.hub.moved_data.moved(caller.user_id, since.pos):
            async with syncing.db.read() as tx:
                data = await syncing.account_data.changed_since(
                    tx, caller.user_id, since.pos, token.pos
                )
        touched = await syncing.touched(memberships, since.pos)
        touched |= {datum.room_id for datum in data if datum.room_id in memberships}
        return _News(since, token, memberships, data, touched)

    async def _look(
        self, caller: Caller, asked: Asked, roll: Roll, held: Settled | None
    ) -> Settled:
        """Find the rooms that the lists show, and those named that the person may look at.

        ``held`` is what was found for the answer before: as long as the rooms that have moved since
        moved within what the lists show, that is what they show.
        """
        rolled, moved = roll.turn, None
        if held is not None and held.asked is asked:
            moved = roll.moved_since(held.rolled)
        wanted: dict[str, Config] = {}
        windows: dict[str, dict[str, None]] = {}
        counts: dict[str, int] = {}
        for name, wish in asked.lists.items():
            rooms = await self.rolls.having(roll, caller.user_id, wish.filters)
            counts[name] = len(rooms)
            if held is not None and moved is not None and is_from_top(wish.ranges):
                shown = held.windows[name]
                if all(one in shown or one not in rooms for one in moved):
                    windows[name] = shown
                    continue
            windows[name] = window(self.rolls.newest_first(roll, rooms), wish.ranges)
        if held is not None and moved is not None and held.shows(windows):
            held.rolled = rolled
            return held
        for name, wish in asked.lists.items():
            _add(wanted, windows[name], wish.config)
        for room_id, config in asked.rooms.items():
            if room_id in roll.order:
                _add(wanted, {room_id: None}, config)
        return Settled(-1, asked, rolled, roll.tastes.direct, wanted, windows, counts)

    def _due(
        self,
        connection: Connection,
        wanted: Mapping[str, Config],
        touched: set[str],
        direct: frozenset[str],
    ) -> set[str]:
        """Return the rooms looked at of which the client may lack something."""
        covering: dict[int, set[int]] = {}
        found: set[str] = set()
        for room_id, config in wanted.items():
            known = connection.known.get(room_id)
            if known is None or known.at or room_id in touched or config.limit > known.limit:
                found.add(room_id)
                continue
            if known.membership == "join":
                covers = covering.get(id(config))
                if covers is None:
                    covers = covering[id(config)] = connection.covering(config.required)
                if known.config not in covers or known.is_dm is not (room_id in direct):
                    found.add(room_id)
        return found

    async def _rooms(
        self,
        span: Span,
        news: _News,
        wanted: Mapping[str, Config],
        due: set[str],
        answer: _Answer,
    ) -> dict[str, int]:
        """Add what there is of rooms; return those of which more than the news is told, after when."""
        fresh: dict[str, int] = {}
        known_of = span.connection.known
        ready = await self._ready(span, news, wanted, due)
        gone = [one for one in news.touched if one in known_of and one not in due]
        for room_id in [*due, *gone]:
            what, known = news.memberships[room_id], known_of.get(room_id)
            config = wanted.get(room_id)
            if what.membership == "join":
                if config is None:
                    continue
                is_new = known is None or await self._is_new(span, what, known)
                room = await self.syncing.rooms.room(room_id)
                given = await self.parts.joined(
                    span, room, what, None if is_new else known, config, ready.get(room_id)
                )
                after = 0 if known is None or is_new else known.at
            elif known is None or _moved(known, what, span):
                is_new, after = True, 0
                given = await self._not_in(span, what, known, config)
            else:
                is_new, after = False, 0
                given = Given(None, msgspec.structs.replace(known, at=0) if config else known)
            if is_new or after:
                fresh[room_id] = after
            answer.put(room_id, known, given)
        return fresh

    async def _ready(
        self, span: Span, news: _News, wanted: Mapping[str, Config], due: set[str]
    ) -> dict[str, list[Placed]]:
        """Read in one go what memory does not reach back for, of rooms that are told of anew."""
        new = [
            news.memberships[room_id]
            for room_id in due
            if room_id not in span.connection.known
            and news.memberships[room_id].membership == "join"
        ]
        if len(new) < 2:
            return {}
        rooms = [what.room_id for what in new]
        await self.syncing.prepare(span.caller, rooms, news.memberships)
        await self.parts.bumps.load([what.room_id for what in new], span.until)
        most = max(wanted[what.room_id].limit for what in new)
        return await self.syncing.last_events(new, span.until, max(most, 1))

    async def _is_new(self, span: Span, what: Membership, known: Known) -> bool:
        """Tell whether the person has come in since the client was last told of the room."""
        if known.membership != "join":
            return True
        return await self.syncing.is_new_to(span.caller, what, known.at or span.since)

    async def _not_in(
        self, span: Span, what: Membership, known: Known | None, config: Config | None
    ) -> Given:
        """Return what is told of a room that the person is asked into, or is out of."""
        room = await self.syncing.rooms.room(what.room_id)
        if what.membership in PRESENT:
            return self.parts.asked_in(span, room, what) if config else Given(None, known)
        given = await self.parts.left(span, room, what, known, config or Config(1))
        return given if config else Given(given.part, None)

    def _fall_behind(
        self,
        connection: Connection,
        wanted: Mapping[str, Config],
        news: _News,
        answer: _Answer,
    ) -> None:
        """Note the rooms that are not looked at now, in which something happened."""
        for room_id in news.touched:
            known = connection.known.get(room_id)
            if known is None or known.at or room_id in wanted or room_id in answer.delta:
                continue
            answer.delta[room_id] = msgspec.structs.replace(known, at=news.after)

    async def _extend(
        self,
        caller: Caller,
        asked: Asked,
        place: Place | None,
        news: _News,
        answer: _Answer,
        fresh: dict[str, int],
    ) -> None:
        held = answer.looked_before
        looked_at = held.wanted.keys() if held else set[str]()
        device = None
        if place is not None:
            moved = self.syncing.hub.moved_keys.between(news.after, news.token.pos)
            device = DeviceSpan(
                news.after, news.token.pos, news.memberships, tuple(news.touched), moved
            )
        typing = set[str]()
        if news.since:  # and where it may have changed while nobody looked
            typing = self.syncing.typing_rooms(news.since, news.memberships)
            if held is not answer.settled:
                new = answer.settled.wanted.keys() - looked_at
                typing |= {one for one in new if self.syncing.typing.has_changed(one)}
        scene = Scene(
            caller=caller,
            asked=asked,
            since=news.after,
            until=news.token.pos,
            before=place.extensions if place else "",
            windows=answer.settled.windows,
            looked_at=answer.settled.wanted,
            memberships=news.memberships,
            touched=news.touched,
            fresh=fresh,
            typing=typing,
            spoken=answer.spoken,
            data=news.data,
            device=device,
        )
        await self.extensions.tell(scene)
        answer.extensions, answer.news = scene.told, scene.news

    @staticmethod
    def _name_lists(answer: _Answer) -> None:
        for room_id, part in answer.rooms.items():
            names = [name for name, rooms in answer.settled.windows.items() if room_id in rooms]
            if names:
                part["lists"] = names


def _moved(known: Known, what: Membership, span: Span) -> bool:
    """Tell whether a person is something else to a room, or anew, since the client was told."""
    return known.membership != what.membership or what.pos > (known.at or span.since)


def _add(wanted: dict[str, Config], rooms: Mapping[str, None], config: Config) -> None:
    """Want rooms by one more config."""
    if not wanted:
        wanted.update(dict.fromkeys(rooms, config))
        return
    merged: dict[Config, Config] = {}
    for room_id in rooms:
        before = wanted.get(room_id)
        if before is None:
            wanted[room_id] = config
        elif before is not config:
            both = merged.get(before)
            if both is None:
                both = merged[before] = before | config
            wanted[room_id] = both
