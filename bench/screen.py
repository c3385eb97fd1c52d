"""``python -m bench screen``: what it costs to compare a message or a picture with lists.

Processor time of one process, without the network and the database: what a follower spends on one message
besides reading it. Repetition is counted in PostgreSQL, so that part is the processor time of this process
and of a PostgreSQL of its own, for a follower that hears one message at a time, or many.
"""

import argparse
import asyncio
import io
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from PIL import Image, ImageDraw

from bench.detectors.examples import examples_of
from bench.meter import cpu_seconds
from teahouse.app import House, open_house
from teahouse.config import Config
from teahouse.detectors.model.finding import Finder
from teahouse.detectors.model.lists import PATTERNS_MAX, Description, ListKind, Wanted
from teahouse.detectors.model.pictures import PictureHash, PictureLists, hash_of
from teahouse.detectors.model.velocity import digest_of
from teahouse.detectors.service.lists import READY, read_ready
from teahouse.infra.db.migrator import migrate
from teahouse.infra.engines.connection import connection
from teahouse.rooms.model.event import RoomEvent
from teahouse.timeline.events import Posted

SIZES = (100, 1_000, 10_000)
MESSAGES = 1_000
ROUNDS = 3
SEED = 20_260_723
BATCHES = (1, 10, 100)
OFTEN = (
    "by=one minutes=10 messages=20 rooms=5", "by=many minutes=10 messages=50 accounts=20",
    "by=many minutes=60 messages=200 accounts=5",
)  # fmt: skip
COMMON = "的一是了我不人在他有这上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能对小多然于心学么之都好看起发当没成只如事把还用第样道想作种开"
SYLLABLES = ("ta", "ri", "mon", "sel", "ka", "vo", "lin", "pe", "dur", "ost", "qui", "bra", "zen")


def chinese(lot: random.Random, letters: int) -> str:
    """Return so many common characters."""
    return "".join(lot.choice(COMMON) for _ in range(letters))


def latin(lot: random.Random, words: int) -> str:
    """Return so many words that mean nothing."""
    return " ".join("".join(lot.choices(SYLLABLES, k=lot.randint(2, 4))) for _ in range(words))


def rules(lot: random.Random, count: int, patterns: int) -> list[str]:
    """Return entries: half in each language, some of them patterns."""
    made: list[str] = []
    while len(made) < count - patterns:
        made.append(f"{chinese(lot, 4)}{lot.randint(10, 99)}")
        made.append(f"{latin(lot, 2)} {lot.randint(10, 99)}")
    made = made[: count - patterns]
    for _ in range(patterns):
        made.append(f"/{chinese(lot, 2)}.{{0,6}}{chinese(lot, 2)}[0-9]+/")
    return made


def messages(lot: random.Random, entries: Sequence[str], hits: bool, of: str) -> list[str]:
    """Return what people say; with ``hits`` each has an entry in it."""
    words = [one for one in entries if not one.startswith("/")]
    made: list[str] = []
    for _ in range(MESSAGES):
        text = chinese(lot, 40) if of == "zh" else latin(lot, 12)
        if hits:
            text = f"{text} {lot.choice(words)} {text[:10]}"
        made.append(text)
    return made


def cost_us(act: Callable[[str], object], texts: Sequence[str]) -> float:
    """Return the microseconds of processor time for one text, the median of some rounds."""
    spent: list[float] = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        for one in texts:
            act(one)
        spent.append((time.process_time() - begun) / len(texts) * 1e6)
    return statistics.median(spent)


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(line + "\n")


