"""What one room has for one connection."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from teahouse.infra.http.caller import Caller
from teahouse.receipts.model import READ, READ_PRIVATE
from teahouse.rooms.model.choice import Choice
from teahouse.rooms.model.event import aged
from teahouse.rooms.model.state import MEMBER, Membership, RoomState, Stated
from teahouse.rooms.service import Room
from teahouse.slidingsync.model.asking import Config, StateKey
from teahouse.slidingsync.model.knowing import COMPLETE, MEMBERS_MAX, Connection, Known
from teahouse.slidingsync.service.bumps import SAYING, Bumps
from teahouse.sync.service.building import Building, Range
from teahouse.timeline.model import Placed, Visibility, token

NAMING = (("m.room.name", ""), ("m.room.canonical_alias", ""))
Part = dict[str, Any]


@dataclass(frozen=True)
class Span:
    """For whom, from where (0: from the beginning), and up to where."""

    caller: Caller
    connection: Connection
    since: int
    until: int
    direct: frozenset[str]

    @property
    def me(self) -> str:
        """Who asks."""
        return self.caller.user_id


@dataclass(frozen=True)
class Given:
    """A room's part (``None``: there is nothing), what the client has then, and the events in it."""

    part: Part | None
    known: Known | None
    event_ids: Sequence[str] = ()


@dataclass(frozen=True)
class _Told:
    """What of a room's timeline is told."""

    events: list[Placed]
    limited: bool
    expanded: bool
    gap: bool  # the client lacks something between what it had and this


