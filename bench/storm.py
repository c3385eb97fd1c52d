"""Many people talk, somebody listens, and processes die meanwhile; then everything is counted.

A message is sent again under the same transaction id until it is acknowledged, as a client does.
The one who listens keeps its place over broken connections and fills gaps from ``/messages``.
"""

import asyncio
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from bench.talk import Answer, Line, Person, Unexpected, good, q

AGAIN_SECONDS = 0.02
LAST_HEARD_SECONDS_MAX = 15.0  # what has not been heard by then never will be
WISH = {"room": {"timeline": {"limit": 50}, "state": {"lazy_load_members": True}}}
Place = tuple[str, str]  # a sender and a room


def is_message(event: dict[str, Any]) -> bool:
    """Tell whether an event is one of those that are counted."""
    return event["type"] == "m.room.message"


@dataclass
class Storm:
    """What was sent, acknowledged and heard."""

    host: str
    ports: list[int]
    senders: int = 16
    rooms_count: int = 8
    sends: int = 10_000
    tag: str = ""  # in people's names, for storms that follow each other in one house
    people: list[Person] = field(default_factory=list[Person])
    listener: Person | None = None
    since: str = ""
    rooms: list[str] = field(default_factory=list[str])
    acknowledged: dict[Place, list[str]] = field(default_factory=dict[Place, list[str]])
    count: int = 0
    heard: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    heard_count: int = 0
    elsewhere: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    silence: float = 0.0  # the longest time in which nothing was acknowledged, in seconds
    _acknowledged_at: float = 0.0
    troubles: Counter[str] = field(default_factory=Counter[str])
    _milestones: list[tuple[int, asyncio.Event]] = field(
        default_factory=list[tuple[int, asyncio.Event]]
    )

    def line(self, number: int = 0) -> Line:
        """Return a new connection."""
        if self.elsewhere:
            return Line(*self.elsewhere[number % len(self.elsewhere)])
        return Line(self.host, self.ports[number % len(self.ports)])

    def _elsewhere(self, person: Person) -> None:
        """Lead somebody whose connection broke to the next place, as a balancer does."""
        if self.elsewhere:
            here = self.elsewhere.index((person.line.host, person.line.port))
            person.line.close()
            person.line = self.line(here + 1)

    async def gather(self) -> None:
        """Make the people and the rooms."""
        self.listener = await Person.register(self.line(), f"listener{self.tag}")
        for number in range(self.senders):
            self.people.append(
                await Person.register(self.line(number), f"sender{self.tag}x{number}")
            )
        for _ in range(self.rooms_count):
            self.rooms.append(await self.listener.create_room())
        for person in self.people:
            for room_id in self.rooms:
                await person.join(room_id)
        self.heard = {room_id: [] for room_id in self.rooms}
        self.since = good(await self.listener.sync(), "sync")["next_batch"]

    async def reached(self, count: int) -> None:
        """Wait until so many messages have been acknowledged."""
        milestone = asyncio.Event()
        self._milestones.append((count, milestone))
        await milestone.wait()

    async def blow(self) -> None:
        """Send everything while listening, until everything has been heard."""
        assert self.listener is not None, "gather first"
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(self._listen(self.listener.on(self.line(1))))
            sending = [
                group.create_task(self._send_all(number, person))
                for number, person in enumerate(self.people)
            ]
            await asyncio.wait(sending)
            await asyncio.wait([listening], timeout=LAST_HEARD_SECONDS_MAX)
            listening.cancel()

    # -- sending -----------------------------------------------------------------------------

    async def _send_all(self, number: int, person: Person) -> None:
        for nth in range(number, self.sends, self.senders):
            room_id = self.rooms[(nth // self.senders + number) % len(self.rooms)]
            event_id = await self._until_acknowledged(person, room_id, f"txn{nth}", f"{nth}")
            self.acknowledged.setdefault((person.user_id, room_id), []).append(event_id)
            self.count += 1
            for count, milestone in self._milestones:
                if self.count >= count:
                    milestone.set()

    async def _until_acknowledged(self, person: Person, room_id: str, txn: str, text: str) -> str:
        while True:
            try:
                answer = await person.say(room_id, txn, text)
            except OSError as fault:
                self.troubles[type(fault).__name__] += 1
                self._elsewhere(person)
            else:
                if answer.status == 200:
                    self._heard_back()
                    return answer.json()["event_id"]
                self._not_now(answer)
            await asyncio.sleep(AGAIN_SECONDS)

    def _heard_back(self) -> None:
        now = time.monotonic()
        if self._acknowledged_at:
            self.silence = max(self.silence, now - self._acknowledged_at)
        self._acknowledged_at = now

    def _not_now(self, answer: Answer) -> None:
        """Count an honest refusal; anything else ends the storm."""
        self.troubles[str(answer.status)] += 1
        if answer.status not in (429, 503) or "retry-after" not in answer.headers:
            raise Unexpected(f"{answer.status} {answer.headers} {answer.body[:300]!r}")

    # -- listening ---------------------------------------------------------------------------

    async def _listen(self, listener: Person) -> None:
        since = self.since
        wish = q(json.dumps(WISH, separators=(",", ":")))
        while self.heard_count < self.sends:
            told = await self._patiently(
                listener, f"/sync?timeout=3000&since={q(since)}&filter={wish}"
            )
            for room_id, room in told.get("rooms", {}).get("join", {}).items():
                await self._hear(listener, room_id, room["timeline"], since)
            since = told["next_batch"]

    async def _hear(
        self, listener: Person, room_id: str, timeline: dict[str, Any], since: str
    ) -> None:
        missed: list[str] = []
        if timeline.get("limited"):
            place = timeline["prev_batch"]
            while place:
                path = f"/rooms/{q(room_id)}/messages?dir=b&limit=500&from={q(place)}"
                page = await self._patiently(listener, f"{path}&to={q(since)}")
                missed += [event["event_id"] for event in page["chunk"] if is_message(event)]
                place = page.get("end")
        missed.reverse()
        new = missed + [e["event_id"] for e in timeline["events"] if is_message(e)]
        self.heard[room_id] += new
        self.heard_count += len(new)

    async def _patiently(self, person: Person, path: str) -> Any:
        while True:
            try:
                answer = await person.ask("GET", path, seconds=15)
            except OSError as fault:
                self.troubles[f"listening {type(fault).__name__}"] += 1
                self._elsewhere(person)
            else:
                if answer.status == 200:
                    return answer.json()
                self._not_now(answer)
            await asyncio.sleep(AGAIN_SECONDS)

    # -- counting ----------------------------------------------------------------------------

    async def faults(self) -> list[str]:
        """Return everything that is not as it must be; afterwards, with the server up."""
        assert self.listener is not None, "gather first"
        listener = self.listener.on(self.line())
        wrong: list[str] = []
        for room_id in self.rooms:
            kept = await _kept(listener, room_id)
            ids = [event["event_id"] for event in kept]
            bodies = Counter(event["content"]["body"] for event in kept)
            twice = [body for body, times in bodies.items() if times > 1]
            if twice:
                wrong.append(f"{room_id}: sent once, kept more often: {twice[:5]}")
            for (sender, room), acknowledged in self.acknowledged.items():
                mine = [e["event_id"] for e in kept if e["sender"] == sender]
                if room == room_id and mine != acknowledged:
                    wrong.append(f"{sender}: {len(acknowledged)} acknowledged, {len(mine)} kept")
            if self.heard[room_id] != ids:
                wrong.append(f"{room_id}: {_difference(self.heard[room_id], ids)}")
        if self.count != self.sends:
            wrong.append(f"{self.count} of {self.sends} acknowledged")
        return wrong


async def _kept(person: Person, room_id: str) -> list[dict[str, Any]]:
    """Return every message of a room, oldest first, as ``/messages`` gives them."""
    kept: list[dict[str, Any]] = []
    place = ""
    while True:
        path = f"/rooms/{q(room_id)}/messages?dir=f&limit=500"
        page = good(await person.ask("GET", path + (f"&from={q(place)}" if place else "")), path)
        kept += [event for event in page["chunk"] if is_message(event)]
        place = page.get("end", "")
        if not place:
            return kept


def _difference(heard: list[str], kept: list[str]) -> str:
    lost, more = len(set(kept) - set(heard)), len(heard) - len(set(heard))
    return f"{len(heard)} heard of {len(kept)}: {lost} never, {more} twice, or in another order"
