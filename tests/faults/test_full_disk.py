"""The disk fills: reading goes on, nothing that was acknowledged is lost, and room mends it all."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import msgspec
import pytest
from bench.storm import Storm
from bench.talk import Answer, Line, Person, q

from teahouse.clock import SystemClock
from teahouse.config import Config
from teahouse.errors import DiskShort
from teahouse.ids import Ids
from teahouse.infra.blobs.blobs import open_blobs
from teahouse.infra.engines.connection import Engines
from tests.engines.house import run
from tests.faults.disk import MIB, Disk, mounted
from tests.faults.house import House, until

pytestmark = [pytest.mark.processes, pytest.mark.timeout(150)]

DISK_BYTES = 512 * MIB
SHORT_BYTES = 60 * MIB  # less than the house leaves to PostgreSQL
GROWS = ("send", "state", "upload", "register")
READS = ("messages", "sync", "readyz", "healthz")
SENDS = 1500


@pytest.fixture
def disk(place: Path) -> Iterator[Disk]:
    """A disk of half a gigabyte."""
    with mounted(place / "disk", DISK_BYTES) as found:
        if found is None:
            pytest.skip("mounting is for root, and not in every container")
        yield found


@pytest.fixture
async def house(disk: Disk) -> AsyncIterator[House]:
    """A house on that disk."""
    found = House(disk.place / "data")
    await found.open()
    yield found
    await found.close()


class Asking:
    """Somebody who asks for what makes the house grow, and for what does not."""

    def __init__(self, person: Person, room_id: str) -> None:
        self.person, self.room_id = person, room_id
        self.count = 0

    async def everything(self) -> dict[str, Answer]:
        """Ask for each."""
        self.count += 1
        room, new = q(self.room_id), f"{self.count}"
        account = {"username": f"new{new}", "password": "correct horse", "auth": {"type": "m.login.dummy"}}  # fmt: skip
        asked = {
            "send": ("PUT", f"/rooms/{room}/send/m.room.message/{new}", {"body": new}),
            "state": ("PUT", f"/rooms/{room}/state/m.room.topic", {"topic": new}),
            "upload": ("POST", "/_matrix/media/v3/upload", {"a": new}),
            "register": ("POST", "/register", account),
            "messages": ("GET", f"/rooms/{room}/messages?dir=b", None),
            "sync": ("GET", "/sync", None),
        }
        found = {name: await self.person.ask(*words) for name, words in asked.items()}
        for name in ("readyz", "healthz"):
            found[name] = await self.person.line.ask("GET", f"/{name}")
        return found

    async def works(self) -> bool:
        """Tell whether all is well."""
        return all(one.status == 200 for one in (await self.everything()).values())

    async def grows_no_more(self) -> bool:
        """Tell whether all that makes it grow is refused: each is looked at in its own half second."""
        told = await self.everything()
        return {told[name].status for name in GROWS} == {503}

    async def is_short(self) -> bool:
        """Tell whether the house says that there is too little left."""
        return (await self.person.line.ask("GET", "/readyz")).json()["disk_short"]


async def asking(house: House) -> Asking:
    person = await Person.register(Line("127.0.0.1", house.port), "ada")
    found = Asking(person, await person.create_room())
    assert await found.works()
    assert not await found.is_short()
    return found


async def test_a_nearly_full_disk_is_read_and_not_written(house: House, disk: Disk) -> None:
    asks = await asking(house)
    disk.fill(leaving=SHORT_BYTES)
    assert await until(asks.grows_no_more, 30)
    assert await asks.is_short()
    told = await asks.everything()
    for name in GROWS:
        answer = told[name]
        assert (answer.status, answer.headers.get("retry-after")) == (503, "30"), name
        assert "disk is nearly full" in answer.json()["error"], name
    assert {told[name].status for name in READS} == {200}
    figures = (await asks.person.line.ask("GET", "/metrics")).body.decode()
    free = figures.partition("\nteahouse_disk_free_bytes ")[2].partition("\n")[0]
    assert 0 < float(free) <= SHORT_BYTES + MIB
    code, looked, _ = await run("doctor", "--data-dir", str(house.data), "--json")
    assert code == 1
    assert [one["good"] for one in json.loads(looked) if one["what"] == "disk"] == [False]
    disk.empty()
    assert await until(asks.works, 30), "it finds the room by itself"
    assert [house.restarts, house.faults] == [[], []]


async def test_a_full_disk_is_told_as_such(house: House, disk: Disk) -> None:
    """What the house does not hold back itself is told by PostgreSQL, and it goes on."""
    asks = await asking(house)
    me = f"/user/{q(asks.person.user_id)}/account_data"
    disk.fill()
    async with asyncio.timeout(30):
        nth = 0
        while (answer := await asks.person.ask("PUT", f"{me}/n{nth}", {"a": "x" * 9000})).status == 200:  # fmt: skip
            nth += 1
    assert (answer.status, answer.headers["retry-after"]) == (503, "30")
    assert "disk is nearly full" in answer.json()["error"]
    for kept in range(nth):
        assert (await asks.person.did("GET", f"{me}/n{kept}"))["a"] == "x" * 9000
    disk.empty()
    assert await until(asks.works, 30)
    assert [house.restarts, house.faults] == [[], []]


async def fall_over_the_journal(house: House) -> None:
    """Have PostgreSQL need another file for its journal, which it cannot have: it falls."""
    told = (house.data / "run" / "engines.json").read_bytes()
    admin = await asyncpg.connect(msgspec.json.decode(told, type=Engines).admin_dsn)
    try:
        await admin.fetchval("select pg_switch_wal()")
        await admin.execute("create table journal_is_full ()")
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        return
    finally:
        admin.terminate()
    pytest.fail("there was room for more of the journal")


async def test_a_full_disk_under_the_journal(house: House, disk: Disk) -> None:
    """PostgreSQL falls and cannot start; when there is room it does, and nothing is lost."""
    storm = Storm("127.0.0.1", [house.port], senders=8, rooms_count=4, sends=SENDS)
    await storm.gather()

    async def fill() -> None:
        await storm.reached(SENDS // 4)
        disk.fill()
        await fall_over_the_journal(house)

        async def cannot_start() -> bool:
            await storm.line().ask("GET", "/healthz")
            return any("did not start" in line and "No space left" in line for line in house.said)

        assert await until(cannot_start, 40)
        ready = await storm.line().ask("GET", "/readyz")
        assert (ready.status, ready.json()["parts"]) == (503, {"postgresql": False})
        disk.empty()

    async with asyncio.timeout(100), asyncio.TaskGroup() as group:
        group.create_task(storm.blow())
        group.create_task(fill())
    assert await storm.faults() == []
    assert set(storm.troubles) == {"503"}
    assert any("PostgreSQL runs again" in line for line in house.said)
    assert house.faults == []


async def test_a_file_for_which_there_is_no_room_leaves_nothing(place: Path) -> None:
    with mounted(place / "small", 8 * MIB) as small:
        if small is None:
            pytest.skip("mounting is for root, and not in every container")
        blobs = open_blobs(Config(data_dir=str(small.place)), Ids(SystemClock()))
        kept = await blobs.put(b"kept", MIB)

        async def much() -> AsyncIterator[bytes]:
            for _ in range(12):
                yield bytes(MIB)

        for content in (much(), bytes(12 * MIB)):
            with pytest.raises(DiskShort):
                await blobs.put(content, 100 * MIB)
        files = [path for path in small.place.rglob("*") if path.is_file()]
        assert [path.name for path in files] == [kept.name]
        assert (await (await blobs.read(kept.name)).whole()) == b"kept"
        await blobs.put(bytes(2 * MIB), 100 * MIB)


async def test_a_back_up_for_which_there_is_no_room_leaves_nothing(
    place: Path, house: House
) -> None:
    asks = await asking(house)
    with mounted(place / "small", MIB // 4) as small:
        assert small is not None
        upload = await asks.person.ask("POST", "/_matrix/media/v3/upload", {"a": "x" * MIB})
        assert upload.status == 200
        code, _, said = await run("backup", str(small.place), "--data-dir", str(house.data))
        assert code == 1
        assert said.count("\n") == 1, said
        assert "No space left" in said
        assert list(small.place.iterdir()) == []
    code, _, said = await run("backup", str(place), "--data-dir", str(house.data))
    assert code == 0, said
