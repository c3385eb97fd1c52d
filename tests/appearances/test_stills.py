"""Pictures in public are shown to a real scorer over HTTP, and a score begins a case and nothing else."""

import base64
import hashlib
import hmac
import io
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from PIL import Image

from teahouse.appearances.service.stills import FOLLOWER
from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from tests.asked import asked_at
from tests.assessments.desk import approved, two
from tests.cases.desk import Judge
from tests.living import Living, Person, living, q

NOW = datetime(2026, 11, 18, 1, 0, tzinfo=UTC)
SECRET = "between the two of us, and long"
SETTLE_SECONDS = 30
MINE = "/api/v1/appearances"


@dataclass
class Scorer:
    """A scorer that answers what it is told to, and what it was shown."""

    url: str = ""
    score: float = 0.91
    status: int = 200
    said: bytes = b""
    shown: list[bytes] = field(default_factory=list[bytes])

    def answer(self, body: bytes, headers: Any) -> tuple[int, bytes, dict[str, str]]:
        signed = f"{headers['teahouse-time']}.".encode() + body
        right = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
        assert headers["teahouse-signature"] == right
        asked = json.loads(body)
        assert set(asked) == {"request_id", "content_type", "still"}, "nothing of whose it is"
        self.shown.append(base64.b64decode(asked["still"]))
        box = {"left": 0.1, "top": 0.2, "width": 0.3, "height": 0.5}
        told = {"score": self.score, "boxes": [box], "model": "seven"}
        return self.status, self.said or json.dumps(told).encode(), {}


@pytest.fixture
def scorer() -> Iterator[Scorer]:
    known = Scorer()
    with asked_at(known.answer) as base:
        known.url = f"{base}/score"
        yield known


@pytest.fixture
def clock() -> FixedClock:
    """A Wednesday morning."""
    return FixedClock(NOW)


@pytest.fixture
async def house(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock, scorer: Scorer
) -> AsyncIterator[Living]:
    """A house in the mainland that has a scorer."""
    del database  # it is empty now
    named = {"stills_url": scorer.url, "stills_secret": SECRET}
    async with living(dsn, tmp_path, clock, profile="cn-mainland", **named) as opened:
        log = opened.house.log
        for nudge in [one for nudges in log._nudges.values() for one in nudges]:
            nudge.set()
        while True:  # the follower begins by writing where it stands
            async with opened.house.db.read() as tx:
                if await log.is_followed(tx, FOLLOWER):
                    break
        yield opened


async def uploaded(person: Person, colour: str) -> str:
    """Upload a picture with a camera's notes in it; return its address."""
    drawn, notes = io.BytesIO(), Image.Exif()
    notes[0x010F] = "A camera of Ann's"
    Image.new("RGB", (1000, 900), colour).save(drawn, "JPEG", exif=notes)
    headers = {"authorization": f"Bearer {person.token}", "content-type": "image/jpeg"}
    place = "/_matrix/media/v3/upload"
    told = await person.living.client.post(place, content=drawn.getvalue(), headers=headers)
    assert told.status_code == 200, told.text
    return told.json()["content_uri"]


async def show(person: Person, room: str, address: str) -> None:
    path = f"/rooms/{q(room)}/send/m.room.message/{next(person.txns)}"
    await person.did("PUT", path, {"msgtype": "m.image", "body": "look", "url": address})


async def followed(house: Living) -> None:
    """Let the follower come to the end of the log, and do what it asked for."""
    assert await house.house.log.settled(SETTLE_SECONDS)
    await house.run_jobs()


async def cases(judge: Judge) -> list[dict[str, Any]]:
    return [one for one in await judge.queue() if one["category"] == "camera"]


async def test_r_061_a_score_begins_a_case_that_its_author_is_told_of_and_nothing_else(
    house: Living, scorer: Scorer, clock: FixedClock
) -> None:
    first, second = await two(house)
    ann = await house.person("ann")
    room = await ann.room()
    before = await uploaded(ann, "green")
    await show(ann, room, before)
    await followed(house)
    assert scorer.shown == [], "nothing leaves before it was assessed"
    await approved(first, second, "pipia", "stills")
    address = await uploaded(ann, "red")
    await show(ann, room, address)
    await followed(house)
    (still,) = scorer.shown
    small = Image.open(io.BytesIO(still))
    assert max(small.size) <= 800
    assert not small.getexif(), "without what the camera wrote"
    (case,) = await cases(first)
    media_id = address.rpartition("/")[2]
    assert (case["kind"], case["target"], case["hidden"]) == ("media", media_id, False)
    (told,) = (await ann.did("GET", MINE))["appearances"]
    assert (told["state"], told["hidden"]) == ("review", False)
    served = f"/_matrix/client/v1/media/download/s/{media_id}"
    assert (await ann.ask("GET", served)).status_code == 200, "a machine hides nothing"
    account = await house.house.people.accounts.account(ann.user_id)
    assert account.state.value == "active"
    dismissed = {"act": "dismiss", "statement": None, "answer": ""}
    await first.did("POST", f"/{case['case_id']}/acts", dismissed)
    await show(ann, room, address)
    await followed(house)
    assert len(scorer.shown) == 1, "a picture is asked about once"
    assert await cases(first) == []
    clock.move(timedelta(days=31))
    await show(ann, room, await uploaded(ann, "blue"))
    await followed(house)
    assert len(scorer.shown) == 1, "the assessment is over"


async def test_r_061_what_is_not_public_or_scored_low_or_answered_wrong_begins_nothing(
    house: Living, scorer: Scorer, wiper: asyncpg.Connection
) -> None:
    first, second = await two(house)
    await approved(first, second, "pipia", "stills")
    ann = await house.person("ann")
    inside = await ann.room(preset="private_chat")
    await show(ann, inside, await uploaded(ann, "green"))
    await followed(house)
    assert scorer.shown == [], "what is said among friends goes nowhere"
    room = await ann.room()
    scorer.score = 0.79
    await show(ann, room, await uploaded(ann, "red"))
    await followed(house)
    assert len(scorer.shown) == 1
    for status, said in ((500, b""), (200, b"no JSON"), (200, b'{"score": 7}')):
        scorer.status, scorer.said = status, said
        await show(ann, room, await uploaded(ann, f"#00{len(scorer.shown):02d}00"))
        await followed(house)
    assert len(scorer.shown) == 4
    assert await cases(first) == []
    kept = await wiper.fetch("select score_percent, boxes from appearances_scores")
    assert [one["score_percent"] for one in kept] == [79], "what failed is asked again"
    async with house.house.db.transaction() as tx:
        await house.house.appearing.stills.purge(tx)
        assert await tx.value("select count(*) from appearances_scores") == 1
