"""A Matrix client that keeps what sync tells it, as the specification says that clients do."""

from dataclasses import dataclass, field
from typing import Any

from tests.living import Person, q

MEMBER = "m.room.member"
Key = tuple[str, str]


@dataclass
class View:
    """What a client knows of one room that its person is in."""

    state: dict[Key, Any] = field(default_factory=dict[Key, Any])
    timeline: list[str] = field(default_factory=list[str])
    events: dict[str, Any] = field(default_factory=dict[str, Any])
    receipts: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    typing: list[str] = field(default_factory=list[str])
    unread: dict[str, int] = field(default_factory=dict[str, int])
    summary: dict[str, Any] = field(default_factory=dict[str, Any])
    heard: set[str] = field(default_factory=set[str])  # who spoke in what sync itself told

    def happened(self, event: Any) -> None:
        """Add an event to the timeline's end."""
        assert event["event_id"] not in self.events, f"told twice: {event}"
        self.timeline.append(event["event_id"])
        self.events[event["event_id"]] = event
        if "state_key" in event:
            self.state[event["type"], event["state_key"]] = event
        if event["type"] == "m.room.redaction":
            self.redact(event["content"].get("redacts") or event.get("redacts"))

    def redact(self, event_id: str) -> None:
        """Take the content out of an event, wherever it is held."""
        held = [self.events.get(event_id), *self.state.values()]
        for event in held:
            if event is not None and event["event_id"] == event_id:
                kept = ("membership",) if event["type"] == MEMBER else ()
                event["content"] = {k: v for k, v in event["content"].items() if k in kept}


@dataclass
class Client:
    """One device."""

    person: Person
    limit: int
    lazy: bool
    since: str = ""
    rooms: dict[str, View] = field(default_factory=dict[str, View])
    invites: dict[str, dict[Key, Any]] = field(default_factory=dict[str, dict[Key, Any]])
    data: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def wish(self) -> str:
        lazy = "true" if self.lazy else "false"
        return (
            f'{{"room":{{"timeline":{{"limit":{self.limit}}},'
            f'"state":{{"lazy_load_members":{lazy}}}}}}}'
        )

    async def sync(self) -> None:
        """Take in what is new."""
        query = {"since": self.since} if self.since else {}
        told = await self.person.did("GET", "/sync", None, filter=self.wish, timeout=0, **query)
        for event in told.get("account_data", {}).get("events", []):
            self.data[event["type"]] = event["content"]
        rooms = told.get("rooms", {})
        for room_id, room in rooms.get("leave", {}).items():
            self._left(room_id, room)
        for room_id, room in rooms.get("invite", {}).items():
            self.rooms.pop(room_id, None)
            events = room["invite_state"]["events"]
            self.invites[room_id] = {(e["type"], e["state_key"]): e["content"] for e in events}
        for room_id, room in rooms.get("join", {}).items():
            self.invites.pop(room_id, None)
            await self._joined(room_id, room)
        self.since = told["next_batch"]

    def _left(self, room_id: str, room: Any) -> None:
        seen = [*room.get("state", {}).get("events", []), *room["timeline"]["events"]]
        own = [e for e in seen if e["type"] == MEMBER and e["state_key"] == self.person.user_id]
        assert own, f"{self.person.user_id} is not told of the leaving of {room_id}: {room}"
        assert own[-1]["content"]["membership"] in ("leave", "ban"), own
        self.rooms.pop(room_id, None)
        self.invites.pop(room_id, None)

    async def _joined(self, room_id: str, room: Any) -> None:
        is_new = room_id not in self.rooms
        view = self.rooms.setdefault(room_id, View())
        timeline = room["timeline"]
        if timeline["limited"] and not is_new:
            for event in await self.gap(room_id, timeline["prev_batch"]):
                view.happened(event)
        for event in room["state"]["events"]:
            view.state[event["type"], event["state_key"]] = event
        for event in timeline["events"]:
            view.happened(event)
            view.heard.add(event["sender"])
        for event in room["ephemeral"]["events"]:
            self._ephemeral(view, event)
        for event in room["account_data"]["events"]:
            view.data[event["type"]] = event["content"]
        view.unread = room.get("unread_notifications", view.unread)
        view.summary |= room.get("summary", {})

    async def gap(self, room_id: str, place: str | None) -> list[Any]:
        """Return the events between what was known and the place, oldest first."""
        found: list[Any] = []
        while place:
            path = f"/rooms/{q(room_id)}/messages"
            page = await self.person.did(
                "GET", path, None, dir="b", limit=3, **{"from": place, "to": self.since}
            )
            found += page["chunk"]
            place = page.get("end")
        return found[::-1]

    def _ephemeral(self, view: View, event: Any) -> None:
        if event["type"] == "m.typing":
            view.typing = event["content"]["user_ids"]
            return
        for event_id, by_type in event["content"].items():
            for kind, by_user in by_type.items():
                for user_id in by_user:
                    view.receipts[kind, user_id] = event_id
