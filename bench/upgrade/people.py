"""People who go about their day in a process of their own, and notice what does not work.

What they do begins when it is due, whatever became of the rest, each on a connection that nobody
else waits on. Every request is written down with when it was due and how long it took.
"""

import asyncio
import json
import random
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event
from typing import Any, NamedTuple

from bench.talk import PASSWORD, Answer, Line, Person, q
from bench.upgrade.names import email_of, name_of, phone_of
from bench.upgrade.place import Place

SECONDS_MAX = 30.0
CODE_SECONDS_MAX = 10.0
FRIENDS = 8
START = "/api/v1/registrations"
V3 = "/_matrix/client/v3"
_spawn = get_context("spawn")

# How often each is done in a second, by all of a process.
RATES = {
    "chat": 6.0,
    "sign in, old": 2.0,
    "sign in, new": 1.0,
    "profile": 1.0,
    "sign up": 1.0,
    "taken": 0.25,
    "change": 0.25,
    "erase": 0.2,
}


class Asked(NamedTuple):
    """A request: for what, when it was due, and how long it took, in seconds."""

    what: str
    due: float
    took: float


class Trouble(NamedTuple):
    """Something that did not go as it has to."""

    what: str
    at: float
    how: str


@dataclass
class Noted:
    """What one process noted. ``made`` are the moments at which somebody had an account."""

    asked: list[Asked] = field(default_factory=list[Asked])
    made: list[float] = field(default_factory=list[float])
    troubles: list[Trouble] = field(default_factory=list[Trouble])
    doubles: list[Trouble] = field(default_factory=list[Trouble])
    missed: list[Trouble] = field(default_factory=list[Trouble])  # looked up, and not found
    done: Counter[str] = field(default_factory=Counter[str])


class Failed(Exception):  # noqa: N818 - what an answer was
    """An answer that nobody should have had."""


@dataclass
class Somebody:
    """Who signed up during the run, and how they are reached now."""

    name: str
    address: str
    token: str
    user_id: str


