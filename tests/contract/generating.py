"""Has requests generated from a description of an API, and signs them as somebody of the house."""

import asyncio
import io
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from teahouse.app import build_server
from teahouse.infra.http.careful import CarefulProtocol
from tests.contract.cast import ENDING, Cast, operator
from tests.contract.listening import listening
from tests.living import Person, q

LEAVING = ("/leave", "/forget")  # whoever else asks must stay in the room
CHECKS = "not_a_server_error,response_schema_conformance,content_type_conformance"
WAITING = ("timeout", "timeout_ms")  # how long to wait for what will not come
VERSION, BACKUP = "/room_keys/version", "m.megolm_backup.v1.curve25519-aes-sha2"
OPERATORS = "/api/v1/operator/"
LOOK_BACK_LETTERS = 8_000


@dataclass
class Town:
    """Who asks, and things that are there to be asked for, by the name of a path's parameter."""

    cast: Cast
    values: dict[str, str]

    @classmethod
    async def built(cls, cast: Cast) -> "Town":
        """Put one of each into a house."""
        person, room_id = cast.person, cast.values["room_id"]
        mine, alias = f"/user/{q(person.user_id)}", "#tea:s"
        await person.did("PUT", f"/directory/room/{q(alias)}", {"room_id": room_id})
        chosen = await person.did("POST", f"{mine}/filter", {"room": {"timeline": {"limit": 2}}})
        begun = await person.did("POST", VERSION, {"algorithm": BACKUP, "auth_data": {"a": "b"}})
        await person.did("PUT", f"{mine}/account_data/m.test", {})
        for thing in ("account_data/m.test", "tags/m.favourite"):
            await person.did("PUT", f"{mine}/rooms/{q(room_id)}/{thing}", {})
        account = await person.did("GET", "/api/v1/account")
        values = {
            "userId": person.user_id,
            "roomId": room_id,
            "roomIdOrAlias": room_id,
            "roomAlias": alias,
            "eventId": cast.values["event_id"],
            "eventType": "m.room.message",
            "deviceId": person.device_id,
            "serverName": "s",
            "mediaId": await _picture(person),
            "filterId": chosen["filter_id"],
            "version": begun["version"],
            "type": "m.test",
            "tag": "m.favourite",
            "kind": "override",
            "ruleId": ".m.rule.master",
            "authType": "m.login.terms",
            "account_id": account["account_id"],
            "account_class": account["account_class"],
            "region": account["region"],
        }
        return cls(cast, {**cast.values, **values})


async def _picture(person: Person) -> str:
    """Keep a picture, and return its media id."""
    out = io.BytesIO()
    Image.new("RGB", (200, 100), "red").save(out, "PNG")
    headers = {"authorization": f"Bearer {person.token}", "content-type": "image/png"}
    path = "/_matrix/media/v3/upload"
    told = await person.living.client.post(path, content=out.getvalue(), headers=headers)
    return told.json()["content_uri"].rpartition("/")[2]


@dataclass(frozen=True)
class Outcome:
    """What became of all the requests; ``wrong`` tells what must not be."""

    operations: int
    requests: int
    done: frozenset[str]
    undone: tuple[str, ...]
    wrong: str

    def __str__(self) -> str:
        found = f"{self.requests} requests of {self.operations} operations"
        return f"{found}, {len(self.done)} of which did what they are for"


class Signed:
    """Signs every request: as somebody new when the call ends the session that asks."""

    def __init__(self, cast: Cast, app: Any) -> None:
        self.cast, self.app, self.requests = cast, app, 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            self.requests += 1
            token = await self._token(scope["path"], scope["method"])
            kept = [pair for pair in scope["headers"] if pair[0] != b"authorization"]
            scope["headers"] = [*kept, (b"authorization", f"Bearer {token}".encode())]
        await self.app(scope, receive, send)

    async def _token(self, path: str, method: str) -> str:
        ends = any(end in path for end in ENDING) and method != "GET"
        if path.startswith(OPERATORS):
            return await operator(self.cast.living) if ends else self.cast.operator_token
        if ends:
            return (await self.cast.living.person()).token
        return (self.cast.other if path.endswith(LEAVING) else self.cast.person).token


def filled(told: Any, values: dict[str, str]) -> Any:
    """Return a description whose parameters name things that are there."""
    for operations in told["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                name = parameter["name"]
                if name in values and parameter["in"] == "path":
                    parameter.pop("examples", None)
                    parameter["example"] = values[name]
                    parameter["schema"] = {"type": "string", "enum": [values[name]]}
                elif name in WAITING:
                    parameter["example"] = 0
                    parameter["schema"] = {"type": "integer", "minimum": 0, "maximum": 1}
    return told


async def generate(town: Town, told: Any, folder: Path, *options: str) -> Outcome:
    """Have requests generated from a description and sent; return what became of them."""
    (folder / "api.json").write_text(json.dumps(told), encoding="utf-8")
    server = build_server(town.cast.living.house)
    signed = Signed(town.cast, server)
    async with listening(signed, CarefulProtocol) as port:
        process = await asyncio.create_subprocess_exec(
            str(Path(sys.executable).with_name("schemathesis")), "run", "api.json",
            "--url", f"http://127.0.0.1:{port}", "--phases", "examples,coverage",
            "--checks", CHECKS, "--workers", "1", "--generation-deterministic",
            "--continue-on-failure", "--warnings", "off", "--no-color", *options,
            cwd=folder,
            env={**os.environ, "COLUMNS": "100"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        output, _ = await process.communicate()
    asked = server.tally.requests
    done = {f"{method} {path}" for method, path, status in asked if 200 <= status < 400}
    tried = {f"{method} {path}" for method, path, _ in asked if path != "-"}
    return Outcome(
        operations=sum(len(one) for one in told["paths"].values()),
        requests=signed.requests,
        done=frozenset(done & tried),
        undone=tuple(sorted(tried - done)),
        wrong="" if process.returncode == 0 else output.decode()[-LOOK_BACK_LETTERS:],
    )
