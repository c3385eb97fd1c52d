"""Coming and going: join, leave, invite, kick, ban, unban, knock, forget; and new names."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from teahouse.accounts.model import AccountSuspended, NoSuchAccount
from teahouse.directory.service import Directory
from teahouse.errors import Invalid, NotFound
from teahouse.infra.http.caller import Caller
from teahouse.membership.model import StillThere
from teahouse.profiles.model import check_profile_own
from teahouse.profiles.service import Profiles
from teahouse.ratings.model import Rated
from teahouse.rooms.model.rules import NotInRoom, check_there
from teahouse.rooms.model.state import MEMBER, RoomState
from teahouse.rooms.service import Room, Rooms
from teahouse.standing.model import Act
from teahouse.standing.service import Standing
from teahouse.timeline.model import Draft
from teahouse.timeline.service.appending import Additions
from teahouse.timeline.service.speaking import (
    check_alias,
    check_local,
    check_may_speak,
    check_user_id,
)

ROOMS_AT_ONCE_MAX = 50
VOUCHER = "join_authorised_via_users_server"  # ours to say: nobody names who vouches for them

Arrived = Callable[[str, RoomState], Awaitable[None]]  # who has come in, and where


@dataclass(frozen=True, repr=False)
class Coming:
    """Who comes into a room, and who goes."""

    server_name: str
    rooms: Rooms
    profiles: Profiles
    directory: Directory
    additions: Additions
    standing: Standing
    arriving: list[Arrived] = field(default_factory=list[Arrived])

    async def resolve(self, room_id_or_alias: str) -> str:
        """Return the room that an id or an alias names. Raises ``NotFound``, ``Invalid``."""
        if room_id_or_alias.startswith("!"):
            return room_id_or_alias
        check_alias(room_id_or_alias)
        room_id = await self.directory.resolve(room_id_or_alias)
        if room_id is None:
            raise NotFound("No room has that alias.")
        return room_id

    async def join(self, caller: Caller, room_id: str, reason: str | None = None) -> None:
        """Come into a room; being in it already is fine.

        Raises ``NotAllowed``, ``NotFound``, ``StandingLimit``.
        """
        check_may_speak(caller)
        room = await self.rooms.find(room_id)
        if room is None:
            raise NotFound("There is no such room on this server.")
        if caller.user_id in room.state.joined:
            return
        await self.enter(caller, room, await self.member_content(caller.user_id, "join", reason))

    async def enter(
        self, caller: Caller, room: Room, content: dict[str, Any], ts: int | None = None
    ) -> str:
        """Come into a room or knock at it with such a membership, and return the event's id.

        Raises ``NotAllowed``, ``StandingLimit``, ``AboveAge``.
        """
        user_id, joins = caller.user_id, content.get("membership") == "join"
        await self.directory.ratings.check(user_id, Rated.ROOM, room.state.room_id)
        if room.state.membership(user_id) != "invite":
            await self.standing.spend(caller.account_id, Act.JOINS)
        content = {key: value for key, value in content.items() if key != VOUCHER}
        voucher = await self._voucher(room.state, user_id) if joins else None
        if voucher is not None:
            content[VOUCHER] = voucher
        draft = Draft(MEMBER, content, user_id, ts=ts)
        events = await self.additions.change(room, user_id, draft)
        for arrived in self.arriving if joins else ():
            await arrived(user_id, room.state)
        return events[0].event_id

    async def leave(self, user_id: str, room_id: str, reason: str | None = None) -> None:
        """Go, or turn an invitation down. Having left already is fine. Raises ``NotInRoom``."""
        room = await self.rooms.find(room_id)
        if room is None:
            raise NotFound("There is no such room on this server.")
        if room.state.members.get(user_id) == "leave":
            return
        if user_id not in room.state.members:
            raise NotInRoom
        content = _content("leave", reason)
        await self.additions.change(room, user_id, Draft(MEMBER, content, user_id))

    async def knock(self, caller: Caller, room_id: str, reason: str | None = None) -> None:
        """Ask to be let in. Raises ``NotAllowed``, ``NotFound``, ``StandingLimit``."""
        check_may_speak(caller)
        room = await self.rooms.find(room_id)
        if room is None:
            raise NotFound("There is no such room on this server.")
        await self.enter(caller, room, await self.member_content(caller.user_id, "knock", reason))

    async def invite(
        self, caller: Caller, room_id: str, target: str, reason: str | None = None
    ) -> None:
        """Invite somebody. Raises ``NotAllowed``, ``NoFederation``, ``StandingLimit``."""
        check_may_speak(caller)
        self.check_local(target)
        await self.standing.spend(caller.account_id, Act.INVITES)
        room = await self.rooms.room(room_id)
        content = await self.member_content(target, "invite", reason)
        await self.additions.change(room, caller.user_id, Draft(MEMBER, content, target))

    async def move(
        self, caller: Caller, room_id: str, target: str, act: str, reason: str | None = None
    ) -> None:
        """``kick``, ``ban`` or ``unban`` somebody. Raises ``NotAllowed``, ``NotBanned``."""
        if caller.suspended:
            raise AccountSuspended
        check_user_id(target)
        room = await self.rooms.room(room_id)
        check_there(room.state, caller.user_id, target, act)
        content = _content("ban" if act == "ban" else "leave", reason)
        await self.additions.change(room, caller.user_id, Draft(MEMBER, content, target))

    async def forget(self, caller: Caller, room_id: str) -> None:
        """Forget a room that was left. Raises ``StillThere``, ``Invalid``."""
        room = await self.rooms.find(room_id)
        if room is None:
            raise Invalid("There is no such room on this server.")
        if room.state.membership(caller.user_id) in ("join", "invite", "knock"):
            raise StillThere
        if caller.user_id not in room.state.members:
            raise Invalid("You have never been in this room.")
        await self.rooms.forget(room_id, caller.user_id)

    async def set_profile(self, caller: Caller, name: str, value: Any) -> None:
        """Write a field of the caller's profile (``REMOVED`` removes it) and show it in every room.

        Raises ``AccountSuspended``, ``Invalid``, ``ProfileTooLarge``, ``NoGround``,
        ``ProfileFieldOfHouse``.
        """
        check_may_speak(caller)
        check_profile_own(name)
        async with self.rooms.db.transaction() as tx:
            changed = await self.profiles.set_field(
                tx, caller.account_id, caller.user_id, name, value
            )
            await self.additions.log.put(tx, changed)
        if name in ("displayname", "avatar_url"):
            await self.show_profile(caller.user_id)

    async def show_profile(self, user_id: str) -> None:
        """Tell every room that a person is in what they are called now."""
        content = await self.member_content(user_id, "join", None)
        room_ids = await self.rooms.joined_rooms(user_id)
        for start in range(0, len(room_ids), ROOMS_AT_ONCE_MAX):
            some = room_ids[start : start + ROOMS_AT_ONCE_MAX]
            await asyncio.gather(*(self._show(room_id, user_id, content) for room_id in some))

    async def _show(self, room_id: str, user_id: str, content: dict[str, Any]) -> None:
        room = await self.rooms.find(room_id)
        if room is None or user_id not in room.state.joined:
            return
        kept = room.state.content(MEMBER, user_id).get(VOUCHER)
        voucher = {VOUCHER: kept} if kept else {}
        draft = Draft(MEMBER, content | voucher, user_id)
        await self.additions.change(room, user_id, draft)

    async def shares_room(self, user_id: str, other: str) -> bool:
        """Tell whether two people are in a room together."""
        mine = set(await self.rooms.joined_rooms(user_id))
        return not mine.isdisjoint(await self.rooms.joined_rooms(other))

    async def leave_everything(self, user_id: str) -> None:
        """Take a person out of every room, as when the account is deactivated."""
        memberships = dict(await self.rooms.memberships(user_id))
        for room_id, what in memberships.items():
            if what.membership in ("join", "invite", "knock"):
                await self.leave(user_id, room_id)

    async def member_content(
        self, user_id: str, membership: str, reason: str | None
    ) -> dict[str, Any]:
        """Return the content of a membership event, with the person's name and picture."""
        content = _content(membership, reason)
        try:
            profile = await self.profiles.one(user_id)
        except NoSuchAccount:
            return content  # who is invited need not exist: that is not told here
        if profile.display_name is not None:
            content["displayname"] = profile.display_name
        if profile.avatar_url is not None:
            content["avatar_url"] = profile.avatar_url
        return content

    def check_local(self, user_id: str) -> None:
        """Refuse a user id of another server, or none at all."""
        check_local(user_id, self.server_name)

    async def _voucher(self, state: RoomState, user_id: str) -> str | None:
        """Return a member who may vouch, when the room admits members of others and they are."""
        restricted = state.join_rule in ("restricted", "knock_restricted")
        if not restricted or state.membership(user_id) in ("invite", "join", "ban"):
            return None
        allow = state.content("m.room.join_rules").get("allow")
        mine = set(await self.rooms.joined_rooms(user_id))
        for rule in allow if isinstance(allow, list) else []:
            if isinstance(rule, dict) and rule.get("type") == "m.room_membership":
                if rule.get("room_id") in mine:
                    return _who_may_invite(state)
        return None


def _who_may_invite(state: RoomState) -> str | None:
    needed = state.power.to("invite")
    able = [user for user in state.joined if state.power.of(user) >= needed]
    return max(able, key=state.power.of, default=None)


def _content(membership: str, reason: str | None) -> dict[str, Any]:
    return {"membership": membership} | ({"reason": reason} if reason is not None else {})
