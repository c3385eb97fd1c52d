"""Which events are found by their text, and what their text is."""

from typing import Any, NamedTuple

from teahouse.rooms.model.event import RoomEvent

BODY, NAME, TOPIC = "content.body", "content.name", "content.topic"
KEYS = (BODY, NAME, TOPIC)
ENCRYPTION = "m.room.encryption"
TEXT_LETTERS_MAX = 20_000

_MESSAGES = frozenset({"m.room.message", "m.sticker"})
_STATES = {"m.room.name": (NAME, "name"), "m.room.topic": (TOPIC, "topic")}


class Said(NamedTuple):
    """The text of an event: under which of Matrix's keys, and which event it edits, if any."""

    key: str
    text: str
    edits: str = ""


def said(event: RoomEvent) -> Said | None:
    """Return what an event is found by; ``None`` when there is nothing, or no more."""
    if event.type in _MESSAGES and event.state_key is None:
        content = event.content
        edits, new = edited(content)
        text = body_of(new if edits else content)
        return Said(BODY, text, edits) if text else None
    if event.type in _STATES and event.state_key == "":
        key, name = _STATES[event.type]
        text = event.content.get(name)
        return Said(key, text[:TEXT_LETTERS_MAX]) if isinstance(text, str) and text else None
    return None


def edited(content: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return which event a content edits, and the content that it gives it; nothing for none."""
    relates: Any = content.get("m.relates_to")
    if not isinstance(relates, dict) or relates.get("rel_type") != "m.replace":
        return "", {}
    event_id, new = relates.get("event_id"), content.get("m.new_content")
    return (event_id if isinstance(event_id, str) else "", new if isinstance(new, dict) else {})


def body_of(content: dict[str, Any]) -> str:
    """Return what a message says, without what it quotes of the one that it answers."""
    body, name = content.get("body"), content.get("filename")
    if not isinstance(body, str) or str(content.get("msgtype")).startswith("m.key."):
        return ""
    if body.startswith("> ") and _is_answer(content):
        body = _without_quote(body)
    if isinstance(name, str) and name != body:
        body = f"{body}\n{name}"
    return body[:TEXT_LETTERS_MAX]


def _is_answer(content: dict[str, Any]) -> bool:
    relates: Any = content.get("m.relates_to")
    return isinstance(relates, dict) and "m.in_reply_to" in relates


def _without_quote(body: str) -> str:
    lines = body.split("\n")
    kept = next((at for at, line in enumerate(lines) if not line.startswith("> ")), len(lines))
    return "\n".join(lines[kept:]).lstrip("\n")
