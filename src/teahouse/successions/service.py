"""Replacing a room, and taking along what its members keep about it."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import msgspec

from teahouse.accountdata.model import NoSuchData
from teahouse.accountdata.service import AccountData
from teahouse.directory.model import NoSuchRoom
from teahouse.directory.service import Directory
from teahouse.errors import BadJson, Refused
from teahouse.infra.db.pool import Tx
from teahouse.infra.http.caller import Caller
from teahouse.membership.service.coming import Coming
from teahouse.membership.service.making import Making
from teahouse.rooms.model.event import RoomEvent
from teahouse.rooms.model.rules import NotAllowed, check_event
from teahouse.rooms.model.state import MEMBER, RoomState
from teahouse.rooms.model.version import RoomVersion, version_named
from teahouse.rooms.service import Room, Rooms
from teahouse.standing.model import Act
from teahouse.standing.service import Standing
from teahouse.successions import model
from teahouse.successions.model import ALIAS, POWER, TOMBSTONE
from teahouse.timeline.model import Draft
from teahouse.timeline.service.appending import Addition, Additions, NewRoom
from teahouse.timeline.service.speaking import check_may_speak, check_user_id

DIRECT = "m.direct"
MORE_CREATORS_MAX = 50

Carry = Callable[[str, str, str], Awaitable[None]]  # a person, the old room, the new one


@dataclass(frozen=True, repr=False)
class Successions:
    """Rooms that take the place of others. ``carries``: what else goes along for a person."""

    rooms: Rooms
    making: Making
    coming: Coming
    additions: Additions
    directory: Directory
    account_data: AccountData
    standing: Standing
    carries: list[Carry] = field(default_factory=list[Carry])

    def listen(self) -> None:
        """Take along what whoever comes into a new room keeps about the old one."""
        self.coming.arriving.append(self.arrived)

    async def replace(
        self, caller: Caller, room_id: str, new_version: str, more_creators: list[str]
    ) -> str:
        """Replace a room and return the new one's id.

        Raises ``UnsupportedVersion``, ``NoSuchRoom``, ``NotAllowed``, ``StandingLimit``.
        """
        check_may_speak(caller)
        version = version_named(new_version)
        if version.privileged_creators:  # in others they have no effect, whatever they are
            _check_creators(more_creators)
        room = await self.rooms.find(room_id)
        if room is None:
            raise NoSuchRoom
        user_id = caller.user_id
        joining = Draft(MEMBER, await self.coming.member_content(user_id, "join", None), user_id)
        if room.state.join_rule == "public":
            await self.standing.spend(caller.account_id, Act.PUBLIC_ROOMS)

        async def decision() -> str:
            return await self._replace(room, user_id, joining, version, more_creators)

        async with room.changing:
            new_room_id = await self.additions.decide(room, decision)
        await self._carry(user_id, room_id, new_room_id)
        return new_room_id

    async def _replace(
        self, room: Room, user_id: str, joining: Draft, version: RoomVersion, more: list[str]
    ) -> str:
        """Add both rooms' events, decided on the old one's state."""
        old, seen = room.state.draft(), room.state.pos
        ending: list[RoomEvent] = []
        if version.id_is_create_hash:  # then the tombstone cannot be named in what it names
            plan = model.plan(old, user_id, version, more, "")
            new, events = self.making.begin(plan)
            ending.append(self._set(old, user_id, TOMBSTONE, model.tombstone(new.room_id)))
        else:
            new_room_id = self.making.new_room_id()
            ending.append(self._set(old, user_id, TOMBSTONE, model.tombstone(new_room_id)))
            plan = model.plan(old, user_id, version, more, ending[0].event_id)
            new, events = self.making.begin(plan, new_room_id)
        events.append(self.making.next(plan, new, joining))
        for kind, key, content in model.pieces(old, user_id, new.creators):
            events.append(self.making.next(plan, new, Draft(kind, content, key)))
        ending += self._quieten(old, user_id)

        async def also(tx: Tx) -> None:
            await self.directory.move(tx, old.room_id, new.room_id)

        made = NewRoom(new.room_id, version, user_id, also)
        await self.additions.add(Addition([*events, *ending], (old.room_id, seen), new_room=made))
        return new.room_id

    def _quieten(self, old: RoomState, user_id: str) -> list[RoomEvent]:
        """Say in the old room that talk goes on elsewhere, as far as whoever moves it may."""
        wishes = [(POWER, model.quiet_levels(old)), (ALIAS, {} if old.content(ALIAS) else None)]
        found: list[RoomEvent] = []
        for kind, content in wishes:
            if content is not None:
                with suppress(NotAllowed):
                    found.append(self._set(old, user_id, kind, content))
        return found

    def _set(
        self, state: RoomState, user_id: str, kind: str, content: dict[str, object]
    ) -> RoomEvent:
        check_event(state, user_id, kind, "", content)
        event = self.additions.encode(state, user_id, Draft(kind, content, ""))
        state.apply(state.pos, event)
        return event

    # -- what people keep ------------------------------------------------------------------------

    async def arrived(self, user_id: str, state: RoomState) -> None:
        """Take a person's things along if the room that they came into replaces one of theirs."""
        old_id = model.predecessor(state)
        old = await self.rooms.find(old_id) if old_id is not None else None
        if old is None or not model.succeeds(state, old.state):
            return
        if user_id in old.state.members:
            await self._carry(user_id, old.state.room_id, state.room_id)

    async def _carry(self, user_id: str, old: str, new: str) -> None:
        with suppress(Refused):  # who keeps as much as they may goes on without
            await self._carry_direct(user_id, old, new)
            for tag, body in (await self.account_data.tags(user_id, old)).items():
                await self.account_data.put_tag(user_id, new, tag, body)
            for carry in self.carries:
                await carry(user_id, old, new)

    async def _carry_direct(self, user_id: str, old: str, new: str) -> None:
        try:
            kept = await self.account_data.get(user_id, "", DIRECT)
        except NoSuchData:
            return
        added = model.with_room_added(msgspec.json.decode(kept), old, new)
        if added is not None:
            await self.account_data.set(user_id, "", DIRECT, msgspec.json.encode(added))


def _check_creators(more_creators: list[str]) -> None:
    if len(more_creators) > MORE_CREATORS_MAX:
        raise BadJson(f"A room has at most {MORE_CREATORS_MAX} additional creators.")
    for user_id in more_creators:
        check_user_id(user_id)
