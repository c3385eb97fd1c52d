"""What the search costs: to index a message, to keep it, and to answer a query.

``python -m bench search --messages 1000000``: messages of made-up words, most of them Chinese, are
written straight into the timeline of rooms of a server that runs; the index is built by the command's
own verb; then one person who is in all those rooms, and one who is in few, search over HTTP.
"""

import argparse
import asyncio
import os
import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import quote

import uvloop

from bench.meter import Cost, Meter
from bench.scene import Scene
from bench.talk import Person
from teahouse.app import House, open_house
from teahouse.config import Config
from teahouse.infra.engines.connection import connection
from teahouse.rooms.model.event import encode_event
from teahouse.spelling.model import folding

Server = Callable[..., AbstractContextManager[tuple[str, int, list[int]]]]

FEW = 10
AT_ONCE = 20_000
QUERIES = 200
VOCABULARY = 20_000
ENGLISH = [
    "time",
    "people",
    "year",
    "day",
    "thing",
    "work",
    "life",
    "part",
    "place",
    "week",
    "case",
    "company",
    "number",
    "group",
    "problem",
    "fact",
    "money",
    "month",
    "book",
    "eye",
    "job",
    "word",
    "business",
    "issue",
    "side",
    "kind",
    "head",
    "house",
    "service",
    "friend",
    "power",
    "hour",
    "game",
    "line",
    "member",
    "law",
    "car",
    "city",
    "name",
    "team",
    "minute",
    "idea",
    "body",
    "back",
    "parent",
    "face",
    "level",
    "office",
    "door",
    "health",
    "person",
    "art",
    "war",
    "history",
    "party",
    "result",
    "change",
    "morning",
    "reason",
    "research",
    "girl",
    "guy",
    "moment",
    "air",
    "teacher",
    "force",
]

TAKE = "update log_shards set head = head + $1 returning head - $1"
INSERT = """
insert into timeline_events (
    room_id, pos, event_id, type, sender, ts, body, state_key, device_id, txn_id, redacts
)
select *, null, '', '', '' from unnest(
    $1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bytea[]
)"""
SIZES = """
select pg_table_size('search_messages'), pg_relation_size('search_messages_by_word'),
    pg_relation_size('search_messages_pkey'), pg_total_relation_size('timeline_events')"""


class Words:
    """Made-up words, as often as words are used: the nth most common once in n."""

    def __init__(self, rng: random.Random) -> None:
        common = sorted(
            {*folding.TABLE.read_text("utf-8")} & {chr(at) for at in range(0x4E00, 0x9FA5)}
        )
        rng.shuffle(common)
        letters = common[:3000]
        self.rng = rng
        self.words = [
            rng.choice(ENGLISH)
            if rng.random() < 0.15
            else "".join(rng.choices(letters, k=rng.choice((1, 2, 2, 2, 3, 4))))
            for _ in range(VOCABULARY)
        ]
        self.weights = [1 / (nth + 3) for nth in range(VOCABULARY)]

    def message(self) -> str:
        """Return something that somebody says."""
        count = min(60, 1 + int(self.rng.expovariate(0.14)))
        chosen = self.rng.choices(self.words, self.weights, k=count)
        return "".join(f" {word} " if word.isascii() else word for word in chosen).strip() or "好"

    def query(self, most: int, least: int) -> str:
        """Return a word of so common a kind."""
        return self.words[self.rng.randrange(most, least)]


async def fill(house: House, rooms: Sequence[str], sender: str, words: Words, count: int) -> None:
    """Write so many messages into rooms."""
    at_ms = 1_700_000_000_000
    for first in range(0, count, AT_ONCE):
        number = min(AT_ONCE, count - first)
        async with house.db.transaction() as tx:
            head = await tx.value(TAKE, number)
            ids = [f"${first + nth:043d}" for nth in range(number)]
            bodies = [
                encode_event(
                    one,
                    "m.room.message",
                    sender,
                    at_ms + first,
                    {"msgtype": "m.text", "body": words.message()},
                )
                for one in ids
            ]
            await tx.run(
                INSERT,
                [words.rng.choice(rooms) for _ in ids],
                [head + 1 + nth for nth in range(number)],
                ids,
                ["m.room.message"] * number,
                [sender] * number,
                [at_ms + first + nth for nth in range(number)],
                bodies,
            )


async def ask(person: Person, meter: Meter, queries: Sequence[str]) -> Cost:
    """Search for each, and return what a search costs."""
    loop = asyncio.get_running_loop()
    for term in queries:
        began = loop.time()
        await person.did("GET", f"/api/v1/search?q={quote(term)}")
        meter.took.append(loop.time() - began)
    return meter.stop(len(queries))


async def ask_matrix(person: Person, meter: Meter, queries: Sequence[str]) -> Cost:
    """Search as Matrix does, the best first, and return what a search costs."""
    loop = asyncio.get_running_loop()
    for term in queries:
        body = {"search_categories": {"room_events": {"search_term": term}}}
        began = loop.time()
        await person.did("POST", "/search", body)
        meter.took.append(loop.time() - began)
    return meter.stop(len(queries))


async def build(house: House, roots: Sequence[int], count: int) -> Cost:
    """Build the index, and return what a message costs."""
    meter = Meter([os.getpid(), *roots])
    await house.talk.search.indexing.rebuild()
    await house.talk.search.indexing.fill_all()
    return meter.stop(count)


async def measure(
    options: argparse.Namespace, data: str, server: tuple[str, int, list[int]]
) -> None:
    """Fill, build, ask, and print."""
    host, port, roots = server
    scene = Scene(host, port, roots, "s")
    words, count = Words(random.Random(2021)), options.messages
    many, few = await scene.crowd(2)
    rooms = [await many.create_room() for _ in range(options.rooms)]
    for room_id in rooms[:FEW]:
        await few.join(room_id)
    config = Config(data_dir=data, server_name="localhost")
    async with connection(config) as dsn, open_house(config, dsn, gives_way=True) as house:
        await fill(house, rooms, many.user_id, words, count)
        cost = await build(house, roots, count)
        say("build the index", f"{cost.cpu_ms:.3f} ms a message, {cost.per_second:,.0f} a second")
        async with house.db.read() as tx:
            row = await tx.row(SIZES)
        assert row is not None
        for name, size in zip(("words", "index", "keys", "(the messages)"), row, strict=True):
            say(
                f"size: {name}",
                f"{size / 1e6:,.1f} MB, {size / count * 1e6 / 1e6:,.0f} MB a million",
            )
    for name, person in (("in all rooms", many), (f"in {FEW} rooms", few)):
        for kind, most, least in (
            ("common", 0, 50),
            ("usual", 200, 2000),
            ("rare", 10_000, 20_000),
        ):
            queries = [words.query(most, least) for _ in range(options.queries)]
            for how, act in (("typed", ask), ("matrix", ask_matrix)):
                cost = await act(person, scene.meter(), queries)
                say(f"{name}, {kind}, {how}", f"{cost.cpu_ms:.2f} ms CPU, p50 {cost.p50_ms:.1f} ms")


def say(what: str, how: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{what:32} {how}\n")
    sys.stdout.flush()


def run(argv: list[str], server_at: Server) -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(prog="python -m bench search", description=__doc__)
    parser.add_argument("--messages", type=int, default=200_000)
    parser.add_argument("--rooms", type=int, default=200)
    parser.add_argument("--queries", type=int, default=QUERIES)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="teahouse-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        data = f"{folder}/data"
        with server_at(data, True, 1) as server:
            uvloop.run(measure(options, data, server))
