"""Saying things: messages, state, redactions."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from teahouse.accounts.model import AccountSuspended
from teahouse.directory.service import Directory
from teahouse.errors import BadJson, Invalid
from teahouse.infra.db.pool import Database
from teahouse.infra.http.caller import Caller
from teahouse.infra.http.strict_json import check_canonical
from teahouse.rooms.model.content import check_state_content, is_same
from teahouse.rooms.model.event import RoomEvent
from teahouse.rooms.model.redaction import redacted_body, without_before
from teahouse.rooms.model.rules import NotAllowed, check_event, check_redaction
from teahouse.rooms.model.state import MEMBER, RoomState
from teahouse.rooms.service import Room, Rooms
from teahouse.standing.model import Act
from teahouse.standing.service import Standing
from teahouse.timeline import store
from teahouse.timeline.model import BadAlias, Draft, NoFederation, NoSuchEvent, Placed
from teahouse.timeline.service.appending import Addition, Additions

REDACTION = "m.room.redaction"

# Refuses somebody who may not write in a room now, before anything is decided.
Minding = Callable[[Caller, Room], Awaitable[None]]
Stated = Callable[[str, str], Awaitable[None]]  # the room, and the type of what was set
# Lets somebody come into a room, or knock at it, by what they say of themselves; the event's id.
Entering = Callable[[Caller, Room, dict[str, Any], int | None], Awaitable[str]]


@dataclass(frozen=True, repr=False)
class Speaking:
    """Messages, state and redactions."""

    db: Database
    rooms: Rooms
    directory: Directory
    additions: Additions
    standing: Standing
    stating: list[Stated] = field(default_factory=list[Stated])
    entering: list[Entering] = field(default_factory=list[Entering])
    minding: list[Minding] = field(default_factory=list[Minding])

    async def send(
        self, caller: Caller, room_id: str, event_type: str, content: dict[str, Any], txn_id: str
    ) -> str:
        """Say something in a room and return the event's id.

        The same transaction id of the same device gives the same event, whatever else it says.
        Raises ``NotAllowed``, ``BadJson``, ``TooLarge``, ``AccountSuspended``.
        """
        if event_type == REDACTION:
            target = content.get("redacts")
            if not isinstance(target, str):
                raise BadJson("redacts must be an event id.")
            return await self.redact(caller, room_id, target, content, txn_id)
        check_may_speak(caller)
        check_canonical(content)
        room = await self.rooms.room(room_id)
        draft = Draft(event_type, content, ts=caller.said_at)
        await self.standing.check_speaking(caller.account_id)
        for mind in self.minding:
            await mind(caller, room)
        return await self.additions.send(room, caller.user_id, draft, caller.device_id, txn_id)

    async def set_state(
        self, caller: Caller, room_id: str, event_type: str, state_key: str, content: dict[str, Any]
    ) -> str:
        """Set a piece of state and return the event's id; setting what is set changes nothing."""
        check_may_speak(caller)
        check_canonical(content)
        check_state_content(event_type, content)
        if event_type == MEMBER:
            check_local(state_key, caller.user_id.partition(":")[2])
        if event_type == "m.room.tombstone" and content.get("replacement_room") == room_id:
            raise Invalid("A room is not replaced by itself.")
        room = await self.rooms.room(room_id)
        if event_type == "m.room.canonical_alias":
            await self._check_aliases(room, content)
        if event_type == MEMBER and is_entering(room.state, caller.user_id, state_key, content):
            for enter in self.entering:
                return await enter(caller, room, content, caller.said_at)
        draft = Draft(event_type, content, state_key, ts=caller.said_at)
        before = room.state.get(event_type, state_key)
        if before is not None and is_same(before.content, content):
            await self.additions.log.catch_up()  # another worker may have set something else
            before = room.state.get(event_type, state_key)
        if before is not None and is_same(before.content, content):
            check_event(room.state, caller.user_id, event_type, state_key, content)
            return before.event_id
        if event_type == "m.room.join_rules" and content.get("join_rule") == "public":
            await self.standing.spend(caller.account_id, Act.PUBLIC_ROOMS)
        if event_type == MEMBER and content.get("membership") == "invite":
            await self.standing.spend(caller.account_id, Act.INVITES)
        events = await self.additions.change(room, caller.user_id, draft)
        for stated in self.stating:
            await stated(room_id, event_type)
        return events[0].event_id

    async def redact(
        self, caller: Caller, room_id: str, target_id: str, content: dict[str, Any], txn_id: str
    ) -> str:
        """Take an event's text away for good and return the redaction's id.

        Who is suspended may still take back what they said themselves. Raises ``NoSuchEvent`` when
        there is no such event here, ``NotAllowed``, ``AccountSuspended``.
        """
        check_canonical(content)
        room = await self.rooms.room(room_id)
        place = (caller.user_id, caller.device_id, f"{room_id}|{REDACTION}|{txn_id}")

        async def work() -> str:
            async with room.changing:
                return await self.additions.decide(room, decision)

        async def decision() -> str:
            seen = (room_id, room.state.pos)  # before the first that is looked at
            check_event(room.state, caller.user_id, REDACTION, None, content)
            pos, target = await self._target(room_id, target_id)
            if target.sender != caller.user_id:
                check_may_speak(caller)
            check_redaction(room.state, caller.user_id, target.sender)
            # Named in both places, whatever the version: clients of either kind look in one.
            draft = Draft(REDACTION, {**content, "redacts": target_id}, redacts=target_id)
            event = self.additions.encode(
                room.state, caller.user_id, draft, caller.device_id, txn_id
            )
            body = redacted_body(room.state.version, target, event)
            following = await self._following(pos, target)
            await self.additions.add(
                Addition([event], seen, place, redacted=body, following=following)
            )
            return event.event_id

        return await self.additions.once(place, work)

    async def drop_alias(self, room_id: str, alias: str, user_id: str) -> None:
        """Stop calling a room by an alias that was removed, if whoever removed it may say so."""
        room = await self.rooms.find(room_id)
        named = room.state.content("m.room.canonical_alias") if room is not None else {}
        others = [other for other in _list_of_texts(named.get("alt_aliases")) if other != alias]
        kept = {k: v for k, v in named.items() if k != "alias" or v != alias}
        if "alt_aliases" in kept:
            kept["alt_aliases"] = others
        if room is None or kept == named:
            return
        try:
            await self.additions.change(room, user_id, Draft("m.room.canonical_alias", kept, ""))
        except NotAllowed:
            return

    async def _following(self, pos: int, target: RoomEvent) -> tuple[str, bytes] | None:
        """Return the state event that tells what it replaced, and its body without that."""
        if target.state_key is None:
            return None
        async with self.db.read() as tx:
            found = await store.next_state(tx, target.room_id, target.type, target.state_key, pos)
        return None if found is None else (found[1].event_id, without_before(found[1].body))

    async def _target(self, room_id: str, event_id: str) -> Placed:
        async with self.db.read() as tx:
            found = await store.event(tx, event_id)
        if found is None or found[1].room_id != room_id:
            raise NoSuchEvent
        if found[1].type == "m.room.create":
            raise Invalid("The event that made the room is not redacted.")
        return found

    async def _check_aliases(self, room: Room, content: dict[str, Any]) -> None:
        """Refuse a canonical alias that leads elsewhere; what was there before may stay."""
        before = room.state.content("m.room.canonical_alias")
        known = {before.get("alias"), *_list_of_texts(before.get("alt_aliases"))}
        alias = content.get("alias")
        if alias is not None and not isinstance(alias, str):
            raise BadJson("alias must be a string.")
        for wanted in (alias, *_list_of_texts(content.get("alt_aliases"), strict=True)):
            if not wanted or wanted in known:
                continue
            check_alias(wanted)
            if await self.directory.resolve(wanted) != room.state.room_id:
                raise BadAlias


