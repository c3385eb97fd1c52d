"""One walk through a registration, as a client takes it, and where it ended."""

import hashlib
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

START = "/api/v1/registrations"
RETRIES_MAX = 5


@dataclass
class Pacing:
    """How long somebody takes for each step, in seconds."""

    reads: Callable[[random.Random], float]
    types: Callable[[random.Random], float]
    waits: Callable[[random.Random], float]
    names: Callable[[random.Random], float]


@dataclass
class Walk:
    """Somebody's attempt to get an account."""

    kind: str  # person, or the farm's style
    rng: random.Random
    address: str
    agent: str
    door: str
    contact: str
    username: str
    password: str | None
    pacing: Pacing
    starts_at: float
    invite: str | None = None
    patience_seconds: float = 900
    slips: bool = False  # types a wrong code first
    waits_in_line: bool = False  # rather than work
    outcome: str = "under way"
    user_id: str = ""
    hashes: int = 0
    seconds: float = 0.0
    said: list[str] = field(default_factory=list[str])


@dataclass
class World:
    """What a walk goes through."""

    client: httpx.AsyncClient
    codes: Callable[[str], Any]
    run_jobs: Callable[[], Any]
    now: Callable[[], float]

    async def post(self, walk: Walk, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Post as somebody, from where they are."""
        headers = {"x-forwarded-for": walk.address, "user-agent": walk.agent}
        told = await self.client.post(path, json=body, headers=headers)
        said = told.json()
        if told.status_code >= 400:
            walk.said.append(said.get("code", str(told.status_code)))
        return told.status_code, said


async def walk(world: World, one: Walk) -> AsyncIterator[float]:
    """Go from the first step to the account; yields how long to wait, in seconds."""
    began = world.now()
    place = ""
    async for waited in _begin(world, one):
        if isinstance(waited, str):
            place = waited
        else:
            yield waited
    if not place:
        return
    yield one.pacing.reads(one.rng)
    version = one.said.pop()  # left by the first step
    status, _ = await world.post(one, f"{place}/consent", {"policy_version": version, "lang": "en"})
    if status != 200:
        one.outcome = "stopped"
        return
    yield one.pacing.types(one.rng)
    asked = {"kind": one.door, "value": one.contact}
    async for waited in _insist(world, one, f"{place}/contact", asked):
        yield waited
    if one.outcome != "under way":
        return
    await world.run_jobs()
    yield one.pacing.waits(one.rng)
    if one.slips:
        await world.post(one, f"{place}/code", {"code": "000000"})
        yield 4.0
    status, _ = await world.post(one, f"{place}/code", {"code": world.codes(one.contact)})
    if status != 200:
        one.outcome = "stopped"
        return
    yield one.pacing.names(one.rng)
    last: dict[str, Any] = {"username": one.username}
    if one.password:
        last["password"] = one.password
    async for waited in _insist(world, one, f"{place}/finish", last):
        yield waited
    one.seconds = world.now() - began


async def _begin(world: World, one: Walk) -> AsyncIterator[float | str]:
    """Knock until a registration begins or patience ends; the last thing given is its path."""
    body: dict[str, Any] = {"door": one.door, "service_region": "intl"}
    if one.invite:
        body["invite_token"] = one.invite
    gives_up = world.now() + one.patience_seconds
    for _ in range(RETRIES_MAX):
        status, said = await world.post(one, START, body)
        if status == 201:
            one.said.append(said["policy_version"])
            yield f"{START}/{said['registration_id']}"
            return
        if said.get("code") in ("screening.proof_needed", "screening.bad_proof"):
            if one.waits_in_line:
                challenge = {"challenge": said["challenge"]["challenge"]}
                status, placed = await world.post(one, "/api/v1/line", challenge)
                if status != 201:
                    break
                yield float(placed["wait_seconds"]) + 5
                body["proof"] = {"challenge": placed["place"]}
            else:
                body["proof"], tried = solved(said["challenge"])
                one.hashes += tried
                yield 1.5
            continue
        wait = said.get("retry_after_ms", 10**9) / 1000
        if world.now() + wait > gives_up:
            break
        yield wait + one.rng.random() * 5
    one.outcome = "stopped"


async def _insist(world: World, one: Walk, path: str, body: dict[str, Any]) -> AsyncIterator[float]:
    """Ask until it is done, or refused for good; a name that is taken is written otherwise."""
    gives_up = world.now() + one.patience_seconds
    for nth in range(RETRIES_MAX):
        status, said = await world.post(one, path, body)
        if status in (201, 202):
            if status == 201:
                one.outcome, one.user_id = "made", said["user_id"]
            return
        code = said.get("code", "")
        if code == "accounts.name_taken":
            body = body | {"username": f"{one.username}{one.rng.randrange(10, 99)}"}
            yield 6.0
            continue
        wait = said.get("retry_after_ms", 10**9) / 1000
        if code == "gate.held":
            one.outcome = "held"
            return
        if world.now() + wait > gives_up or nth == RETRIES_MAX - 1:
            break
        yield wait + one.rng.random() * 5
    one.outcome = "stopped"


def solved(challenge: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Solve a challenge; return the proof and how many tries it took."""
    token, shift, tried = challenge["challenge"], 64 - challenge["bits"], 0
    answers: list[int] = []
    for part in range(challenge["parts"]):
        answer = 0
        while True:
            digest = hashlib.sha256(f"{token}:{part}:{answer}".encode()).digest()
            tried += 1
            if int.from_bytes(digest[:8], "big") >> shift == 0:
                break
            answer += 1
        answers.append(answer)
    return {"challenge": token, "answers": answers}, tried
