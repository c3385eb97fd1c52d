"""Requests made up from the specification itself: none may break us, each answer must be lawful."""

import asyncio
import copy
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from teahouse.app import build_server
from teahouse.infra.http.careful import CarefulProtocol
from tests.contract.cast import ENDING, Cast
from tests.contract.conformance import core, document
from tests.contract.listening import listening

LEAVING = ("/leave", "/forget")  # whoever else asks must stay in the room
SECONDS_MAX = 180
CHECKS = "not_a_server_error,response_schema_conformance,content_type_conformance"
NAMES = {  # the specification's name of a parameter, and ours of what is put there
    "userId": "user_id",
    "roomId": "room_id",
    "roomIdOrAlias": "room_id",
    "eventId": "event_id",
    "eventType": "event_type",
    "deviceId": "device_id",
    "serverName": "server_name",
}


def described(cast: Cast) -> Any:
    """The core operations, with examples that are there to be found."""
    found = copy.deepcopy(document())
    paths: dict[str, Any] = {}
    for method, path in core():
        operation = found["paths"][path][method.lower()]
        for parameter in operation.get("parameters", []):
            if parameter["name"] in NAMES:
                parameter.pop("examples", None)
                value = cast.values[NAMES[parameter["name"]]]
                parameter["example"] = value
                parameter["schema"] = {"type": "string", "enum": [value]}
        paths.setdefault(path, {})[method.lower()] = operation
    found["paths"] = paths
    return found


class Signed:
    """Signs every request: as somebody new when the call ends the session that asks."""

    def __init__(self, cast: Cast, app: Any) -> None:
        self.cast, self.app, self.served = cast, app, 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            self.served += 1
            person = self.cast.person
            if any(end in scope["path"] for end in ENDING):
                person = await self.cast.living.person()
            elif scope["path"].endswith(LEAVING):
                person = self.cast.other
            kept = [pair for pair in scope["headers"] if pair[0] != b"authorization"]
            scope["headers"] = [*kept, (b"authorization", f"Bearer {person.token}".encode())]
        await self.app(scope, receive, send)


@pytest.mark.timeout(SECONDS_MAX + 60)
async def test_generated_requests(cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "core.json").write_text(json.dumps(described(cast)), encoding="utf-8")
    server = build_server(cast.living.house)
    signed = Signed(cast, server)
    async with listening(signed, CarefulProtocol) as port:
        process = await asyncio.create_subprocess_exec(
            str(Path(sys.executable).with_name("schemathesis")), "run", "core.json",
            "--url", f"http://127.0.0.1:{port}", "--phases", "examples,coverage",
            "--checks", CHECKS, "--workers", "1", "--max-time", str(SECONDS_MAX),
            "--generation-deterministic",
            "--continue-on-failure", "--warnings", "off", "--no-color",
            cwd=tmp_path,
            env={**os.environ, "COLUMNS": "100"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        told, _ = await process.communicate()
    assert process.returncode == 0, told.decode()[-8000:]
    done = {(method, path) for (method, path, status) in server.tally.requests if status == 200}
    assert signed.served > 1000
    assert len(done) > 40, sorted(done)
