"""People in line, and the operator who decides how fast it goes."""

from dataclasses import dataclass
from typing import Any

import httpx

from teahouse.gate.model.policies import Both, Draft, Policy, State, Words
from tests.living import Living

BASE = "/api/v1/waitlist"
START = "/api/v1/registrations"
WORDS = Words(
    reason=Both(
        zh="服务器容量有限，按顺序放行", en="There is room for so many a minute, in order."
    ),
    own_decision=True,
    justification="The machine was bought for a tenth of those who came this morning.",
    technical_necessity="Each account needs memory that is not there until the second machine is.",
)


@dataclass
class Waiter:
    """Somebody with a ticket."""

    line: "Line"
    contact: str
    ticket: str

    async def look(self) -> dict[str, Any]:
        """Return how they stand."""
        told = await self.line.client.get(f"{BASE}/{self.ticket}")
        assert told.status_code == 200, told.text
        return told.json()

    async def leave(self) -> None:
        """Give the place up."""
        told = await self.line.client.delete(f"{BASE}/{self.ticket}")
        assert told.status_code == 200, told.text

    async def register(self, name: str) -> httpx.Response:
        """Use one's turn; return the first refusal, or the last answer."""
        token = (await self.look())["turn"]["token"]
        turn = (await self.line.client.get(f"{BASE}/turns/{token}")).json()
        asked = {
            "account_class": turn["account_class"],
            "door": turn["contact_kind"],
            "service_region": turn["region"],
            "invite_token": token,
        }
        begun = await self.line.client.post(START, json=asked)
        if begun.status_code != 201:
            return begun
        mine = f"{START}/{begun.json()['registration_id']}"
        version = begun.json()["policy_version"]
        await self.line.post(f"{mine}/consent", {"policy_version": version})
        contact = {"kind": turn["contact_kind"], "value": self.contact}
        await self.line.post(f"{mine}/contact", contact)
        await self.line.post(f"{mine}/code", {"code": await self.line.code(self.contact)})
        return await self.line.client.post(f"{mine}/finish", json={"username": name})


@dataclass
class Line:
    """The line for personal accounts outside any region's own rules."""

    living: Living

    @property
    def client(self) -> httpx.AsyncClient:
        """The way to the house."""
        return self.living.client

    async def post(self, path: str, body: Any) -> httpx.Response:
        """Post what must succeed."""
        told = await self.client.post(path, json=body)
        assert told.status_code < 300, f"{path}: {told.text}"
        return told

    async def code(self, to: str) -> str:
        """Return the newest code."""
        await self.living.run_jobs()
        told = await self.client.get("/api/v1/test/codes", params={"to": to.lower()})
        return told.json()["codes"][-1]

    async def ask(self, contact: str, region: str = "intl", **more: Any) -> httpx.Response:
        """Ask for a place."""
        policy = await self.client.get("/api/v1/policy")
        body = {
            "kind": "email" if "@" in contact else "phone",
            "value": contact,
            "policy_version": policy.json()["version"],
            "agreed": True,
            "service_region": region,
            **more,
        }
        return await self.client.post(BASE, json=body)

    async def join(self, contact: str) -> Waiter:
        """Ask for a place and prove the contact."""
        asked = await self.ask(contact)
        assert asked.status_code == 202, asked.text
        ticket = asked.json()["ticket"]
        await self.post(f"{BASE}/{ticket}/code", {"code": await self.code(contact)})
        return Waiter(self, contact, ticket)

    async def set(
        self, state: State, pace: int | None = None, door: str = "*", **words: Any
    ) -> Policy:
        """Put a policy in force for everybody, or at one door, in place of the one before."""
        policies = self.living.house.doors.gate.policies
        said = Words(**{**_words(), **words})
        draft = Draft(state=state, pace_per_minute=pace, door=door, words=said)
        for old in await policies.current():
            await policies.end("op", old.policy_id, "the next one")
        return await policies.set("op", "the owner", draft)


def _words() -> dict[str, Any]:
    return {name: getattr(WORDS, name) for name in WORDS.__struct_fields__}
