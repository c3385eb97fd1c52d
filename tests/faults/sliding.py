"""A client of sliding sync that keeps what it is told, as MSC4186 says that clients do."""

from dataclasses import dataclass, field
from typing import Any

from tests.faults.client import MEMBER, View
from tests.living import Person, q
from tests.slidingsync.asking import Line

SCOPES = {name: {"enabled": True} for name in ("account_data", "receipts", "typing")}


@dataclass
class SlidingClient:
    """One connection of one device. ``last``: the rooms that the newest answer has in its window."""

    person: Person
    limit: int
    lazy: bool
    name: str = "law"
    pos: str = ""
    rooms: dict[str, View] = field(default_factory=dict[str, View])
    invites: dict[str, Any] = field(default_factory=dict[str, Any])
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    told: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])

    def wish(self, last: int) -> dict[str, Any]:
        """Ask for a window of rooms, up to and with the ``last``."""
        state = [["*", "*"], *([[MEMBER, "$LAZY"], [MEMBER, "$ME"]] if self.lazy else [])]
        room = {"timeline_limit": self.limit, "required_state": state}
        return {"lists": {"all": room | {"ranges": [[0, last]]}}, "extensions": SCOPES}

    async def sync(self, last: int = 9) -> None:
        """Take in what is new in a window."""
        line = Line(self.person, self.wish(last), self.name, self.pos)
        told = await line.ask()
        self.pos = line.pos
        for room_id, part in told["rooms"].items():
            if part["membership"] == "join":
                self.invites.pop(room_id, None)
                await self._joined(room_id, part)
            else:
                self.rooms.pop(room_id, None)
                self.told.pop(room_id, None)
                self.invites.pop(room_id, None)
                if part["membership"] == "invite":
                    self.invites[room_id] = part["invite_state"]
        self._extensions(told["extensions"])

    async def _joined(self, room_id: str, part: Any) -> None:
        is_new = part.get("initial", False)
        assert is_new or room_id in self.rooms, "what changed is told of a room that is known"
        if is_new:
            old = self.rooms.get(room_id, View())
            self.rooms[room_id] = View(data=old.data, receipts=old.receipts, typing=old.typing)
            self.told[room_id] = {}
        view = self.rooms[room_id]
        events = part["timeline"]
        if part.get("unstable_expanded_timeline"):
            events = [event for event in events if event["event_id"] not in view.events]
        elif part["limited"] and not is_new:
            events = [*await self._gap(room_id, view, part["prev_batch"]), *events]
            if self.lazy:
                view.heard.clear()
                view.state = {k: v for k, v in view.state.items() if k[0] != MEMBER}
        for event in events:
            view.happened(event)
        view.heard |= {event["sender"] for event in part["timeline"]}
        for event in part.get("required_state", ()):
            view.state[event["type"], event["state_key"]] = event
        counts = {name: part[name] for name in ("notification_count", "highlight_count")}
        view.unread = counts
        named = ("name", "avatar", "heroes", "joined_count", "invited_count", "bump_stamp", "is_dm")
        self.told[room_id] |= {name: part[name] for name in named if name in part}

    async def _gap(self, room_id: str, view: View, place: str | None) -> list[Any]:
        """Return the events before a place, back to one that is known, oldest first."""
        found: list[Any] = []
        while place:
            path = f"/rooms/{q(room_id)}/messages"
            page = await self.person.did("GET", path, None, dir="b", limit=3, **{"from": place})
            for event in page["chunk"]:
                if event["event_id"] in view.events:
                    return found[::-1]
                found.append(event)
            place = page.get("end")
        return found[::-1]

    @property
    def shown(self) -> dict[str, dict[str, Any]]:
        """What the server makes of rooms, as it holds: heroes where there is no name."""
        return {
            room_id: {
                name: value
                for name, value in told.items()
                if value and not (name == "heroes" and told.get("name"))
            }
            for room_id, told in self.told.items()
        }

    def _extensions(self, told: Any) -> None:
        data = told.get("account_data", {"global": [], "rooms": {}})
        self.data |= {event["type"]: event["content"] for event in data["global"]}
        for room_id, events in data["rooms"].items():
            if room_id in self.rooms:
                self.rooms[room_id].data |= {event["type"]: event["content"] for event in events}
        for room_id, event in told.get("typing", {"rooms": {}})["rooms"].items():
            self.rooms[room_id].typing = event["content"]["user_ids"]
        for room_id, event in told.get("receipts", {"rooms": {}})["rooms"].items():
            for event_id, by_type in event["content"].items():
                for kind, by_user in by_type.items():
                    for user_id in by_user:
                        self.rooms[room_id].receipts[kind, user_id] = event_id