def of_words(lot: random.Random) -> None:
    """Measure messages against lists of words."""
    say(
        f"{'entries':>8} {'patterns':>9} {'language':>9} {'no hit µs':>10} {'a hit µs':>9} {'made ms':>8}"
    )
    for count in SIZES:
        for patterns in (0, min(PATTERNS_MAX, count // 20)):
            entries = rules(lot, count, patterns)
            begun = time.process_time()
            finder = Finder({"x": entries}, {})
            made_ms = (time.process_time() - begun) * 1e3
            for of in ("zh", "en"):
                none = cost_us(finder.find, messages(lot, entries, hits=False, of=of))
                hit = cost_us(finder.find, messages(lot, entries, hits=True, of=of))
                say(f"{count:8} {patterns:9} {of:>9} {none:10.1f} {hit:9.1f} {made_ms:8.1f}")


def of_weights(lot: random.Random) -> None:
    """Measure messages against the weighted lists that come with the house, beside none at all."""
    ready = {name: read_ready(name) for name in READY}
    lists = {name: one.entries for name, one in ready.items() if one.kind is ListKind.WEIGHTS}
    said = [one.text for one in examples_of("inducement")]
    latin = " ".join(one for one in said if one.isascii())
    other = "，".join(one for one in said if not one.isascii())
    texts = {
        "zh, 50 common letters": [chinese(lot, 50) for _ in range(MESSAGES)],
        "zh, 50 letters about gifts": [other[at : at + 50] for at in range(0, 40_000, 50)],
        "en, 50 letters about gifts": [latin[at : at + 50] for at in range(0, 40_000, 50)],
        "zh, 2,000 letters": [chinese(lot, 2_000) for _ in range(MESSAGES // 10)],
    }
    some = {name: {name: entries} for name, entries in lists.items()}
    for name, weights in {"none": {}, **some, "all": lists}.items():
        count = sum(len(entries) for entries in weights.values())
        begun = time.process_time()
        finder = Finder({}, {}, weights)
        made_ms = (time.process_time() - begun) * 1e3
        costs = [f"{of} {cost_us(finder.find, some):.1f} µs" for of, some in texts.items()]
        say(f"weights, {name}: {count} entries, made in {made_ms:.1f} ms: {'; '.join(costs)}")


def of_places(lot: random.Random) -> None:
    """Measure messages with an address in them against lists of places."""
    for count in SIZES:
        listed = [f"{latin(lot, 1)}{nth}.example" for nth in range(count)]
        finder = Finder({}, {"x": listed})
        texts = [f"{latin(lot, 6)} https://www.{lot.choice(listed)}/a/b" for _ in range(MESSAGES)]
        others = [f"{latin(lot, 6)} https://www.{latin(lot, 1)}.test/a/b" for _ in range(MESSAGES)]
        none, hit = cost_us(finder.find, others), cost_us(finder.find, texts)
        say(
            f"places {count:8}: an address that is not listed {none:.1f} µs, one that is {hit:.1f} µs"
        )
    texts = messages(lot, [], hits=False, of="zh")
    say(f"the digest by which repetition is known: {cost_us(digest_of, texts):.1f} µs")


def of_pictures(lot: random.Random) -> None:
    """Measure hashing a photograph's size, and comparing it with lists."""
    image = Image.new("RGB", (1600, 1200), "white")
    draw = ImageDraw.Draw(image)
    for _ in range(300):
        x, y = lot.randrange(1500), lot.randrange(1100)
        draw.ellipse((x, y, x + 200, y + 150), fill=tuple(lot.randrange(256) for _ in range(3)))
    for kind in ("JPEG", "PNG"):
        out = io.BytesIO()
        image.save(out, kind)
        body = out.getvalue()
        spent: list[float] = []
        for _ in range(10):
            begun = time.process_time()
            hash_of(body)
            spent.append((time.process_time() - begun) * 1e3)
        say(f"hash of a {kind} of 1600 by 1200: {statistics.median(spent):.1f} ms")
    for count in (1_000, 10_000, 100_000):
        lists = PictureLists({"x": [f"{lot.getrandbits(256):064x}" for _ in range(count)]})
        spent = []
        for _ in range(20):
            picture = PictureHash(lot.getrandbits(256), 90)
            begun = time.process_time()
            lists.find(picture)
            spent.append((time.process_time() - begun) * 1e3)
        say(f"compared with {count:7} hashes: {statistics.median(spent):.2f} ms")


async def of_repetition(lot: random.Random) -> None:
    """Measure a follower that counts how often the same is said, by how much it hears at once."""
    with tempfile.TemporaryDirectory(prefix="teahouse-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        config = Config(data_dir=folder, server_name="s", detectors="all")
        async with connection(config) as dsn:
            await migrate(dsn)
            async with open_house(config, dsn) as house:
                lists = house.detectors.lists
                about = Description("often", ListKind.VELOCITY, "spam", "", "Repetition")
                await lists.add("bench", about)
                await lists.change("bench", "often", Wanted(OFTEN, "watch", None, ""))
                for batch in BATCHES:
                    spent = await repeated(house, lot, batch)
                    say(f"repetition, {len(OFTEN)} rules, {batch:3} at once: {spent:.2f} ms each")


async def repeated(house: House, lot: random.Random, batch: int) -> float:
    """Return the milliseconds of processor time for one message, PostgreSQL's with it."""
    looking, spent = house.detectors.looking, list[float]()
    for nth in range(ROUNDS):
        said = [posted(house, lot, f"{batch}-{nth}-{at}") for at in range(MESSAGES)]
        begun = cpu_seconds([os.getpid()])
        for at in range(0, MESSAGES, batch):
            async with house.db.transaction() as tx:
                await looking.follow(tx, said[at : at + batch])
        spent.append((cpu_seconds([os.getpid()]) - begun) / MESSAGES * 1e3)
    return statistics.median(spent)


def posted(house: House, lot: random.Random, name: str) -> tuple[int, Posted]:
    """Return a message as the log tells of it; every fourth text is said again and again."""
    text = chinese(lot, 40) if lot.random() < 0.75 else f"{COMMON[:20]} {lot.randrange(20)}"
    body = msgspec.json.encode({"content": {"msgtype": "m.text", "body": text}})
    who, room = f"@{lot.randrange(50)}:s", f"!{lot.randrange(20)}:s"
    now = house.ground.clock.ms()
    return 1, Posted(RoomEvent(f"${name}", room, "m.room.message", who, now, body))


PARTS = {"words": of_words, "weights": of_weights, "places": of_places, "pictures": of_pictures}


def run(words: list[str]) -> None:
    """Measure all, or only the parts that are named."""
    parser = argparse.ArgumentParser(prog="python -m bench screen", description=__doc__)
    parser.add_argument("--only", choices=(*PARTS, "repetition"))
    options = parser.parse_args(words)
    lot = random.Random(SEED)
    for name, part in PARTS.items():
        if options.only in (None, name):
            part(lot)
    if options.only in (None, "repetition"):
        asyncio.run(of_repetition(lot))
