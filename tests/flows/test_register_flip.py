"""The gate is shut and opened while a thousand people register [R-011].

Each of them ends with a whole account or with a refusal; none is half-made, no account was made
under rules that forbid it, and nothing personal of the refused is kept.
"""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field

import asyncpg

from tests.gate.house import REGISTER, House, everything

PEOPLE = 1000
AT_ONCE = 32
FLIPS = 12
STEPS = PEOPLE * 4
START = "/api/v1/registrations"


@dataclass
class Crowd:
    """A thousand people, and an operator who changes his mind at random moments."""

    house: House
    rng: random.Random = field(default_factory=lambda: random.Random(20210727))
    steps: int = 0
    shut: str = ""
    ends: Counter[str] = field(default_factory=Counter[str])
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.flips = set(self.rng.sample(range(STEPS // 10, STEPS // 2), FLIPS))

    async def step(self, method: str, path: str, json: object) -> tuple[int, dict[str, object]]:
        self.steps += 1
        if self.steps in self.flips:
            await self.flip()
        return await self.house.call(method, path, json)

    async def flip(self) -> None:
        async with self.lock:
            policies = self.house.gate.policies
            if self.shut:
                await policies.end("op", self.shut, "open again")
                self.shut = ""
            else:
                self.shut = (await self.house.shut()).policy_id

    async def matrix(self, nth: int) -> str:
        body = {"username": f"m{nth}", "password": "p", "auth": {"type": "m.login.dummy"}}
        status, said = await self.step("POST", REGISTER, body)
        assert (status, said.get("errcode")) in ((200, None), (403, "M_FORBIDDEN")), said
        return "created" if status == 200 else "refused"

    async def own(self, nth: int) -> str:
        address = f"p{nth}@example.org"
        status, said = await self.step("POST", START, {"door": "email"})
        if status == 403:
            return self.refused(said)
        path = f"{START}/{said['registration_id']}"
        answer = {"policy_version": said["policy_version"]}
        status, said = await self.step("POST", f"{path}/consent", answer)
        assert status == 200, said
        contact = {"kind": "email", "value": address}
        status, said = await self.step("POST", f"{path}/contact", contact)
        if status == 403:
            return self.refused(said)
        while not self.house.outbox.codes(address):
            await self.house.runner.run_due()
        code = {"code": self.house.outbox.codes(address)[-1]}
        status, said = await self.step("POST", f"{path}/code", code)
        assert status == 200, said
        name = {"username": f"p{nth}", "display_name": f"Person {nth}"}
        status, said = await self.step("POST", f"{path}/finish", name)
        return "created" if status == 201 else self.refused(said)

    def refused(self, said: dict[str, object]) -> str:
        assert said["code"] == "gate.closed", said
        assert said["notice"], "a refusal says why"
        return "refused"

    async def go(self) -> None:
        turn = asyncio.Semaphore(AT_ONCE)

        async def one(nth: int) -> None:
            async with turn:
                way = self.matrix if nth % 2 else self.own
                self.ends[await way(nth)] += 1

        await asyncio.gather(*(one(nth) for nth in range(PEOPLE)))


async def test_each_is_created_or_refused(test_house: House, wiper: asyncpg.Connection) -> None:
    crowd = Crowd(test_house)
    await crowd.go()
    assert crowd.ends["created"] + crowd.ends["refused"] == PEOPLE
    assert crowd.ends["created"] > PEOPLE / 10
    assert crowd.ends["refused"] > PEOPLE / 10
    accounts = await everything(wiper, "accounts_accounts")
    assert len(accounts) == crowd.ends["created"]
    # The rules are versioned and every change is a flip: odd is shut, even is open.
    assert {row["regime_version"] % 2 for row in accounts} == {0}
    ids = {row["account_id"] for row in accounts}
    await check_whole(wiper, accounts, ids)
    await check_nothing_kept(wiper, ids)


async def check_whole(
    wiper: asyncpg.Connection, accounts: list[dict[str, object]], ids: set[object]
) -> None:
    """Every account has its data key, its receipt, its session, and its contact if it gave one."""
    own = {row["account_id"] for row in accounts if row["door"] == "email"}
    subjects = {row["subject_id"] for row in await everything(wiper, "vault_subjects")}
    assert subjects == ids | {"house"}
    receipts = await everything(wiper, "consent_receipts")
    assert {row["account_id"] for row in receipts} - {None} == ids
    assert {row["account_id"] for row in await everything(wiper, "accounts_sessions")} == ids
    assert {row["account_id"] for row in await everything(wiper, "accounts_identifiers")} == own
    assert {row["account_id"] for row in await everything(wiper, "profiles_profiles")} == own
    admitted = [
        row for row in await everything(wiper, "gate_attempts") if row["outcome"] == "admitted"
    ]
    assert {row["attempt_id"] for row in admitted} == {row["admission_id"] for row in accounts}


async def check_nothing_kept(wiper: asyncpg.Connection, ids: set[object]) -> None:
    """Nothing personal of the refused is anywhere."""
    registrations = await everything(wiper, "registrations_registrations")
    assert {row["state"] for row in registrations} <= {"created", "refused"}
    assert all(row["contact"] is None and row["details"] is None for row in registrations)
    codes = await everything(wiper, "codes_codes")
    assert all(row["contact"] is None for row in codes)
    assert {row["account_id"] for row in codes} <= ids | {None}