def is_entering(state: RoomState, user_id: str, key: str, content: dict[str, Any]) -> bool:
    """Tell whether a membership lets its own sender in, or knocks."""
    wants = content.get("membership") in ("join", "knock")
    return wants and key == user_id and user_id not in state.joined


def check_may_speak(caller: Caller) -> None:
    """Refuse a suspended account (Client-Server API, "Account suspension")."""
    if caller.suspended:
        raise AccountSuspended


def check_local(user_id: str, server_name: str) -> None:
    """Refuse a user id of another server, or none at all. Raises ``BadJson``, ``NoFederation``."""
    check_user_id(user_id)
    if user_id.partition(":")[2] != server_name:
        raise NoFederation


def check_user_id(user_id: str) -> None:
    """Refuse what is no user id."""
    if not user_id.startswith("@") or ":" not in user_id or len(user_id.encode()) > 255:
        raise BadJson("A user id looks like @name:server.")


def check_alias(alias: str) -> None:
    """Refuse what does not look like an alias."""
    if not alias.startswith("#") or ":" not in alias or "\0" in alias or len(alias) > 255:
        raise Invalid("An alias looks like #name:server.")


def _list_of_texts(value: Any, strict: bool = False) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        if strict:
            raise BadJson("alt_aliases must be a list of strings.")
        return []
    return list(value)
