"""Who has an account, or waits for one, cannot be told at the waiting list, nor on the ways back.

As in ``test_screen_telling``: by the answer, the database's statements and the work on passwords.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio

from teahouse.clock import FixedClock
from teahouse.gate.model.policies import State
from teahouse.infra.db.pool import Database
from teahouse.infra.jobs.runner import JobRunner
from tests.flows.test_screen_telling import KNOWN, STRANGER, both, work
from tests.living import Living, living
from tests.waitlist.line import BASE, Line

OTHER, WAITS = "+447911123458", "+447911123459"
BACK = "/api/v1/recovery"


@dataclass(repr=False)
class Street:
    """A whole house, in which somebody lives."""

    home: Living
    printed: list[str]

    @property
    def runner(self) -> JobRunner:
        """What is due is done by it."""
        return self.home.house.runner

    async def call(self, method: str, path: str, json: Any = None) -> tuple[int, Any]:
        """Call a route and return its status and JSON."""
        told = await self.home.client.request(method, path, json=json)
        return told.status_code, told.json()


@pytest_asyncio.fixture
async def street(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Street]:
    async with living(dsn, tmp_path, clock) as home:
        ann = await home.joined("ann", KNOWN)
        proof = {"password": "correct horse"}
        codes = await ann.did("POST", "/api/v1/account/recovery-codes", proof)
        await ann.did("POST", "/api/v1/account/recovery-codes", proof)
        yield Street(home, codes["codes"])  # which are replaced


async def test_joining_looking_and_a_wrong_code(
    street: Street, work: list[str], clock: FixedClock
) -> None:
    line = Line(street.home)
    await line.set(State.WAITLIST)
    await line.join(WAITS)  # the first one also makes the day's secret

    def asked(value: str) -> tuple[str, Any]:
        version = line.living.house.people.consent.policy_version
        said = {"kind": "phone", "value": value, "policy_version": version, "agreed": True}
        return BASE, said | {"service_region": "intl"}

    await both(street, work, asked(KNOWN), asked(STRANGER))
    clock.move(timedelta(minutes=2))
    await both(street, work, asked(WAITS), asked(OTHER))
    clock.move(timedelta(minutes=2))
    tickets = [(await line.ask(value)).json()["ticket"] for value in (KNOWN, WAITS, STRANGER)]
    known, waits, stranger = [f"{BASE}/{ticket}" for ticket in tickets]
    for one in (known, waits, f"{BASE}/none"):
        await both(street, work, (one, None), (stranger, None))
    wrong = {"code": "000000"}
    for one in (known, waits):
        await both(street, work, (f"{one}/code", wrong), (f"{stranger}/code", wrong))


async def test_coming_back(street: Street, work: list[str]) -> None:
    code = {"kind": "phone", "value": KNOWN, "lang": "en"}
    await both(
        street,
        work,
        ("/api/v1/sessions/code", code),
        ("/api/v1/sessions/code", code | {"value": STRANGER}),
    )
    shown = code | {"code": "000000", "device_name": "x"}
    await both(
        street, work, ("/api/v1/sessions", shown), ("/api/v1/sessions", shown | {"value": STRANGER})
    )
    hers, nobodys = {"printed": street.printed[0]}, {"printed": "abcd-efgh-jkmn-pqrs"}
    await both(street, work, (f"{BACK}/begin", hers), (f"{BACK}/begin", nobodys))


__all__ = ["work"]