@dataclass
class Crowd:
    """The people of one process."""

    place: Place
    tag: str
    accounts: int  # that have a password, of those who were there before
    noted: Noted
    draw: random.Random
    newest: "deque[Somebody]" = field(default_factory=lambda: deque(maxlen=2000))
    moved: list[Somebody] = field(default_factory=list[Somebody])
    friends: list[tuple[Person, str]] = field(default_factory=list[tuple[Person, str]])
    _idle: list[Line] = field(default_factory=list[Line])
    _number: int = 0

    # -- asking --------------------------------------------------------------------------------

    async def ask(
        self, what: str, due: float, method: str, path: str, body: Any = None, token: str = ""
    ) -> Answer:
        """Ask, note how long it took since it was due, and hold a fault against the house."""
        line = self._idle.pop() if self._idle else Line(self.place.host, self.place.port)
        try:
            told = await line.ask(method, path, body, token, SECONDS_MAX)
        except OSError as fault:
            line.close()
            raise Failed(type(fault).__name__) from None
        self._idle.append(line)
        self.noted.asked.append(Asked(what, due, time.monotonic() - due))
        if told.status >= 500:
            raise Failed(f"{told.status} {told.body[:120]!r} at {path[:60]}")
        return told

    async def must(
        self, what: str, due: float, method: str, path: str, body: Any = None, token: str = ""
    ) -> Any:
        """Ask for what has to succeed, and return its JSON."""
        told = await self.ask(what, due, method, path, body, token)
        if told.status >= 300:
            raise Failed(f"{told.status} {told.body[:120]!r} at {path[:60]}")
        return told.json() if told.body else None

    async def code(self, address: str, known: int = 0) -> str:
        """Return the newest code that came to an address. Not measured: nobody's mailbox is."""
        end = time.monotonic() + CODE_SECONDS_MAX
        while time.monotonic() < end:
            line = self._idle.pop() if self._idle else Line(self.place.host, self.place.port)
            told = await line.ask("GET", f"/api/v1/test/codes?to={q(address)}")
            self._idle.append(line)
            codes = told.json().get("codes", [])
            if len(codes) > known:
                return codes[-1]
            await asyncio.sleep(0.1)
        raise Failed("no code came")

    # -- what people do ------------------------------------------------------------------------

    async def meet(self) -> None:
        """Make friends, who talk."""
        line = Line(self.place.host, self.place.port)
        people = [await Person.register(line, f"f{self.tag}x{nth}") for nth in range(FRIENDS)]
        for person in people:
            self.friends.append((person, await person.create_room()))

    async def chat(self, due: float) -> None:
        """Say something."""
        person, room = self.draw.choice(self.friends)
        path = f"{V3}/rooms/{q(room)}/send/m.room.message/{self._next()}"
        said = {"msgtype": "m.text", "body": "tea?"}
        await self.must("chat", due, "PUT", path, said, person.token)

    async def profile(self, due: float) -> None:
        """Change one's name, and see it."""
        person, _ = self.draw.choice(self.friends)
        path = f"{V3}/profile/{q(person.user_id)}/displayname"
        await self.must("profile", due, "PUT", path, {"displayname": self._next()}, person.token)

    async def sign_in_old(self, due: float) -> None:
        """Sign in as somebody who has long been here, by number or address."""
        nth = self.draw.randrange(self.accounts)
        if self.draw.random() < 0.5:
            who = {"type": "m.id.phone", "country": "GB", "phone": phone_of(nth)}
        else:
            who = {"type": "m.id.thirdparty", "medium": "email", "address": email_of(nth)}
        await self._sign_in("sign in, old", due, who, name_of(nth))

    async def sign_in_new(self, due: float) -> None:
        """Sign in as somebody who has just come, by their address."""
        if not self.newest:
            return
        one = self.draw.choice([*self.newest, *self.moved])
        who = {"type": "m.id.thirdparty", "medium": "email", "address": one.address}
        await self._sign_in("sign in, new", due, who, one.name)

    async def _sign_in(self, what: str, due: float, who: dict[str, str], name: str) -> None:
        body = {"type": "m.login.password", "identifier": who, "password": PASSWORD}
        told = await self.ask(what, due, "POST", f"{V3}/login", body)
        if told.status != 200 or not told.json()["user_id"].startswith(f"@{name}:"):
            if self._is_still(name, who):
                said = f"{told.status} {told.body[:100]!r}"
                self.noted.missed.append(Trouble(what, time.monotonic(), said))

    def _is_still(self, name: str, who: dict[str, str]) -> bool:
        """Tell whether somebody is still here under that address, for all that we know."""
        if name.startswith("old"):
            return True
        here = (*self.newest, *self.moved)
        return any(one.name == name and one.address == who["address"] for one in here)

    async def sign_up(self, due: float) -> None:
        """Come to have an account, step by step."""
        name = f"n{self.tag}x{self._next()}"
        address = f"{name}@example.org"
        told = await self._sign_up("sign up", due, address, name)
        if told.status != 201:
            raise Failed(f"{told.status} {told.body[:120]!r} at finish")
        self.noted.made.append(time.monotonic())
        said = told.json()
        self.newest.append(Somebody(name, address, said["access_token"], said["user_id"]))

    async def taken(self, due: float) -> None:
        """Try to have a second account on an address that somebody has."""
        nth = self.draw.randrange(self.accounts)
        address = email_of(nth)
        if self.newest and self.draw.random() < 0.5:
            address = self.draw.choice(self.newest).address
        told = await self._sign_up("taken", due, address, f"t{self.tag}x{self._next()}")
        still = address.startswith("old") or any(one.address == address for one in self.newest)
        if told.status == 201 and still:
            self.noted.doubles.append(Trouble("taken", time.monotonic(), address))

    async def _sign_up(self, what: str, due: float, address: str, name: str) -> Answer:
        asked = {"door": "email", "service_region": "intl"}
        begun = await self.must(what, due, "POST", START, asked)
        mine = f"{START}/{begun['registration_id']}"
        said = {"policy_version": begun["policy_version"]}
        await self.must(what, time.monotonic(), "POST", f"{mine}/consent", said)
        contact = {"kind": "email", "value": address}
        had = await self._had(address)
        told = await self.ask(what, time.monotonic(), "POST", f"{mine}/contact", contact)
        if told.status >= 300:
            return told
        body = {"code": await self.code(address, had)}
        told = await self.ask(what, time.monotonic(), "POST", f"{mine}/code", body)
        if told.status >= 300:
            return told
        last = {"username": name, "password": PASSWORD}
        return await self.ask(what, time.monotonic(), "POST", f"{mine}/finish", last)

    async def _had(self, address: str) -> int:
        line = self._idle.pop() if self._idle else Line(self.place.host, self.place.port)
        told = await line.ask("GET", f"/api/v1/test/codes?to={q(address)}")
        self._idle.append(line)
        return len(told.json().get("codes", []))

    async def change(self, due: float) -> None:
        """Take another address, and sign in by it."""
        if not self.newest:
            return
        one = self.draw.choice(self.newest)
        self.newest.remove(one)  # an address is changed once in three days
        address = f"c{self.tag}x{self._next()}@example.org"
        body = {"contact_kind": "email", "value": address, "password": PASSWORD}
        await self.must("change", due, "POST", "/api/v1/account/contacts", body, one.token)
        done = {"contact_kind": "email", "value": address, "replace": True}
        done["code"] = await self.code(address)
        path = "/api/v1/account/contacts/finish"
        await self.must("change", time.monotonic(), "POST", path, done, one.token)
        one.address = address
        self.moved.append(one)
        who = {"type": "m.id.thirdparty", "medium": "email", "address": address}
        await self._sign_in("change", time.monotonic(), who, one.name)

    async def erase(self, due: float) -> None:
        """End an account for good, and not be found again."""
        if len(self.newest) < 4:
            return
        one = self.newest.popleft()
        path = f"{V3}/account/deactivate"
        told = await self.ask("erase", due, "POST", path, {"erase": True}, one.token)
        auth = {
            "type": "m.login.password",
            "session": told.json().get("session", ""),
            "identifier": {"type": "m.id.user", "user": one.user_id},
            "password": PASSWORD,
        }
        body = {"erase": True, "auth": auth}
        await self.must("erase", time.monotonic(), "POST", path, body, one.token)
        who = {"type": "m.id.thirdparty", "medium": "email", "address": one.address}
        login = {"type": "m.login.password", "identifier": who, "password": PASSWORD}
        told = await self.ask("erase", time.monotonic(), "POST", f"{V3}/login", login)
        if told.status == 200:
            raise Failed("somebody who was erased signed in")

    # -- all day -------------------------------------------------------------------------------

    async def live(self, goes: "Synchronized[float]", over: Event) -> None:
        """Do everything, as often as it is done, times what ``goes`` says, until it is over."""
        works = {
            "chat": self.chat,
            "sign in, old": self.sign_in_old,
            "sign in, new": self.sign_in_new,
            "profile": self.profile,
            "sign up": self.sign_up,
            "taken": self.taken,
            "change": self.change,
            "erase": self.erase,
        }
        await self.meet()
        async with asyncio.TaskGroup() as group:
            for what, work in works.items():
                group.create_task(self._again(what, work, goes, over))

    async def _again(
        self,
        what: str,
        work: Callable[[float], Awaitable[None]],
        goes: "Synchronized[float]",
        over: Event,
    ) -> None:
        tasks: set[asyncio.Task[None]] = set()
        due = time.monotonic() + self.draw.random() / RATES[what]
        while not over.is_set():
            await asyncio.sleep(max(due - time.monotonic(), 0.001))
            if goes.value > 0:
                task = asyncio.create_task(self._one(what, work, due))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
            due = max(due, time.monotonic() - 1) + 1 / RATES[what] / (goes.value or 1.0)
        if tasks:
            await asyncio.wait(tasks)

    async def _one(self, what: str, work: Callable[[float], Awaitable[None]], due: float) -> None:
        try:
            await work(due)
        except (Failed, OSError, json.JSONDecodeError) as failed:
            self.noted.troubles.append(Trouble(what, time.monotonic(), str(failed)))
        else:
            self.noted.done[what] += 1

    def _next(self) -> str:
        self._number += 1
        return f"{self._number}"


