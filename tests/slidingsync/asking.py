"""A connection that goes on from answer to answer."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.living import Person

PATH = "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync"
EVERY_STATE = [["*", "*"]]


def body_of(
    limit: int = 10, state: Any = EVERY_STATE, ranges: Any = ((0, 99),), **more: Any
) -> dict[str, Any]:
    """Return a request for one list, ``all``."""
    wish: dict[str, Any] = {"timeline_limit": limit, "required_state": state, "ranges": ranges}
    if "filters" in more:
        wish["filters"] = more.pop("filters")
    return {"lists": {"all": wish}} | more


@dataclass
class Line:
    """One connection of one device."""

    person: Person
    body: dict[str, Any] = field(default_factory=body_of)
    name: str = "main"
    pos: str = ""

    async def answer(self, timeout: int = 0, **changes: Any) -> httpx.Response:
        """Ask, without going on."""
        query = {"pos": self.pos, "timeout": timeout} if self.pos else {"timeout": timeout}
        body = self.body | {"conn_id": self.name} | changes
        return await self.person.ask("POST", PATH, body, **query)

    async def ask(self, timeout: int = 0, **changes: Any) -> Any:
        """Ask, and go on."""
        answer = await self.answer(timeout, **changes)
        assert answer.status_code == 200, answer.text
        told = answer.json()
        self.pos = told["pos"]
        return told

    async def rooms(self, **changes: Any) -> Any:
        """Ask, go on, and return the rooms of the answer."""
        return (await self.ask(**changes))["rooms"]


def texts(room: Any) -> list[str]:
    """Return what was said in a room's part."""
    found = [event["content"].get("body") for event in room.get("timeline", ())]
    return [text for text in found if text]


def state(room: Any) -> dict[tuple[str, str], Any]:
    """Return the state in a room's part."""
    return {(e["type"], e["state_key"]): e["content"] for e in room.get("required_state", ())}
