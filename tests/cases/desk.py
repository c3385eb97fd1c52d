"""Operators who decide cases, and what they say."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pyotp

from tests.living import Living, Person, q

PLACE = "/api/v1/operator"
MINE = "/api/v1/cases"
BAN = """
insert into cases_cases (
    case_id, kind, target, place, category, account_id, user_id, state, evidence, hidden, unmet_at,
    rule_id, opened_at, moved_at
)
select $1, kind, $1, place, category, account_id, user_id, $2, null, true, opened_at, rule_id,
    opened_at, moved_at
from cases_cases where case_id = $3"""
PASSWORD = "twelve letters"


@dataclass(repr=False)
class Judge:
    """An operator, who signs in again for every request: time passes between them."""

    home: Living
    name: str

    async def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """Make a request under ``/api/v1/operator/cases``."""
        return await self.at(method, f"/cases{path}", body)

    async def at(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """Make a request under ``/api/v1/operator``."""
        headers = {"authorization": f"Bearer {await self._token()}"}
        return await self.home.client.request(method, PLACE + path, json=body, headers=headers)

    async def did(self, method: str, path: str, body: Any = None) -> Any:
        """Make a request that must succeed."""
        answer = await self.ask(method, path, body)
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def refused(self, method: str, path: str, body: Any = None) -> str:
        """Make a request that must be refused, and return its code."""
        answer = await self.ask(method, path, body)
        assert answer.status_code >= 400, f"{method} {path} was not refused: {answer.text}"
        return answer.json()["code"]

    async def act(self, case_id: str, act: str, **said: Any) -> Any:
        """Take a step in a case, with reasons."""
        return await self.did("POST", f"/{case_id}/acts", step(act, **said))

    async def queue(self, state: str = "reported") -> list[dict[str, Any]]:
        """Return the cases in a state."""
        return (await self.did("GET", f"?state={state}"))["cases"]

    async def _token(self) -> str:
        operators = self.home.house.people.operators
        known = await operators.operators()
        (found,) = [one for one in known if one.name == self.name]
        async with self.home.house.db.transaction() as tx:
            return (await operators._open(tx, found)).token


def step(act: str, **more: Any) -> dict[str, Any]:
    """Return the body of a step with its statement of reasons; ``more`` goes into that."""
    answer = more.pop("answer", "")
    statement = {
        "rule_id": "spam.advertising",
        "facts": "It offers tea for sale in a room about birds.",
        "decider": "person",
        "redress": "Appeal under My cases within 180 days.",
        "materials": "Whatever shows that you were asked for it.",
    } | more
    return {"act": act, "statement": statement, "answer": answer}


async def judges(home: Living) -> tuple[Judge, Judge]:
    """Set up two operators."""
    await home.owner()
    first = Judge(home, "ada")
    return first, await invited(home, first, "bea")


async def invited(home: Living, by: Judge, name: str, role: str = "moderator") -> Judge:
    """Set up another operator."""
    link = (await by.at("POST", "/operators", {"role": role})).json()
    token = link["url"].partition("#")[2]
    body = {"token": token, "name": name, "password": PASSWORD}
    begun = await home.client.post(f"{PLACE}/setup/begin", json=body)
    code = pyotp.TOTP(begun.json()["secret"]).at(home.house.ground.clock.now())
    told = await home.client.post(f"{PLACE}/setup/finish", json={"token": token, "code": code})
    assert told.status_code == 201, told.text
    return Judge(home, name)


async def reported(by: Person, author: Person, text: str = "Tea for sale") -> tuple[str, str]:
    """Have somebody say something that another reports; return the room and the event."""
    room = await by.room(author)
    event_id = await author.say(room, text)
    await report(by, room, event_id)
    return room, event_id


async def report(by: Person, room: str, event_id: str) -> None:
    """Report a message."""
    path = f"/rooms/{q(room)}/report/{q(event_id)}"
    body = {"reason": "Advertising", "org.teahouse.category": "spam"}
    await by.did("POST", path, body)


async def own(person: Person) -> list[dict[str, Any]]:
    """Return somebody's own cases."""
    return (await person.did("GET", MINE))["cases"]


async def body_of(person: Person, room: str, event_id: str) -> Any:
    """Return what somebody reads of a message."""
    return (await person.did("GET", f"/rooms/{q(room)}/event/{q(event_id)}"))["content"]


async def banned(home: Living, bob: Person) -> tuple[str, Judge]:
    """Ban somebody for good; return the case, and an operator who has decided nothing in it."""
    first, second = await judges(home)
    ann = await home.person()
    await ann.did("POST", f"/users/{bob.user_id}/report", {"reason": ""})
    case_id = (await first.queue())[0]["case_id"]
    for act in ("verify", "order"):
        await first.act(case_id, act)
    async with home.house.db.transaction() as tx:
        over = home.house.ground.clock.now() - timedelta(days=1)
        await tx.run("update cases_cases set due_at = $1 where due_at is not null", over)
        await home.house.cases.engine.lapse(tx)
    for act in ("restrict", "suspend"):
        await first.act(case_id, act)
    async with home.house.db.transaction() as tx:
        for number in range(3):
            await tx.run(BAN, f"old{number}", "complied", case_id)
    await first.act(case_id, "ban")
    done = await second.act(case_id, "ban")
    assert done["case"]["state"] == "banned"
    return case_id, second