@dataclass
class Load:
    """Processes of people, from outside. ``goes`` is how busy they are: 0 is not at all."""

    processes: list[Any]
    told: list[Any]
    goes: "Synchronized[float]"
    over: Event

    @classmethod
    def start(cls, place: Place, accounts: int, processes: int) -> "Load":
        """Start people who sign in as the first ``accounts``."""
        goes, over = _spawn.Value("d", 0.0), _spawn.Event()
        load = cls([], [], goes, over)
        for nth in range(processes):
            ours, theirs = _spawn.Pipe(duplex=False)
            task = (place, f"p{nth}", accounts, goes, over, theirs)
            process = _spawn.Process(target=_main, args=task, daemon=True)
            process.start()
            load.processes.append(process)
            load.told.append(ours)
        return load

    def ready(self) -> None:
        """Wait until all of them have begun."""
        for one in self.told:
            assert one.recv() == "ready"

    def stop(self) -> Noted:
        """Have everybody finish, and return what they noted."""
        self.over.set()
        every = Noted()
        for one, process in zip(self.told, self.processes, strict=True):
            noted: Noted = one.recv()
            every.asked += noted.asked
            every.made += noted.made
            every.troubles += noted.troubles
            every.doubles += noted.doubles
            every.missed += noted.missed
            every.done += noted.done
            process.join()
        every.made.sort()
        return every


def _main(
    place: Place, tag: str, accounts: int, goes: "Synchronized[float]", over: Event, tell: Any
) -> None:
    asyncio.run(_live(place, tag, accounts, goes, over, tell))


async def _live(
    place: Place, tag: str, accounts: int, goes: "Synchronized[float]", over: Event, tell: Any
) -> None:
    crowd = Crowd(place, tag, accounts, Noted(), random.Random(tag))
    tell.send("ready")
    await crowd.live(goes, over)
    tell.send(crowd.noted)


async def sign_in_again(place: Place, accounts: int, most: int) -> tuple[int, list[str]]:
    """Have the first with a password sign in twice; return how often that went well, and faults."""
    faults: list[str] = []
    waiting = iter(range(min(accounts, most)))

    async def some() -> int:
        line, done = Line(place.host, place.port), 0
        for nth in waiting:
            for who in (
                {"type": "m.id.phone", "country": "GB", "phone": phone_of(nth)},
                {"type": "m.id.thirdparty", "medium": "email", "address": email_of(nth)},
            ):
                body = {"type": "m.login.password", "identifier": who, "password": PASSWORD}
                told = await line.ask("POST", f"{V3}/login", body)
                if told.status == 200:
                    done += 1
                else:
                    faults.append(f"{name_of(nth)}: {told.status} {told.body[:100]!r}")
        return done

    return sum(await asyncio.gather(*(some() for _ in range(4)))), faults
