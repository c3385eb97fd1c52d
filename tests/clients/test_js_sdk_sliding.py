"""matrix-js-sdk by sliding sync, in an encrypted room with somebody who syncs as before."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.clients.test_js_sdk import NODE, SEEN, WEB
from tests.engines.conftest import Open

pytestmark = pytest.mark.processes
STEPS = ("room", "conversation", "receipts")


async def test_sliding_sync_serves_a_client_that_others_wrote(place: Path, opens: Open) -> None:
    if not (WEB / "node_modules" / "matrix-js-sdk").exists():
        pytest.fail("the web client's packages are not installed: make install")
    server = await opens(place / "data", "--server-name", "tea.example", test_mode="1")
    people = await asyncio.create_subprocess_exec(
        NODE,
        WEB / "scripts" / "sdk_slide.mjs",
        f"http://127.0.0.1:{server.port}",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await people.communicate()
    lines = [json.loads(line) for line in out.splitlines() if line.startswith(b'{"step"')]
    told = {line.pop("step"): line for line in lines}
    assert people.returncode == 0, f"after {list(told)}:\n{errors.decode()[-2000:]}"
    expected = {step: SEEN[step] for step in STEPS}
    assert told == expected | {"slid": {"name": "新名", "members": 2}}
