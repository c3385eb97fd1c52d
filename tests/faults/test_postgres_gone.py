"""PostgreSQL stops answering, or is gone: 503 in each API's words, and recovery by itself."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from bench.talk import Answer, Line, Person, good, q

from teahouse.clock import SystemClock
from teahouse.ids import Ids
from teahouse.infra.engines.places import DataDir
from teahouse.infra.engines.postgres import Postgres
from tests.faults.house import House, processes_below, until

pytestmark = pytest.mark.processes

ANSWER_SECONDS_MAX = 20.0


@pytest.fixture
async def postgres(place: Path) -> AsyncIterator[Postgres]:
    """A PostgreSQL of our own, that nobody starts again."""
    clock = SystemClock()
    engine = Postgres(DataDir.open(str(place / "external")), clock, Ids(clock), print)
    await engine.start()
    yield engine
    assert engine.process is not None
    if engine.process.returncode is None:
        signal_all(engine, signal.SIGCONT)
    await engine.stop()


def signal_all(engine: Postgres, number: signal.Signals) -> None:
    """Signal PostgreSQL with all its processes."""
    assert engine.process is not None
    for process in [engine.process.pid, *processes_below(engine.process.pid)]:
        try:
            os.kill(process, number)
        except ProcessLookupError:
            continue


class Asking:
    """Requests that each need PostgreSQL, from somebody who was there before."""

    def __init__(self, person: Person, room_id: str) -> None:
        self.person, self.room_id = person, room_id
        self.count = 0

    async def everything(self) -> dict[str, tuple[Answer, float]]:
        """Ask everything at once; return each answer and the seconds that it took."""
        self.count += 1
        room, new = q(self.room_id), str(self.count)
        login = {"type": "m.login.password", "password": "x",
                 "identifier": {"type": "m.id.user", "user": f"nobody{new}"}}  # fmt: skip
        wanted = {
            "send": ("PUT", f"/rooms/{room}/send/m.room.message/{new}", {"body": new}),
            "state": ("PUT", f"/rooms/{room}/state/m.room.topic", {"topic": new}),
            "initial sync": ("GET", "/sync", None),
            "messages": ("GET", f"/rooms/{room}/messages?dir=b", None),
            "login": ("POST", "/login", login),
            "own account": ("GET", "/api/v1/account", None),
            "readiness": ("GET", "/readyz", None),
        }
        tasks = {name: self._timed(*asked) for name, asked in wanted.items()}
        return dict(zip(tasks, await asyncio.gather(*tasks.values()), strict=True))

    async def _timed(self, method: str, path: str, body: object) -> tuple[Answer, float]:
        began = time.monotonic()
        one = self.person.another()
        if path == "/readyz":
            answer = await one.line.ask(method, path, seconds=30)
        else:
            answer = await one.ask(method, path, body, 30)
        one.line.close()
        return answer, time.monotonic() - began

    async def works(self) -> bool:
        """Tell whether all is well."""
        told = await self.everything()
        return all(a.status == (403 if name == "login" else 200) for name, (a, _) in told.items())


def wrong(told: dict[str, tuple[Answer, float]]) -> list[str]:
    """Return what is not an honest "not now", in time and in the API's own words."""
    found: list[str] = []
    for name, (answer, seconds) in told.items():
        if seconds > ANSWER_SECONDS_MAX:
            found.append(f"{name} took {seconds:.1f} s")
        if answer.status != 503:
            found.append(f"{name} said {answer.status} {answer.body[:200]!r}")
            continue
        if name != "readiness" and not answer.headers.get("retry-after", "").isdigit():
            found.append(f"{name} has no Retry-After")
        told_body = answer.json()
        if name == "own account":
            if (
                told_body.get("status") != 503
                or "problem+json" not in answer.headers["content-type"]
            ):
                found.append(f"{name} is no problem document: {answer.body!r}")
        elif name != "readiness" and told_body.get("errcode") != "M_UNKNOWN":
            found.append(f"{name} said {answer.body!r}")
    return found


async def asking(house: House) -> Asking:
    person = await Person.register(Line("127.0.0.1", house.port), "ada")
    room_id = await person.create_room()
    good(await person.say(room_id, "first", "hello"), "send")
    found = Asking(person, room_id)
    assert await found.works()
    return found


async def test_a_killed_postgresql_is_503_until_it_is_back(place: Path, postgres: Postgres) -> None:
    house = House(place / "data", database_url=postgres.dsn())
    await house.open()
    try:
        asks = await asking(house)
        signal_all(postgres, signal.SIGKILL)
        assert postgres.process is not None
        await postgres.process.wait()
        for _ in range(3):
            assert wrong(await asks.everything()) == []
        await postgres.start()
        assert await until(asks.works, 60)
        assert house.restarts == []
        assert house.faults == []
    finally:
        await house.close()


async def test_a_hung_postgresql_is_503_until_it_wakes(place: Path, postgres: Postgres) -> None:
    house = House(place / "data", database_url=postgres.dsn())
    await house.open()
    try:
        asks = await asking(house)
        signal_all(postgres, signal.SIGSTOP)
        try:
            for _ in range(2):
                assert wrong(await asks.everything()) == []
        finally:
            signal_all(postgres, signal.SIGCONT)
        assert await until(asks.works, 60)
        assert house.restarts == []
        assert house.faults == []
    finally:
        await house.close()
