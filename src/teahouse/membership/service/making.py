"""Making rooms: every first event checked after the one before, all stored together or none."""

from dataclasses import dataclass
from typing import Any

from teahouse.directory.service import Directory
from teahouse.errors import Invalid
from teahouse.ids import Ids
from teahouse.infra.db.pool import Tx
from teahouse.infra.http.caller import Caller
from teahouse.infra.http.strict_json import check_canonical
from teahouse.membership.service.coming import Coming
from teahouse.rooms.model.content import check_state_content
from teahouse.rooms.model.creation import (
    BadRoomState,
    RoomPlan,
    create_content,
    later_state,
    power_content,
)
from teahouse.rooms.model.event import RoomEvent
from teahouse.rooms.model.rules import NotAllowed, check_event
from teahouse.rooms.model.state import MEMBER, RoomState
from teahouse.standing.model import Act
from teahouse.standing.service import Standing
from teahouse.timeline.model import Draft
from teahouse.timeline.service.appending import Addition, Additions, NewRoom
from teahouse.timeline.service.speaking import check_may_speak


@dataclass(frozen=True, repr=False)
class Making:
    """New rooms."""

    server_name: str
    ids: Ids
    directory: Directory
    additions: Additions
    coming: Coming
    standing: Standing

    async def create(self, caller: Caller, plan: RoomPlan, public: bool) -> str:
        """Make a room as planned and return its id.

        Raises ``BadRoomState`` when the plan contradicts itself, ``AliasInUse`` of the directory,
        ``StandingLimit`` for who is new here, ``InviteBlocked``.
        """
        check_may_speak(caller)
        for user_id in plan.invites:
            self.coming.check_local(user_id)
        await self._spend(caller, plan, public)
        state, events = self.begin(plan)
        for draft in await self._drafts(plan, state):
            await self.additions.check_welcome(plan.creator, draft)
            events.append(self.next(plan, state, draft))
        room = NewRoom(state.room_id, plan.version, plan.creator, self._also(plan, state, public))
        await self.additions.add(Addition(events, (state.room_id, 0), new_room=room))
        return state.room_id

    async def _spend(self, caller: Caller, plan: RoomPlan, public: bool) -> None:
        """Count what a room is for those who are new: open to all, or a knock on strangers' doors."""
        spend, account_id = self.standing.spend, caller.account_id
        if public or _opens(plan):
            await spend(account_id, Act.PUBLIC_ROOMS)
        act = Act.DIRECT_CHATS if plan.is_direct else Act.INVITES
        if plan.invites and await self.standing.limited(account_id, act):
            strangers = [
                one
                for one in plan.invites
                if not plan.is_direct or not await self.coming.shares_room(caller.user_id, one)
            ]
            await spend(account_id, act, len(strangers))

    def new_room_id(self) -> str:
        """Return an id for a room of a version whose ids say nothing."""
        return f"!{self.ids.opaque()}:{self.server_name}"

    def begin(self, plan: RoomPlan, room_id: str = "") -> tuple[RoomState, list[RoomEvent]]:
        """Return a draft state that holds the event that makes the room, and that event.

        ``room_id`` is for versions in which it does not follow from the event.
        """
        content = create_content(plan)
        check_canonical(content)
        nowhere = RoomState("", plan.version, plan.creator)
        create = self.additions.encode(nowhere, plan.creator, Draft("m.room.create", content, ""))
        if plan.version.id_is_create_hash:
            room_id = "!" + create.event_id[1:]
        elif not room_id:
            room_id = self.new_room_id()
        create = _in_room(create, room_id)
        state = RoomState(room_id, plan.version, plan.creator)
        state.apply(1, create)
        return state, [create]

    async def _drafts(self, plan: RoomPlan, state: RoomState) -> list[Draft]:
        joined = await self.coming.member_content(plan.creator, "join", None)
        drafts = [
            Draft(MEMBER, joined, plan.creator),
            Draft("m.room.power_levels", power_content(plan, state.creators), ""),
        ]
        for event_type, key, content in later_state(plan):
            drafts.append(Draft(event_type, content, key))
        for user_id in plan.invites:
            content = await self.coming.member_content(user_id, "invite", None)
            if plan.is_direct:
                content["is_direct"] = True
            drafts.append(Draft(MEMBER, content, user_id))
        return drafts

    def next(self, plan: RoomPlan, state: RoomState, draft: Draft) -> RoomEvent:
        """Return a new room's next event, and put it in place. Raises ``BadRoomState``."""
        check_canonical(draft.content)
        check_state_content(draft.type, draft.content)
        try:
            check_event(state, plan.creator, draft.type, draft.state_key, draft.content)
        except NotAllowed as refused:
            raise BadRoomState(f"{draft.type}: {refused.words}") from refused
        event = self.additions.encode(state, plan.creator, draft)
        state.apply(state.pos + 1, event)
        return event

    def _also(self, plan: RoomPlan, state: RoomState, public: bool) -> Any:
        if plan.alias is None and not public:
            return None

        async def also(tx: Tx) -> None:
            if plan.alias is not None:
                await self.directory.claim(tx, plan.alias, state.room_id, plan.creator)
            if public:
                await self.directory.publish(tx, state.room_id)

        return also

    def full_alias(self, name: str) -> str:
        """Return the alias of a local name. Raises ``Invalid``."""
        if not name or ":" in name or "\0" in name or any(letter.isspace() for letter in name):
            raise Invalid("room_alias_name is the part between # and :, without spaces.")
        alias = f"#{name}:{self.server_name}"
        if len(alias.encode()) > 255:
            raise Invalid("room_alias_name is too long.")
        return alias


def _opens(plan: RoomPlan) -> bool:
    """Tell whether everybody may come into a room that is planned."""
    return any(
        kind == "m.room.join_rules" and content.get("join_rule") == "public"
        for kind, _, content in later_state(plan)
    )


def _in_room(event: RoomEvent, room_id: str) -> RoomEvent:
    return RoomEvent(
        event.event_id, room_id, event.type, event.sender, event.ts, event.body, event.state_key
    )
