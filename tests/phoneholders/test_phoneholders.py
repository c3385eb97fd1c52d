"""A verifier over HTTP knows the holders of numbers and tells their age, signed both ways."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from teahouse.infra.egress.signing import SIGNATURE
from tests.asked import asked_at
from tests.living import Living, Person, living
from tests.minors.test_minors import NOW, WARDS, family, settle

SECRET, SECRET_NEXT = "between the two of us, and long", "the one that follows it, as long"
PHONE, NAME = "+447911123456", "张三"
ASKED = {"name": NAME, "consent": True}
PLACE = "/api/v1/minors/me/phone-holder"
BAND = {"at_least": 16, "turns_on": "2026-12-05"}


def mac(secret: str, words: str, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{words}.".encode() + body, hashlib.sha256).hexdigest()


@dataclass
class Carrier:
    """Knows the holder of one number; ``signs`` is the secret that it signs answers with."""

    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    status: int = 200
    signs: str = SECRET
    age: Any = field(default_factory=lambda: dict[str, Any](BAND))
    replays: tuple[bytes, str] | None = None
    last: tuple[bytes, str] = (b"", "")

    def answer(self, body: bytes, headers: Any) -> tuple[int, bytes, dict[str, str]]:
        right = mac(SECRET, headers["teahouse-time"], body)
        assert headers["teahouse-signature"] == right, "the question is signed"
        asked = json.loads(body)
        self.asked.append(asked)
        if self.replays is not None:
            return self.status, self.replays[0], {SIGNATURE: self.replays[1]}
        told: dict[str, Any] = {"matches": (asked["phone"], asked["name"]) == (PHONE, NAME)}
        told |= {"reference": f"line-{len(self.asked)}", "age": self.age, "more": 1}
        said = json.dumps(told).encode()
        self.last = said, mac(self.signs, asked["request_id"], said)
        return self.status, said, {SIGNATURE: self.last[1]}


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    known = Carrier()
    with asked_at(known.answer) as base:
        known.url = f"{base}/holder"
        yield known


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
async def house(
    database: Database, dsn: str, tmp_path: Path, carrier: Carrier, clock: FixedClock
) -> AsyncIterator[Living]:
    named: dict[str, Any] = {"phone_holder_url": carrier.url, "phone_holder_secret": SECRET}
    named |= {"phone_holder_secret_next": SECRET_NEXT, "profile": "cn-mainland"}
    async with living(dsn, tmp_path, clock, **named) as opened:
        yield opened


async def age(one: Person) -> tuple[Any, Any, bool]:
    told = (await one.did("GET", "/api/v1/minors/me"))["age"]
    return told["at_least"], told["sources"], told["conflicting"]


async def refused(one: Person, **asked: Any) -> tuple[int, str]:
    answer = await one.ask("POST", PLACE, ASKED | asked)
    return answer.status_code, answer.json()["code"]


async def test_the_holder_of_a_number_is_of_an_age_and_nobody_else_is(
    house: Living, carrier: Carrier, clock: FixedClock, wiper: asyncpg.Connection
) -> None:
    ann = await house.joined("ann", PHONE)
    assert await ann.did("GET", PLACE) == {
        "offered": True, "asks_number": False, "has_phone": True, "checked_at": None,
    }  # fmt: skip
    assert await refused(ann, consent=False) == (403, "phoneholders.consent_needed")
    assert await refused(ann, name=" ") == (400, "realnames.bad_identity")
    assert carrier.asked == [], "nothing has left yet"
    assert await refused(ann, name="李四") == (422, "phoneholders.not_holder")
    assert await age(ann) == (None, [], False)
    assert (await ann.did("POST", PLACE, ASKED | {"number": "X1234567"}))["checked_at"]
    assert set(carrier.asked[-1]) == {"request_id", "phone", "name"}, "no more than is needed"
    assert await age(ann) == (16, ["phone"], False)
    kept = await wiper.fetchval("select reference from phoneholders_checks")
    assert kept is not None
    assert b"line" not in kept
    clock.move(timedelta(days=14))
    assert await age(ann) == (18, ["phone"], False), "the day that was told has come"
    said = await wiper.fetch("select detail from audit_entries where act = 'phoneholders.asked'")
    assert [json.loads(row["detail"])["outcome"] for row in said] == ["not_holder", "matched"]
    assert NAME not in str(said), "the log tells what came of it, and nothing of the person"


async def test_the_youngest_counts_until_an_operator_decides(
    house: Living, carrier: Carrier
) -> None:
    carrier.age = {"at_least": 18}
    parent, child = await family(house, "2016-03")
    assert await refused(child) == (409, "phoneholders.no_phone")
    kid = await house.joined("kid2", PHONE)
    await kid.did("POST", "/api/v1/minors/me/guardians", {"user_id": parent.user_id})
    agreed = {"password": "correct horse", "birth_month": "2016-03"}
    await parent.did("POST", f"{WARDS}/{kid.user_id}/agree", agreed)
    await kid.did("POST", PLACE, ASKED)
    assert await age(kid) == (8, ["guardian", "phone"], True), "a parent's contract makes no adult"
    await settle(await house.owner(), kid, at_least=12)
    assert await age(kid) == (12, ["operator"], False)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"status": 500}, "phoneholders.verifier_away"),
        ({"signs": "somebody else's"}, "phoneholders.verifier_away"),
        ({"age": None}, "phoneholders.no_age"),
        ({"age": {"at_least": 400}}, "phoneholders.no_age"),
        ({"age": "sixteen"}, "phoneholders.verifier_away"),
    ],
)
async def test_what_is_not_a_signed_answer_tells_no_age_and_may_be_tried_again(
    house: Living, carrier: Carrier, how: dict[str, Any], said: str
) -> None:
    ann = await house.joined("ann", PHONE)
    good = {name: getattr(carrier, name) for name in how}
    for name, value in how.items():
        setattr(carrier, name, value)
    assert (await refused(ann))[1] == said
    assert await age(ann) == (None, [], False)
    for name, value in good.items():
        setattr(carrier, name, value)
    await ann.did("POST", PLACE, ASKED)
    assert await age(ann) == (16, ["phone"], False)


async def test_an_answer_to_another_question_counts_for_nothing(
    house: Living, carrier: Carrier
) -> None:
    ann = await house.joined("ann", PHONE)
    carrier.signs = SECRET_NEXT  # either secret does while it changes
    await ann.did("POST", PLACE, ASKED)
    carrier.replays = carrier.last
    assert await refused(ann) == (503, "phoneholders.verifier_away")
    carrier.replays = None
    await ann.did("POST", PLACE, ASKED)


async def test_five_tries_a_day(house: Living, carrier: Carrier, clock: FixedClock) -> None:
    ann = await house.joined("ann", PHONE)
    for _ in range(5):
        assert await refused(ann, name="李四") == (422, "phoneholders.not_holder")
    assert await refused(ann) == (429, "phoneholders.too_many")
    assert len(carrier.asked) == 5
    clock.move(timedelta(days=1))
    await ann.did("POST", PLACE, ASKED)


async def test_who_withdraws_takes_the_reference_along_and_stays_as_old(
    house: Living, wiper: asyncpg.Connection
) -> None:
    ann = await house.joined("ann", PHONE)
    await ann.did("POST", PLACE, ASKED)
    change = {"accept": [], "withdraw": ["phoneholders.check"], "lang": "zh"}
    await ann.did("POST", "/api/v1/account/consents", change)
    async with asyncio.timeout(60):
        while (await ann.did("GET", PLACE))["checked_at"]:
            continue
    assert await wiper.fetchval("select count(*) from phoneholders_checks") == 0
    assert await age(ann) == (16, ["phone"], False)


async def test_a_house_that_named_nobody_offers_nothing(
    database: Database, dsn: str, tmp_path: Path
) -> None:
    async with living(dsn, tmp_path) as plain:
        ann = await plain.joined("ann", PHONE)
        assert (await ann.did("GET", PLACE))["offered"] is False
        assert await refused(ann) == (409, "phoneholders.no_verifier")


async def test_where_the_number_of_a_document_is_asked_for_it_is_checked_first(
    database: Database, dsn: str, tmp_path: Path, carrier: Carrier
) -> None:
    named: dict[str, Any] = {"phone_holder_url": carrier.url, "phone_holder_secret": SECRET}
    async with living(dsn, tmp_path, phone_holder_asks_number=True, **named) as asking:
        ann = await asking.joined("ann", PHONE)
        assert await refused(ann, number="110105194912310021") == (400, "realnames.bad_identity")
        await ann.did("POST", PLACE, ASKED | {"number": "11010519491231002x"})
        assert carrier.asked[-1]["number"] == "11010519491231002X"
