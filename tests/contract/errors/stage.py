"""Who asks, and what there is to be asked for."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.contract.errors.row import Row
from tests.living import Living, Person, q

_PLACE = re.compile(r"\{(\w+)\}")


@dataclass
class Stage:
    """People by name, and what stands for what."""

    house: Living
    people: dict[str, Person] = field(default_factory=dict[str, Person])
    values: dict[str, str] = field(default_factory=dict[str, str])

    async def enter(self, *names: str) -> None:
        """Bring people; ``ada`` stands for her user id from now on."""
        for name in names:
            self.people[name] = person = await self.house.person()
            self.values[name] = person.user_id

    async def ask(self, row: Row) -> httpx.Response:
        """Make a request."""
        method, _, path = row.operation.partition(" ")
        who = self.people.get(row.who)
        usual = dict(self.values)
        if who is not None:
            usual |= {"userId": who.user_id, "deviceId": who.device_id}
        places = _PLACE.findall(path)
        for name in places:
            text = row.given.get(name, usual.get(name, "x"))
            path = path.replace(f"{{{name}}}", q(self.values.get(text, text)))
        asked = {k: self.values.get(v, v) for k, v in row.given.items() if k not in places}
        body = row.body
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(self._filled(body)).encode()
        headers = {} if who is None else {"authorization": f"Bearer {who.token}"}
        return await self.house.client.request(
            method, path, content=body, params=asked or None, headers=headers
        )

    async def said(self, row: Row) -> str:
        """Make a request and return what it was answered, as rows write it."""
        answer = await self.ask(row)
        told = (
            answer.json() if answer.headers["content-type"].startswith("application/json") else {}
        )
        if "flows" in told:
            return f"{answer.status_code} flows"
        return f"{answer.status_code} {told.get('errcode', '')}".strip()

    def _filled(self, value: Any) -> Any:
        if isinstance(value, str) and value.startswith("$"):
            return self.values[value[1:]]
        if isinstance(value, list):
            return [self._filled(one) for one in value]
        if isinstance(value, dict):
            return {self._filled(k): self._filled(v) for k, v in value.items()}
        return value


async def rooms_of(stage: Stage, version: str) -> None:
    """Make rooms of a version; ada may do everything in them, bob is in one, eve in none."""
    ada, bob, banned = stage.people["ada"], stage.people["bob"], stage.people["banned"]
    room = await ada.room(bob, room_version=version, name="Tea", room_alias_name=f"tea{version}")
    secret = await ada.room(preset="private_chat", room_version=version)
    event = await bob.say(room, "here I am")
    hidden = await ada.say(secret, "not for eve")
    await ada.did("POST", f"/rooms/{q(room)}/ban", {"user_id": banned.user_id})
    liked = {"m.relates_to": {"rel_type": "m.annotation", "event_id": event, "key": "👍"}}
    await ada.did("PUT", f"/rooms/{q(room)}/send/m.reaction/like{version}", liked)
    stage.values |= {
        "roomId": room,
        "roomIdOrAlias": room,
        "eventId": event,
        "room": room,
        "event": event,
        "secret": secret,
        "hidden": hidden,
        "alias": f"#tea{version}:s",
        "roomAlias": f"#tea{version}:s",
        "version": version,
        "taken": f"tea{version}",
    }


async def failures(stage: Stage, rows: tuple[Row, ...]) -> list[str]:
    """Make every request and tell which were answered otherwise than they should be."""
    wrong: list[str] = []
    for one in rows:
        said = await stage.said(one)
        if said != one.said:
            wrong.append(f"{one}\n    was told {said}, not {one.said}")
    return wrong
