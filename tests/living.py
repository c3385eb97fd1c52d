"""A whole house in this process, and people who live in it: what most tests talk through."""

import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pyotp

from teahouse.app import House, build_server, open_house, register_jobs
from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.ids import Ids
from tests.contract.conformance import Conforming

V3 = "/_matrix/client/v3"
_numbers = itertools.count(1)


@asynccontextmanager
async def living(
    dsn: str, data_dir: Path, clock: Clock | None = None, ids: Ids | None = None, **settings: Any
) -> AsyncIterator["Living"]:
    """Open a house in test mode on a database."""
    config = Config(data_dir=str(data_dir), server_name="s", test_mode=True, **settings)
    async with open_house(config, dsn, clock, ids) as house:
        register_jobs(house)
        await house.ordering.orders.restraints.serve()
        transport = httpx.ASGITransport(Conforming(build_server(house)), raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport, base_url="http://house") as client:
            yield Living(house, client)


@dataclass(repr=False)
class Living:
    """The house and a way to speak to it."""

    house: House
    client: httpx.AsyncClient

    async def person(self, name: str = "", device: str | None = None) -> "Person":
        """Register somebody."""
        name = name or f"p{next(_numbers)}"
        body = {"username": name, "password": "correct horse", "auth": {"type": "m.login.dummy"}}
        if device:
            body["device_id"] = device
        answer = await self.client.post(f"{V3}/register", json=body)
        assert answer.status_code == 200, answer.text
        told = answer.json()
        return Person(self, told["user_id"], told["access_token"], told["device_id"])

    async def verified(
        self, number: str, answer: dict[str, Any] | None = None, **start: Any
    ) -> str:
        """Take the steps of a registration by phone up to the last; return its path."""
        asked = {"door": "phone", "service_region": "intl"} | start
        told = await self.client.post("/api/v1/registrations", json=asked)
        assert told.status_code == 201, told.text
        begun = told.json()
        path = f"/api/v1/registrations/{begun['registration_id']}"
        said = {"policy_version": begun["policy_version"], "lang": "en"} | (answer or {})
        for step, body in (("consent", said), ("contact", {"kind": "phone", "value": number})):
            told = await self.client.post(f"{path}/{step}", json=body)
            assert told.status_code in (200, 202), told.text
        told = await self.client.post(f"{path}/code", json={"code": await self.code(number)})
        assert told.status_code == 200, told.text
        return path

    async def code(self, to: str) -> str:
        """Run the jobs, and return the newest code that was sent to a contact."""
        await self.run_jobs()
        told = await self.client.get("/api/v1/test/codes", params={"to": to})
        return told.json()["codes"][-1]

    async def finish(self, path: str, name: str) -> httpx.Response:
        """Take the last step of a registration."""
        last = {"username": name, "password": "correct horse"}
        return await self.client.post(f"{path}/finish", json=last)

    async def joined(self, name: str, number: str) -> "Person":
        """Register somebody by phone, step by step."""
        answer = await self.finish(await self.verified(number), name)
        assert answer.status_code == 201, answer.text
        told = answer.json()
        return Person(self, told["user_id"], told["access_token"], told["device_id"])

    async def owner(self) -> "Owner":
        """Set up the first operator by the one-time link, and sign them in."""
        link = await self.house.people.operators.setup_link()
        assert link is not None, "there is no operator yet"
        place, token = "/api/v1/operator/setup", link.url.partition("#")[2]
        body = {"token": token, "name": "ada", "password": "twelve letters"}
        begun = await self.client.post(f"{place}/begin", json=body)
        code = pyotp.TOTP(begun.json()["secret"]).at(self.house.ground.clock.now())
        told = await self.client.post(f"{place}/finish", json={"token": token, "code": code})
        assert told.status_code == 201, told.text
        return Owner(self, told.json()["token"])

    async def run_jobs(self) -> None:
        """Do what is due."""
        await self.house.runner.run_due()


@dataclass(repr=False)
class Owner:
    """An operator who may do everything."""

    living: Living
    token: str

    async def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """Make a request under ``/api/v1/operator``."""
        headers = {"authorization": f"Bearer {self.token}"}
        url = f"/api/v1/operator{path}"
        return await self.living.client.request(method, url, json=body, headers=headers)

    async def did(self, method: str, path: str, body: Any = None) -> Any:
        """Make a request that must succeed, and return its JSON."""
        answer = await self.ask(method, path, body)
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None


@dataclass(repr=False)
class Person:
    """Somebody with a session."""

    living: Living
    user_id: str
    token: str
    device_id: str
    since: str | None = None
    txns: "itertools.count[int]" = field(default_factory=itertools.count)

    async def ask(self, method: str, path: str, body: Any = None, **query: Any) -> httpx.Response:
        """Make a request under ``/_matrix/client/v3`` (or an absolute path)."""
        url = path if path.startswith(("/_", "/api")) else V3 + path
        headers = {"authorization": f"Bearer {self.token}"}
        content = None if body is None else json.dumps(body)
        return await self.living.client.request(
            method, url, content=content, params=query or None, headers=headers
        )

    async def did(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Make a request that must succeed, and return its JSON."""
        answer = await self.ask(method, path, body, **query)
        assert answer.status_code == 200, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def refused(self, method: str, path: str, body: Any = None, **query: Any) -> str:
        """Make a request that must be refused, and return ``status errcode``."""
        answer = await self.ask(method, path, body, **query)
        assert answer.status_code >= 400, f"{method} {path} was not refused: {answer.text}"
        return f"{answer.status_code} {answer.json().get('errcode')}"

    async def again(self, device: str | None = None) -> "Person":
        """Sign in on another device."""
        body = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": self.user_id},
            "password": "correct horse",
        } | ({"device_id": device} if device else {})
        told = await self.did("POST", "/login", body)
        return Person(self.living, self.user_id, told["access_token"], told["device_id"])

    async def room(self, *invited: "Person", **body: Any) -> str:
        """Make a room, with people in it."""
        body.setdefault("preset", "public_chat")
        room_id = (await self.did("POST", "/createRoom", body))["room_id"]
        for one in invited:
            if body["preset"] != "public_chat":
                await self.did("POST", f"/rooms/{q(room_id)}/invite", {"user_id": one.user_id})
            await one.did("POST", f"/join/{q(room_id)}", {})
        return room_id

    async def say(self, room_id: str, text: str, txn: str | None = None) -> str:
        """Say something and return the event's id."""
        txn = txn or f"t{next(self.txns)}"
        content = {"msgtype": "m.text", "body": text}
        path = f"/rooms/{q(room_id)}/send/m.room.message/{q(txn)}"
        return (await self.did("PUT", path, content))["event_id"]

    async def sync(self, timeout: int = 0, **query: Any) -> Any:
        """Sync from where this person stands."""
        if self.since:
            query["since"] = self.since
        told = await self.did("GET", "/sync", None, timeout=timeout, **query)
        self.since = told["next_batch"]
        return told

    async def texts(self, room_id: str, **query: Any) -> list[str]:
        """Return what the next sync says was said in a room."""
        told = await self.sync(**query)
        room = told.get("rooms", {}).get("join", {}).get(room_id, {})
        events = room.get("timeline", {}).get("events", [])
        return [e["content"].get("body", "") for e in events if e["type"] == "m.room.message"]


def q(text: str) -> str:
    """Quote a path segment."""
    return quote(text, safe="")
