"""Registration suspended by scope, while those who have an account notice nothing.

R-001 to R-004 and R-010: the first row of the mission, on a real server with two workers' worth of
doors, through the console's own calls.
"""

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pyotp
import pytest

from tests.engines.conftest import Open
from tests.engines.house import Server
from tests.flows.people import Existing, Registering, british_number, mainland_number

pytestmark = pytest.mark.processes

REASON = {"en": "Identity data is being re-encrypted.", "zh": "正在对身份数据重新加密。"}
DRAFT: dict[str, Any] = {
    "state": "suspended",
    "region": "cn-mainland",
    "door": "*",
    "reason": REASON,
    "legal_basis": [{"law": "Cybersecurity Law", "article": "21", "order_number": ""}],
    "technical_necessity": "The unique look-up index is re-keyed.",
    "still_works": {"en": "Everything for existing users.", "zh": "现有用户一切照常。"},
    "contact": "registrar@tea.example",
}


async def operator(server: Server, client: httpx.AsyncClient) -> dict[str, str]:
    """Become the first operator by the link that was printed; return what proves it."""
    link = await server.says("/admin/setup#")
    token = link.partition("#")[2].strip()
    asked = {"token": token, "name": "ling", "password": "a long operator's password"}
    begun = (await client.post("/api/v1/operator/setup/begin", json=asked)).json()
    code = pyotp.TOTP(begun["secret"]).at(datetime.now(UTC))
    told = await client.post("/api/v1/operator/setup/finish", json={"token": token, "code": code})
    assert told.status_code in (200, 201), told.text
    found = told.json()
    return {"authorization": f"Bearer {found.get('access_token') or found['token']}"}


async def test_sign_up_stops_by_scope_and_nobody_inside_notices(place: Path, opens: Open) -> None:
    server = await opens(place / "data", "--server-name", "tea.example", test_mode="1")
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client:
        headers = await operator(server, client)
        people = Registering(client)
        numbers = [mainland_number() for _ in range(4)]
        for at, number in enumerate(numbers):
            told = await people.run(number, f"wang{at}")
            assert told.status_code == 201, told.text
        friend = "@wang3:tea.example"
        before = await Existing(client, "wang0", numbers[0], friend).day()

        drafts = [DRAFT | {"account_class": kind} for kind in ("personal", "official")]
        asked = {"policies": drafts}
        shut = await client.post("/api/v1/operator/gate/measures", json=asked, headers=headers)
        assert shut.status_code == 201, shut.text
        began = asyncio.get_running_loop().time()

        for kind in ("personal", "official"):
            refused = await Registering(client, kind, "cn-mainland").run(mainland_number(), "late")
            check_notice(refused)
        assert asyncio.get_running_loop().time() - began < 1.0
        abroad = {"x-forwarded-for": "81.2.69.142", "accept-language": "en-GB"}
        foreign_address = Registering(client, "personal", "intl", abroad)
        check_notice(await foreign_address.run(mainland_number(), "sneaky"))
        home = {"x-forwarded-for": "202.96.128.86", "accept-language": "zh-CN"}
        told = await Registering(client, "personal", "intl", home).run(british_number(), "ann")
        assert told.status_code == 201, told.text
        told = await Registering(client, "official", "intl").run(british_number(), "annco")
        assert told.json()["code"] == "gate.held", told.text  # let in, and to be reviewed

        status = (await client.get("/.well-known/registration-status.json")).json()
        assert {notice["scope"]["region"] for notice in status["notices"]} == {"cn-mainland"}
        assert status["notices"][0]["reason"] == REASON

        during = await Existing(client, "wang1", numbers[1], friend).day()
        for policy in shut.json()["policies"]:
            ended = await client.post(
                f"/api/v1/operator/gate/policies/{policy['policy_id']}/end",
                json={"reason": "The upgrade is verified."},
                headers=headers,
            )
            assert ended.status_code == 200, ended.text
        told = await people.run(mainland_number(), "newwang")
        assert told.status_code == 201, told.text
        after = await Existing(client, "wang2", numbers[2], friend).day()
        assert before == during == after
        assert all(re.search(r": (200|201|202|204|401) ", step) for step in before), before


def check_notice(refused: httpx.Response) -> None:
    """The refusal says why, on which ground, and what still works; and nothing about who exists."""
    assert refused.status_code == 403, refused.text
    told = refused.json()
    assert told["code"] == "gate.closed"
    notice = told["notice"]
    assert notice["reason"] == REASON
    assert notice["legal_basis"][0]["article"] == "21"
    assert notice["still_works"]["zh"] == "现有用户一切照常。"
    assert notice["contact"] == "registrar@tea.example"
