"""The authorisation rules (Matrix specification, room versions 10 to 12, "Authorization rules").

``check_event`` refuses what a room does not allow and changes nothing. The state it is given is the
one the event would come after; there is no federation, so there is only ever one.
"""

from typing import Any

from teahouse.errors import BadJson, Kind, Refused
from teahouse.rooms.model.power import changes, check_levels
from teahouse.rooms.model.state import MEMBER, RoomState


class NotAllowed(Refused):
    """The room's rules do not allow this."""

    code = "rooms.not_allowed"
    kind = Kind.FORBIDDEN


class NotInRoom(NotAllowed):
    """You are not in this room."""

    code = "rooms.not_in_room"


class NotBanned(NotAllowed):
    """They are not banned from this room."""

    code = "rooms.not_banned"


def check_event(
    state: RoomState, sender: str, event_type: str, state_key: str | None, content: dict[str, Any]
) -> None:
    """Refuse an event that the room's rules do not allow. Raises ``NotAllowed``, ``BadJson``."""
    if event_type == "m.room.create":
        raise NotAllowed("A room is created once.")
    if event_type == MEMBER:
        if state_key is None:
            raise BadJson("m.room.member is a state event.")
        _check_member(state, sender, state_key, content)
        return
    if state.membership(sender) != "join":
        raise NotInRoom
    if event_type == "m.room.third_party_invite":
        _need(state, sender, state.power.to("invite"), "invite")
        return
    _need(state, sender, state.power.to_send(event_type, state_key is not None), event_type)
    if state_key is not None and state_key.startswith("@") and state_key != sender:
        raise NotAllowed("A state key that is a user id belongs to that user.")
    if event_type == "m.room.power_levels":
        _check_power_change(state, sender, content)


def check_there(state: RoomState, sender: str, target: str, act: str) -> None:
    """Refuse to ``kick`` who is not there, and to ``unban`` who is not banned.

    Raises ``NotInRoom``, ``NotAllowed``, ``NotBanned``.
    """
    if act not in ("kick", "unban"):
        return
    if state.membership(sender) != "join":
        raise NotInRoom
    before = state.membership(target)
    if act == "kick" and before not in ("join", "invite", "knock"):
        raise NotAllowed("They are not in this room.")
    if act == "unban" and before != "ban":
        _need(state, sender, state.power.to("ban"), "unban")
        raise NotBanned


def check_redaction(state: RoomState, sender: str, target_sender: str) -> None:
    """Refuse redacting another's event without the level for it."""
    if sender != target_sender:
        _need(state, sender, state.power.to("redact"), "redact others' events")


def _need(state: RoomState, user_id: str, level: int, what: str) -> None:
    has = state.power.of(user_id)
    if has < level:
        raise NotAllowed(f"Your power level is {has}; {what} asks for {level}.")


def _check_member(state: RoomState, sender: str, target: str, content: dict[str, Any]) -> None:
    membership = content.get("membership")
    check = _BY_MEMBERSHIP.get(membership) if isinstance(membership, str) else None
    if check is None:
        raise BadJson("membership must be join, invite, leave, ban or knock.")
    check(state, sender, target, content)


def _check_join(state: RoomState, sender: str, target: str, content: dict[str, Any]) -> None:
    if sender != target:
        raise NotAllowed("Nobody joins for another.")
    current = state.membership(target)
    if current == "ban":
        raise NotAllowed("You are banned from this room.")
    if current == "join" or (not state.members and sender == state.creator):
        return
    rule = state.join_rule
    if rule == "public":
        return
    if rule in ("invite", "knock", "restricted", "knock_restricted") and current == "invite":
        return
    if rule in ("restricted", "knock_restricted"):
        _check_vouched(state, content)
        return
    raise NotAllowed("You are not invited to this room.")


def _check_vouched(state: RoomState, content: dict[str, Any]) -> None:
    """A restricted room admits whom a member with the level to invite has vouched for."""
    voucher = content.get("join_authorised_via_users_server")
    if not isinstance(voucher, str) or state.membership(voucher) != "join":
        raise NotAllowed("You belong to none of the rooms that this room admits from.")
    _need(state, voucher, state.power.to("invite"), "invite")


def _check_invite(state: RoomState, sender: str, target: str, content: dict[str, Any]) -> None:
    if "third_party_invite" in content:
        raise NotAllowed("Invitations by e-mail or phone are not offered here.")
    if state.membership(sender) != "join":
        raise NotInRoom
    current = state.membership(target)
    if current == "ban":
        raise NotAllowed("They are banned from this room.")
    if current == "join":
        raise NotAllowed("They are in this room already.")
    _need(state, sender, state.power.to("invite"), "invite")


def _check_leave(state: RoomState, sender: str, target: str, content: dict[str, Any]) -> None:
    current = state.membership(target)
    if sender == target:
        if current not in ("join", "invite", "knock"):
            raise NotInRoom
        return
    if state.membership(sender) != "join":
        raise NotInRoom
    if current == "ban":
        _need(state, sender, state.power.to("ban"), "unban")
    _need(state, sender, state.power.to("kick"), "kick")
    _check_above(state, sender, target)


def _check_ban(state: RoomState, sender: str, target: str, content: dict[str, Any]) -> None:
    if state.membership(sender) != "join":
        raise NotInRoom
    _need(state, sender, state.power.to("ban"), "ban")
    _check_above(state, sender, target)


def _check_above(state: RoomState, sender: str, target: str) -> None:
    if state.power.of(target) >= state.power.of(sender):
        raise NotAllowed("Their power level is not below yours.")


def _check_knock(state: RoomState, sender: str, target: str, content: dict[str, Any]) -> None:
    if state.join_rule not in ("knock", "knock_restricted"):
        raise NotAllowed("This room does not take knocks.")
    if sender != target:
        raise NotAllowed("Nobody knocks for another.")
    if state.membership(target) in ("ban", "invite", "join"):
        raise NotAllowed("You are banned from this room, invited, or in it already.")


_BY_MEMBERSHIP = {
    "join": _check_join,
    "invite": _check_invite,
    "leave": _check_leave,
    "ban": _check_ban,
    "knock": _check_knock,
}


def _check_power_change(state: RoomState, sender: str, content: dict[str, Any]) -> None:
    check_levels(content)
    users: dict[str, int] = content.get("users", {})
    if state.creators & users.keys():
        raise NotAllowed("A creator's power is not given by power levels in this room version.")
    stated = state.get("m.room.power_levels")
    if stated is None:
        return
    mine = state.power.of(sender)
    for where, old, new in changes(stated.content, content):
        if (old is not None and old > mine) or (new is not None and new > mine):
            raise NotAllowed(f"{where} is, or would be, above your own power level.")
        group, _, name = where.partition(".")
        if group == "users" and name != sender and old is not None and old >= mine:
            raise NotAllowed("Their power level is not below yours.")