@dataclass(frozen=True)
class Parts:
    """Makes the parts of an answer."""

    building: Building
    bumps: Bumps

    # -- rooms one is in ---------------------------------------------------------------------------

    async def joined(
        self,
        span: Span,
        room: Room,
        mine: Membership,
        known: Known | None,
        config: Config,
        ready: list[Placed] | None = None,
    ) -> Given:
        """Return what a joined room has; ``known`` is ``None`` when all of it is to be told."""
        visibility = await self.building.reading.visibility(room, span.me)
        after = 0 if known is None else known.at or span.since
        told = await self._told(span, room, visibility, known, config, after, ready)
        changed = None if known is None else self._changed(room.state, after, span.until)
        state, known_now = self._state(span, room.state, known, config, told, changed)
        part: Part = {"initial": True} if known is None else {}
        part |= self._described(room.state, span.me, changed, known is None)
        is_dm = room.state.room_id in span.direct
        if is_dm is not (known.is_dm if known else False):
            part["is_dm"] = is_dm
        if state:
            part["required_state"] = self._aged(one.body for one in state.values())
        if told.expanded:
            part["unstable_expanded_timeline"] = True
        if not part and not told.events and not await self._read(span, room, after):
            return Given(None, known_now)
        part |= await self._timeline(span, visibility, told)
        counted = await self.building.counting.count(room, span.me, mine.pos, span.until, ready)
        count = counted.total
        part["notification_count"] = count.notifications
        part["highlight_count"] = count.highlights
        if known is None or told.gap or any(e.type in SAYING for _, e in told.events):
            part["bump_stamp"] = await self.bumps.of(room.state.room_id, span.until)
        ids = [event.event_id for _, event in told.events]
        return Given(part | {"membership": "join"}, known_now, ids)

    async def _told(
        self,
        span: Span,
        room: Room,
        visibility: Visibility,
        known: Known | None,
        config: Config,
        after: int,
        ready: list[Placed] | None,
    ) -> _Told:
        """Choose the events: what is new, or, if more are wanted than the client has, the newest."""
        wider = known is not None and config.limit > known.limit
        full = known is None or wider
        ignored = await self.building.account_data.ignored(span.me)
        events, limited = await self.building.events(
            room.state.room_id,
            visibility,
            Range(0 if full else after, span.until, full),
            max(config.limit, 1),
            Choice(ignored=ignored),
            ready,
        )
        if not config.limit:
            events, limited = [], limited or bool(events)
        first = events[0][0] if events else span.until + 1
        gap = known is None or (limited and first > after)
        return _Told(events, limited, wider and first <= after, gap)

    async def _timeline(self, span: Span, visibility: Visibility, told: _Told) -> Part:
        bodies = await self.building.reading.dressed(span.caller, visibility, told.events)
        start = told.events[0][0] if told.events else span.until + 1
        live = sum(1 for pos, _ in told.events if pos > span.since) if span.since else 0
        return {
            "timeline": self._aged(bodies),
            "limited": told.limited,
            "prev_batch": token(start - 1),
            "num_live": live,
        }

    def _aged(self, bodies: Iterable[bytes]) -> list[msgspec.Raw]:
        """Return events with how old they are, as parts of an answer."""
        now_ms = self.building.clock.ms()
        return [msgspec.Raw(aged(body, now_ms)) for body in bodies]

    def _changed(self, state: RoomState, after: int, until: int) -> set[StateKey]:
        """Return which pieces of state were set, or lost their content, in a range or since."""
        tail = self.building.tails.since(state.room_id, after, until)
        if tail is None:
            return {
                key
                for key, one in state.events.items()
                if one.pos > after or b'"redacted_because"' in one.body
            }
        found = {(event.type, event.state_key) for _, event in tail if event.state_key is not None}
        redacted = {event.redacts for _, event in tail if event.redacts}
        if redacted:
            found |= {key for key, one in state.events.items() if one.event_id in redacted}
        return found

    def _state(
        self,
        span: Span,
        state: RoomState,
        known: Known | None,
        config: Config,
        told: _Told,
        changed: set[StateKey] | None,
    ) -> tuple[dict[StateKey, Stated], Known]:
        """Return the pieces of state to tell, and what the client has of the room then."""
        required, connection = config.required, span.connection
        number, limit = connection.number(required), config.limit
        members = () if known is None or told.gap else known.members
        if known is None or changed is None:
            found = required.of(state, span.me)
        else:
            had = connection.configs[known.config]
            found = {
                key: one
                for key in changed
                if required.admits(key, span.me) and (one := state.events.get(key))
            }
            if not required.pairs <= had.pairs:
                new = required.of(state, span.me)
                found |= {key: one for key, one in new.items() if not had.admits(key, span.me)}
            elif not any(
                had.admits(k, span.me) and not required.admits(k, span.me) for k in changed
            ):
                number = known.config  # what is not wanted now, and was before, has not changed
        if required.lazy:
            people, members = self._people(told, changed, members)
            among = ((MEMBER, one) for one in people)
            found |= {key: one for key in among if (one := state.events.get(key))}
        if not told.limited and (known is None or told.gap or limit > known.limit):
            limit = COMPLETE
        elif known is not None and not told.gap:
            limit = max(limit, known.limit)
        is_dm = state.room_id in span.direct
        return found, Known("join", 0, limit, number, members, is_dm)

    def _people(
        self, told: _Told, changed: set[StateKey] | None, members: tuple[str, ...]
    ) -> tuple[set[str], tuple[str, ...]]:
        """Return whose memberships are told as people speak, and whose the client has then."""
        speaking = dict.fromkeys(event.sender for _, event in told.events)
        speaking |= dict.fromkeys(
            event.state_key for _, event in told.events if event.type == MEMBER and event.state_key
        )
        people = speaking.keys() - set(members)
        if changed is not None and not told.gap:
            people |= {key for kind, key in changed if kind == MEMBER}
        new = [one for one in speaking if one not in members]
        return people, (*members, *new)[-MEMBERS_MAX:]

    def _described(
        self, state: RoomState, me: str, changed: set[StateKey] | None, is_new: bool
    ) -> Part:
        """Return what the server makes of a room's state, as far as it may have changed."""
        found: Part = {}
        name = state.text("m.room.name", "name")
        if changed is None or ("m.room.name", "") in changed:
            if name or not is_new:
                found["name"] = name or None
        if changed is None or ("m.room.avatar", "") in changed:
            avatar = state.text("m.room.avatar", "url")
            if avatar or not is_new:
                found["avatar"] = avatar or None
        moved = changed is None or any(kind == MEMBER for kind, _ in changed)
        if moved:
            found["joined_count"] = len(state.joined)
            found["invited_count"] = state.count("invite")
        if not name and (moved or any(key in (changed or ()) for key in NAMING)):
            found["heroes"] = [_hero(state, who) for who in state.heroes(me)]
        return found

    async def _read(self, span: Span, room: Room, after: int) -> bool:
        """Tell whether the person has read on, and there is less to be told of."""
        held = await self.building.receipts.of_room(room.state.room_id)
        return any(
            who == span.me and kind in (READ, READ_PRIVATE) and after < one.pos <= span.until
            for (who, kind, _), one in held.items()
        )

    # -- rooms one is not in -----------------------------------------------------------------------

    def asked_in(self, span: Span, room: Room, mine: Membership) -> Given:
        """Return what is shown of a room to which one is invited, or at which one knocks."""
        is_dm = room.state.room_id in span.direct
        bodies = self.building.stripped_state(room, span.me)
        part: Part = {
            "initial": True,
            "invite_state": [msgspec.Raw(body) for body in bodies],
            "bump_stamp": mine.pos,
            "membership": mine.membership,
        }
        part |= {"is_dm": True} if is_dm else {}
        return Given(part, Known(mine.membership, is_dm=is_dm))

    async def left(
        self, span: Span, room: Room, mine: Membership, known: Known | None, config: Config
    ) -> Given:
        """Return the end of a room that one is out of, by one's own doing or another's."""
        room_id = room.state.room_id
        reading = self.building.reading
        visibility = await reading.visibility(room, span.me)
        was_in = known is not None and known.membership == "join"
        after = known.at or span.since if known is not None and was_in else mine.pos - 1
        until = min(span.until, mine.pos, visibility.last_readable)
        ignored = await self.building.account_data.ignored(span.me)
        events, limited = await self.building.events(
            room_id, visibility, Range(after, until, False), max(config.limit, 1),
            Choice(ignored=ignored), None,
        )  # fmt: skip
        if not any(pos == mine.pos for pos, _ in events):
            events = [*events, *(await self.building.own_leaving(room_id, span.me, mine.pos))]
        own = {(MEMBER, span.me)}
        state: Sequence[bytes] = ()
        if visibility.was_in:
            pieces = await reading.state_between(room_id, after if was_in else 0, until)
            state = [
                piece.body
                for piece in pieces
                if (key := (piece.type, piece.state_key or "")) not in own
                and config.required.admits(key, span.me)
            ]
        leaving = [e.body for pos, e in events if pos == mine.pos]
        part: Part = {} if known is not None else {"initial": True}
        part |= await self._timeline(span, visibility, _Told(events, limited, False, True))
        part["required_state"] = self._aged([*state, *leaving])
        part |= {"bump_stamp": mine.pos, "membership": mine.membership}
        return Given(part, Known(mine.membership))


def _hero(state: RoomState, user_id: str) -> dict[str, str]:
    """Return one of those that a nameless room is called after."""
    content = state.content(MEMBER, user_id)
    found = {"user_id": user_id}
    for name in ("displayname", "avatar_url"):
        value = content.get(name)
        if isinstance(value, str):
            found[name] = value
    return found
