"""The redaction algorithm (Matrix specification, room versions 10 and 11, "Redactions"), and erasure."""

from typing import Any

import msgspec

from teahouse.rooms.model.event import RoomEvent, encode_event, with_room
from teahouse.rooms.model.version import RoomVersion

WITHHELD = "org.teahouse.withheld"  # told with an event whose text is withheld, and may come back
_POWER = ("ban", "events", "events_default", "kick", "redact", "state_default", "users")
_KEPT: dict[str, tuple[str, ...]] = {
    "m.room.member": ("membership", "join_authorised_via_users_server"),
    "m.room.join_rules": ("join_rule", "allow"),
    "m.room.history_visibility": ("history_visibility",),
}


def kept_content(version: RoomVersion, event_type: str, content: dict[str, Any]) -> dict[str, Any]:
    """Return what a redaction leaves of an event's content."""
    if event_type == "m.room.create":
        if version.keeps_whole_create:
            return content
        return {key: content[key] for key in ("creator",) if key in content}
    keys = _KEPT.get(event_type, ())
    if event_type == "m.room.member" and version.redacts_in_content:
        signed = _signed(content.get("third_party_invite"))
        return {key: content[key] for key in keys if key in content} | signed
    if event_type == "m.room.power_levels":
        keys = (*_POWER, "users_default", *(("invite",) if version.redacts_in_content else ()))
    elif event_type == "m.room.redaction" and version.redacts_in_content:
        keys = ("redacts",)
    return {key: content[key] for key in keys if key in content}


def _signed(invite: Any) -> dict[str, Any]:
    """Return what stays of an invitation by e-mail or phone (from room version 11 on)."""
    if not isinstance(invite, dict) or "signed" not in invite:
        return {}
    return {"third_party_invite": {"signed": invite["signed"]}}


def without_before(body: bytes) -> bytes:
    """Return a state event's body without the content that it replaced."""
    event = msgspec.json.decode(body)
    unsigned = {key: value for key, value in event["unsigned"].items() if key != "prev_content"}
    return _encoded(event, event["content"], unsigned)


def bare_body(version: RoomVersion, event: RoomEvent) -> bytes:
    """Return a body as a redaction leaves it, when the redaction itself is not there any more.

    The body of what was redacted is returned as it is.
    """
    told = msgspec.json.decode(event.body)
    if "redacted_because" in told["unsigned"]:
        return event.body
    return _encoded(told, kept_content(version, event.type, told["content"]), {"erased": True})


def withheld_body(body: bytes) -> bytes:
    """Return a message's body as readers see it while what it says is withheld from them."""
    return _encoded(msgspec.json.decode(body), {}, {"erased": True, WITHHELD: True})


def empty_body(body: bytes) -> bytes:
    """Return the body of a message of which nothing stays, whatever it was."""
    return _encoded(msgspec.json.decode(body), {}, {"erased": True})


def erased_body(version: RoomVersion, body: bytes, user_id: str) -> bytes:
    """Return a body without what a person said in it, or is called in it."""
    event = msgspec.json.decode(body)
    content: dict[str, Any] = {}
    if event["sender"] != user_id:
        named = ("displayname", "avatar_url")
        content = {key: value for key, value in event["content"].items() if key not in named}
    elif "state_key" in event:
        content = kept_content(version, event["type"], event["content"])
    return _encoded(event, content, {"erased": True})


def _encoded(event: dict[str, Any], content: dict[str, Any], unsigned: dict[str, Any]) -> bytes:
    return encode_event(
        event["event_id"],
        event["type"],
        event["sender"],
        event["origin_server_ts"],
        content,
        event.get("state_key"),
        unsigned,
    )


def redacted_body(version: RoomVersion, target: RoomEvent, because: RoomEvent) -> bytes:
    """Return the target's body without what the redaction takes away, and saying why."""
    reason = msgspec.json.decode(with_room(because.body, because.room_id))
    return encode_event(
        target.event_id,
        target.type,
        target.sender,
        target.ts,
        kept_content(version, target.type, target.content),
        target.state_key,
        {"redacted_because": reason, "redacted_by": because.event_id},
    )
