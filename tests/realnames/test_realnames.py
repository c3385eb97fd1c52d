"""An identity is confirmed by a real provider over HTTP, and its name and number are nowhere here."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.infra.db.pool import Database
from teahouse.realnames.model import BadIdentity, Identity, check_character, check_identity
from tests.asked import asked_at
from tests.living import Living, Person, living

NUMBER = "11010519491231002X"  # the example that GB 11643-1999 itself gives
NAME = "测试人"
ASKED = {"name": NAME, "number": NUMBER, "consent": True}
PLACE = "/api/v1/account/realname"
SECRET = "between the two of us"
NEXT_SECRET = "the one that follows it, as long"


@dataclass
class Provider:
    """A provider that knows one person, and what it was asked."""

    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    status: int = 200
    next: list[str | None] = field(default_factory=list[str | None])
    more: dict[str, Any] = field(default_factory=dict[str, Any])

    def answer(self, body: bytes, headers: Any) -> tuple[int, bytes, dict[str, str]]:
        signed = f"{headers['teahouse-time']}.".encode() + body
        right = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
        assert headers["teahouse-signature"] == right
        self.next.append(headers["teahouse-signature-next"])
        if self.next[-1] is not None:
            right = hmac.new(NEXT_SECRET.encode(), signed, hashlib.sha256).hexdigest()
            assert self.next[-1] == right
        asked = json.loads(body)
        self.asked.append(asked)
        known = (asked["name"], asked["number"]) == (NAME, NUMBER)
        told = {"confirmed": known, "reference": f"ref-{len(self.asked)}", "more": 1} | self.more
        return self.status, json.dumps(told).encode(), {}


@pytest.fixture
def provider() -> Iterator[Provider]:
    known = Provider()
    with asked_at(known.answer) as base:
        known.url = f"{base}/confirm"
        yield known


@pytest.fixture
async def house(
    database: Database, dsn: str, tmp_path: Path, provider: Provider
) -> AsyncIterator[Living]:
    named = {"realname_url": provider.url, "realname_secret": SECRET}
    async with living(dsn, tmp_path, **named) as opened:
        yield opened


@pytest.fixture
async def ann(house: Living) -> Person:
    return await house.joined("ann", "+447911123456")


async def level(one: Person) -> str:
    return (await one.did("GET", PLACE))["level"]


async def refused(one: Person, **asked: Any) -> tuple[int, str]:
    answer = await one.ask("POST", PLACE, ASKED | asked)
    return answer.status_code, answer.json()["code"]


async def test_confirmed_kept_and_withdrawn(
    ann: Person, provider: Provider, wiper: asyncpg.Connection
) -> None:
    assert await level(ann) == "phone"
    assert await refused(ann, consent=False) == (403, "realnames.consent_needed")
    assert await refused(ann, number="110105194912310021") == (400, "realnames.bad_identity")
    assert provider.asked == []
    assert await refused(ann, name="别人") == (422, "realnames.not_confirmed")
    assert await level(ann) == "phone"
    shown = await ann.did("POST", PLACE, ASKED)
    assert (shown["level"], shown["provider"]) == ("id", "http")
    rows = await wiper.fetch("select reference from realnames_proofs")
    assert len(rows) == 1
    assert b"ref-2" not in rows[0]["reference"]
    change = {"accept": [], "withdraw": ["realnames.identity"], "lang": "zh"}
    await ann.did("POST", "/api/v1/account/consents", change)
    async with asyncio.timeout(60):
        while await level(ann) == "id":
            continue
    assert await wiper.fetchval("select count(*) from realnames_proofs") == 0


async def test_the_secret_changes_while_people_are_confirmed(
    database: Database, dsn: str, tmp_path: Path, provider: Provider
) -> None:
    """First both sign, so that the provider may go over when it likes; then the new one alone."""
    named = {"realname_url": provider.url, "realname_secret": SECRET}
    for also in ({}, {"realname_secret_next": NEXT_SECRET}):
        async with living(dsn, tmp_path, **named, **also) as house:
            one = await house.joined(f"p{len(also)}", f"+44791112345{len(also)}")
            assert (await one.did("POST", PLACE, ASKED))["level"] == "id"
    assert [told is not None for told in provider.next] == [False, True]


async def test_name_and_number_are_nowhere(ann: Person, wiper: asyncpg.Connection) -> None:
    await ann.did("POST", PLACE, ASKED)
    tables = await wiper.fetch("select tablename from pg_tables where schemaname = 'public'")
    for (table,) in tables:
        texts = await wiper.fetch(f'select r::text from "{table}" r')
        assert not [row for row in texts if NUMBER in row[0] or NAME in row[0]], table


async def test_a_provider_that_is_away_changes_nothing(ann: Person, provider: Provider) -> None:
    provider.status = 500
    assert await refused(ann) == (503, "realnames.provider_away")
    assert await level(ann) == "phone"


async def test_tries_are_counted(ann: Person) -> None:
    for _ in range(5):
        assert (await refused(ann, name="别人"))[1] == "realnames.not_confirmed"
    assert await refused(ann) == (429, "realnames.too_many")


async def test_an_operator_has_seen_the_document(ann: Person, wiper: asyncpg.Connection) -> None:
    owner = await ann.living.owner()
    seen = {"user_id": ann.user_id, "reason": "Passport, at the counter."}
    assert (await ann.ask("POST", "/api/v1/operator/realnames", seen)).status_code == 401
    await owner.did("POST", "/realnames", seen)
    assert await level(ann) == "id"
    acts = await wiper.fetch("select act from audit_entries order by 1")
    assert "realnames.seen" in {row[0] for row in acts}


@given(st.integers(100000, 659999), st.dates(), st.integers(0, 999), st.integers(0, 16))
def test_one_wrong_digit_is_found(place: int, born: Any, serial: int, at: int) -> None:
    first = f"{place}{born.replace(year=1900 + born.year % 120):%Y%m%d}{serial:03d}"
    number = first + check_character(first)
    assert check_identity(Identity("人", number)).number == number
    wrong = number[:at] + str((int(number[at]) + 1) % 10) + number[at + 1 :]
    with pytest.raises(BadIdentity):
        check_identity(Identity("人", wrong))
