"""What is said of an event: to an app's push gateway, to a browser, in the list of notifications."""

from datetime import datetime
from typing import Any

import msgspec

from teahouse.push.model.evaluate import Actions
from teahouse.pushers.model import App, Browser

BODY_LETTERS_MAX = 300
ENCRYPTED = "m.room.encrypted"
MEMBER = "m.room.member"
INVITATION = "m.call.invite"  # to a call; the other one is a membership
KINDS = {MEMBER: "invite", INVITATION: "call"}
RINGS_MS_MAX = 300_000


class Notice(msgspec.Struct, frozen=True):
    """An event that is worth somebody's notice. ``event`` is as clients see it, with its room."""

    pos: int
    event: dict[str, Any]
    actions: Actions
    is_read: bool

    @property
    def room_id(self) -> str:
        """Where it was said."""
        return str(self.event["room_id"])

    @property
    def ts(self) -> int:
        """When, in ms."""
        return int(self.event["origin_server_ts"])


class Names(msgspec.Struct, frozen=True):
    """What the room and the sender are called there; ``None`` for what has no name."""

    room: str | None = None
    alias: str | None = None
    sender: str | None = None


def listed(notice: Notice, now_ms: int) -> dict[str, Any]:
    """Return a notice as ``GET /notifications`` gives it."""
    unsigned = {**notice.event.get("unsigned", {}), "age": now_ms - notice.ts}
    return {
        "actions": actions_of(notice.actions),
        "event": {**notice.event, "unsigned": unsigned},
        "read": notice.is_read,
        "room_id": notice.room_id,
        "ts": notice.ts,
    }


def actions_of(actions: Actions) -> list[str | dict[str, Any]]:
    """Return an outcome as a rule would say it."""
    found: list[str | dict[str, Any]] = ["notify"] if actions.notify else []
    if actions.sound is not None:
        found.append({"set_tweak": "sound", "value": actions.sound})
    if actions.highlight:
        found.append({"set_tweak": "highlight"})
    return found


def tweaks_of(actions: Actions) -> dict[str, Any]:
    """Return an outcome as a push gateway is told it."""
    tweaks: dict[str, Any] = {}
    if actions.sound is not None:
        tweaks["sound"] = actions.sound
    if actions.highlight:
        tweaks["highlight"] = True
    return tweaks


def is_urgent(notice: Notice) -> bool:
    """Tell whether a device should be woken for it; nobody knows what an encrypted one says."""
    actions = notice.actions
    return actions.highlight or actions.sound is not None or notice.event["type"] == ENCRYPTED


# -- to a push gateway (Push Gateway API, "Notifying a user of an event") ---------------------------


def device(app: App, set_at: datetime, actions: Actions | None = None) -> dict[str, Any]:
    """Return the device of a pusher, with everything that its client put beside the address."""
    found: dict[str, Any] = {
        "app_id": app.app_id,
        "pushkey": app.pushkey,
        "pushkey_ts": int(set_at.timestamp()),
        "data": {key: value for key, value in app.data.items() if key != "url"},
    }
    if actions is not None and not app.ids_only:
        found["tweaks"] = tweaks_of(actions)
    return found


def told(
    notice: Notice, names: Names, unread: int, app: App, set_at: datetime, user_id: str
) -> dict[str, Any]:
    """Return what a gateway is told of an event."""
    event = notice.event
    about: dict[str, Any] = {
        "event_id": event["event_id"],
        "room_id": notice.room_id,
        "prio": "high" if is_urgent(notice) else "low",
        "counts": {"unread": unread},
        "devices": [device(app, set_at, notice.actions)],
    }
    if not app.ids_only:
        about |= {"type": event["type"], "sender": event["sender"], "content": event["content"]}
        named = {
            "sender_display_name": names.sender,
            "room_name": names.room,
            "room_alias": names.alias,
        }
        about |= {key: value for key, value in named.items() if value is not None}
        if event["type"] == MEMBER:
            about["user_is_target"] = event.get("state_key") == user_id
            about["membership"] = event["content"].get("membership")
    return {"notification": about}


def counted(unread: int, app: App, set_at: datetime) -> dict[str, Any]:
    """Return what a gateway is told when only the number of unread messages has changed."""
    return {"notification": {"counts": {"unread": unread}, "devices": [device(app, set_at)]}}


class Rejections(msgspec.Struct, frozen=True):
    """What a gateway answers: the pushkeys that lead nowhere any more."""

    rejected: list[str] = []


def rejected(body: bytes) -> list[str]:
    """Return the pushkeys that a gateway's answer says are no good."""
    try:
        return msgspec.json.decode(body, type=Rejections).rejected
    except msgspec.DecodeError:
        return []


# -- to a browser ------------------------------------------------------------------------------------


def shown(notice: Notice, names: Names, unread: int, browser: Browser) -> dict[str, Any]:
    """Return what a browser shows. The words are in it only when its owner wants to see them."""
    event = notice.event
    found: dict[str, Any] = {
        "event_id": event["event_id"],
        "room_id": notice.room_id,
        "unread": unread,
        "lang": browser.lang,
        "room": names.room,
        "sender": names.sender or str(event["sender"]),
        "kind": KINDS.get(event["type"], "message"),
        "loud": is_urgent(notice),
    }
    if event["type"] == INVITATION:
        found["until"] = rings_until(notice)
    text = event["content"].get("body")
    if browser.shows_text and isinstance(text, str):
        found["text"] = text[:BODY_LETTERS_MAX]
    return found


def rings_until(notice: Notice) -> int:
    """Return until when (ms) a call can be answered; later it was missed."""
    lifetime = notice.event["content"].get("lifetime")
    rings = lifetime if isinstance(lifetime, int) else RINGS_MS_MAX
    return notice.ts + max(0, min(rings, RINGS_MS_MAX))
