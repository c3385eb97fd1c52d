"""Making accounts by phone and using them, over HTTP, against a real server."""

import itertools
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx

from tests.living import Living

V3 = "/_matrix/client/v3"
PASSWORD = "a kettle of spring water"
_serial = itertools.count(1)


def mainland_number() -> str:
    """Return a number that the mainland could have given out."""
    return f"+86138{next(_serial):08d}"


def british_number() -> str:
    """Return a number that Britain could have given out."""
    return f"+4479460{next(_serial):05d}"


@dataclass
class Registering:
    """Goes through the steps of a registration by phone and says where it ended."""

    client: httpx.AsyncClient
    account_class: str = "personal"
    region: str = "intl"
    headers: dict[str, str] = field(default_factory=dict[str, str])

    async def _post(self, path: str, body: Any) -> httpx.Response:
        return await self.client.post(path, json=body, headers=self.headers)

    async def run(self, number: str, name: str) -> httpx.Response:
        """Register; the answer is the first refusal, or that of the last step."""
        base = "/api/v1/registrations"
        start = {
            "account_class": self.account_class,
            "door": "phone",
            "service_region": self.region,
        }
        told = await self._post(base, start)
        if told.status_code != 201:
            return told
        mine = f"{base}/{told.json()['registration_id']}"
        version = told.json()["policy_version"]
        told = await self._post(f"{mine}/consent", {"policy_version": version, "lang": "zh"})
        assert told.status_code == 200, told.text
        told = await self._post(f"{mine}/contact", {"kind": "phone", "value": number})
        if told.status_code != 202:
            return told
        told = await self._post(f"{mine}/code", {"code": await self.code(number)})
        assert told.status_code == 200, told.text
        if self.account_class == "official":
            told = await self._post(f"{mine}/official", official(name))
            assert told.status_code == 200, told.text
        last = {"username": name, "password": PASSWORD, "display_name": name.title()}
        return await self._post(f"{mine}/finish", last)

    async def code(self, number: str, after: int = 0) -> str:
        """Return the newest code that was sent to a number, once there are more than ``after``."""
        while True:
            codes = await self.codes(number)
            if len(codes) > after:
                return codes[-1]

    async def codes(self, number: str) -> list[str]:
        """Return the codes sent to a number."""
        told = await self.client.get("/api/v1/test/codes", params={"to": number})
        return told.json()["codes"]


def official(name: str) -> dict[str, Any]:
    """Return the particulars of an organisation outside the mainland."""
    return {
        "name": f"{name} tea house",
        "subject_kind": "organisation",
        "subject_name": "Tea House Ltd",
        "licence": {"issued_by": "Companies House", "number": "01234567"},
    }


@dataclass
class Existing:
    """Somebody who has an account, going about their day. Every step is written down."""

    client: httpx.AsyncClient
    name: str
    number: str
    friend: str
    steps: list[str] = field(default_factory=list[str])
    token: str = ""

    async def step(self, what: str, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """Make a request and write down what became of it, without what differs each time."""
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= more.pop("headers", {})
        content = more.pop("content", None)
        told = await self.client.request(
            method, path, json=body, content=content, headers=headers, params=more or None
        )
        kind = told.headers.get("content-type", "").partition(";")[0]
        shape = ""
        found: Any = None
        if kind == "application/json":
            found = told.json()
            shape = ",".join(sorted(found)) if isinstance(found, dict) else type(found).__name__
        self.steps.append(f"{what}: {told.status_code} {kind} {shape}")
        return found if found is not None else told.content

    async def day(self) -> list[str]:
        """Do everything that an existing user does, and return what happened."""
        await self._sign_in()
        await self._settings()
        await self._talk()
        await self._leave()
        return self.steps

    async def _sign_in(self) -> None:
        login = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": self.name},
            "password": PASSWORD,
        }
        told = await self.step("new device by password", "POST", f"{V3}/login", login)
        self.token = told["access_token"]
        number = {"kind": "phone", "value": self.number}
        sent = Registering(self.client)
        had = len(await sent.codes(self.number))
        await self.step("ask a code", "POST", "/api/v1/sessions/code", number)
        code = await sent.code(self.number, had)
        with_code = number | {"code": code, "device_name": "phone"}
        told = await self.step("new device by code", "POST", "/api/v1/sessions", with_code)
        await self.step("devices", "GET", f"{V3}/devices")
        device = quote(told["device_id"])
        await self.step("remote sign-out", "DELETE", f"/api/v1/account/sessions/{device}")

    async def _settings(self) -> None:
        me = f"@{self.name}:tea.example"
        path = f"{V3}/profile/{quote(me)}/displayname"
        await self.step("new name", "PUT", path, {"displayname": "老王"})
        await self.step("own account", "GET", "/api/v1/account")
        await self.step("receipts", "GET", "/api/v1/account/receipts")
        await self.step("export", "GET", "/api/v1/account/export")
        await self.step("policy", "GET", "/api/v1/policy", lang="zh")
        await self.step("find a person", "POST", f"{V3}/user_directory/search",
                        {"search_term": self.friend})  # fmt: skip

    async def _talk(self) -> None:
        told = await self.step("make a group", "POST", f"{V3}/createRoom",
                               {"name": "茶", "invite": [self.friend]})  # fmt: skip
        room = f"{V3}/rooms/{quote(told['room_id'])}"
        said = await self.step("say", "PUT", f"{room}/send/m.room.message/1",
                               {"msgtype": "m.text", "body": "你好"})  # fmt: skip
        again = await self.step("say again", "PUT", f"{room}/send/m.room.message/1",
                                {"msgtype": "m.text", "body": "你好"})  # fmt: skip
        assert said == again
        kept = await self.step("upload", "POST", "/_matrix/media/v3/upload", content=b"tea" * 99,
                               headers={"content-type": "text/plain"})  # fmt: skip
        media = kept["content_uri"].removeprefix("mxc://")
        await self.step("download", "GET", f"/_matrix/client/v1/media/download/{media}")
        told = await self.step("sync", "GET", f"{V3}/sync")
        await self.step("nothing new", "GET", f"{V3}/sync", since=told["next_batch"], timeout=0)
        event = quote(said["event_id"])
        await self.step("read", "POST", f"{room}/receipt/m.read/{event}", {})
        await self.step("history", "GET", f"{room}/messages", dir="b", limit=5)
        await self.step("take back", "PUT", f"{room}/redact/{event}/2", {})
        await self.step("leave the group", "POST", f"{room}/leave", {})

    async def _leave(self) -> None:
        asked = await self.step("delete the account", "POST", f"{V3}/account/deactivate", {})
        auth = {
            "type": "m.login.password",
            "session": asked["session"],
            "identifier": {"type": "m.id.user", "user": self.name},
            "password": PASSWORD,
        }
        await self.step("delete, sure", "POST", f"{V3}/account/deactivate",
                        {"auth": auth, "erase": True})  # fmt: skip
        await self.step("gone", "GET", f"{V3}/account/whoami")
        self.steps = [re.sub(r"[0-9a-f]{20,}", "…", step) for step in self.steps]


async def linked(house: Living, path: str) -> str:
    """Return the path by which somebody goes on with a registration elsewhere, by a link."""
    held = house.house.doors.registrations.held
    async with house.house.db.transaction() as tx:
        registration = await held.named(tx, path.rpartition("/")[2])
        token = await held.link(tx, registration.digest)
    base = "/api/v1/registrations"
    told = await house.client.post(f"{base}/links", json={"token": token})
    assert told.status_code == 200, told.text
    return f"{base}/{told.json()['registration_id']}"
