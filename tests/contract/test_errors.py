"""Each error that the specification names for a call is really given, or it is said why not."""

import copy
import io
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from teahouse.app import build_server
from teahouse.clock import FixedClock
from teahouse.errors import TooMany
from teahouse.infra.http.limits import Limit, Limiter
from tests.contract.conformance import Conforming, document
from tests.contract.errors import keys, media, people, rooms
from tests.contract.errors.cannot import CANNOT
from tests.contract.errors.named import Named, limited, named
from tests.contract.errors.row import Row
from tests.contract.errors.stage import Stage, failures, rooms_of
from tests.encryption.signer import Signer
from tests.living import Person, living, q

VERSIONS = ("10", "11", "12")
ROWS: tuple[Row, ...] = (*people.ROWS, *people.CLOSED, *rooms.ROWS, *keys.ROWS, *media.ROWS)
UPLOAD_BYTES_MAX = 1_000_000
ADDRESS = "192.0.2.1"
TESTS = Path(__file__).parents[1]
LIMITED_MIN = 40
CLOSING = {
    "state": "suspended",
    "reason": {"zh": "暂停注册。", "en": "Registration pauses."},
    "legal_basis": [{"law": "Cybersecurity Law", "article": "21", "order": ""}],
    "technical_necessity": "Keys are being changed.",
    "contact": "gate@tea.example",
}


def without_a_row(found: set[Named]) -> list[str]:
    """Tell which of the errors that are named nothing provokes, and nothing is said of."""
    return sorted(
        str(one) for one in found if one not in CANNOT and not any(row.covers(one) for row in ROWS)
    )


def test_every_error_that_is_named_is_provoked_or_explained() -> None:
    assert "\n".join(without_a_row(named())) == ""


def test_what_is_explained_is_named_and_not_provoked() -> None:
    assert sorted(str(one) for one in CANNOT.keys() - named()) == []
    assert sorted(str(one) for one in CANNOT if any(row.covers(one) for row in ROWS)) == []


def test_a_test_that_is_named_instead_is_there_and_names_the_error() -> None:
    for one, why in CANNOT.items():
        for name in re.findall(r"tests/\S+\.py", why):
            assert one.errcode in (TESTS.parent / name).read_text(), f"{one}: {name}"


def test_an_error_that_is_new_in_the_specification_is_noticed() -> None:
    described: Any = copy.deepcopy(document())
    told = {"content": {"application/json": {"examples": {"a": {"value": {"errcode": "M_TEA"}}}}}}
    described["paths"]["/_matrix/client/v3/sync"]["get"]["responses"]["418"] = told
    assert without_a_row(named(described)) == ["GET /_matrix/client/v3/sync → 418 M_TEA"]


@pytest.fixture
async def stage(database: object, dsn: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """A house with a small limit of uploads, no guests, and people in it."""
    async with living(dsn, tmp_path, upload_bytes_max=UPLOAD_BYTES_MAX, guests="refuse") as house:
        one = Stage(house)
        await one.enter("ada", "bob", "eve", "zoe", "banned")
        yield one


async def test_rooms(stage: Stage) -> None:
    wrong: list[str] = []
    for version in VERSIONS:
        await rooms_of(stage, version)
        wrong += [f"in version {version}: {one}" for one in await failures(stage, rooms.ROWS)]
    assert "\n".join(wrong) == ""


async def test_people(stage: Stage) -> None:
    await stage.enter("gone", "root", "locked", "suspended", "stranger")
    ada, gone = stage.people["ada"], stage.people["gone"]
    await rooms_of(stage, "11")
    stage.values |= {"localpart": ada.user_id[1:].partition(":")[0], "device": ada.device_id}
    stage.people["stranger"].token = "tha_none"
    await administer(stage)
    auth = {"type": "m.login.password", "user": gone.user_id, "password": people.PASSWORD}
    await gone.did("POST", "/account/deactivate", {"auth": auth})
    assert "\n".join(await failures(stage, people.ROWS)) == ""


async def test_while_registration_is_closed(stage: Stage) -> None:
    owner = await stage.house.owner()
    await owner.did("POST", "/gate/policies", CLOSING)
    assert "\n".join(await failures(stage, people.CLOSED)) == ""


async def test_who_asks_too_often_is_told_when_to_ask_again(
    stage: Stage, clock: FixedClock
) -> None:
    limiter = Limiter(clock)
    server = build_server(replace(stage.house.house, limiter=limiter))
    transport = httpx.ASGITransport(Conforming(server), client=(ADDRESS, 1))
    ada, asked = stage.people["ada"], list[str]()
    async with httpx.AsyncClient(transport=transport, base_url="http://house") as client:
        headers = {"authorization": f"Bearer {ada.token}"}
        for operation in sorted(limited()):
            method, _, path = operation.strip().partition(" ")
            found = server.router.find(method, re.sub(r"\{\w+\}", "x", path))
            if found is None or found.route is None or found.route.limit is None:
                continue
            limit = found.route.limit
            exhaust(limiter, limit, ADDRESS if limit.by == "address" else await account(ada))
            answer = await client.request(method, re.sub(r"\{\w+\}", "x", path), headers=headers)
            said = answer.json()
            assert (answer.status_code, said["errcode"]) == (429, "M_LIMIT_EXCEEDED"), operation
            assert 0 < said["retry_after_ms"] <= int(answer.headers["retry-after"]) * 1000
            asked.append(operation)
    assert len(asked) > LIMITED_MIN, sorted(limited() - set(asked))


def exhaust(limiter: Limiter, limit: Limit, who: str) -> None:
    """Take all that somebody may ask for at once."""
    with suppress(TooMany):
        while True:
            limiter.take(limit, who)


async def account(person: Person) -> str:
    """Return the id of somebody's account."""
    async with person.living.house.db.read() as tx:
        mine = "select account_id from accounts_accounts where user_id = $1"
        return await tx.value(mine, person.user_id)


async def administer(stage: Stage) -> None:
    """Let root be an administrator, who locks one account and suspends another."""
    async with stage.house.house.db.transaction() as tx:
        await tx.run(
            "update accounts_accounts set administrator = true where user_id = $1",
            stage.people["root"].user_id,
        )
    root = await stage.people["root"].again()
    stage.people["root"] = root
    for act, state in (("lock", "locked"), ("suspend", "suspended")):
        path = f"/_matrix/client/v1/admin/{act}/{q(stage.people[state].user_id)}"
        await root.did("PUT", path, {state: True})


async def test_keys(stage: Stage) -> None:
    ada, bob = stage.people["ada"], stage.people["bob"]
    for name in ("older", "newest"):
        told = await ada.did("POST", "/room_keys/version", keys.BACKUP)
        stage.values[name] = told["version"]
    signer, other = Signer(bob), Signer(bob)
    cross, others = signer.cross_keys(), other.cross_keys()
    like = signer.master_key()
    like["keys"] = {f"ed25519:{bob.device_id}": bob.device_id}
    stage.values |= {
        "roomId": "!any:s",
        "signed": cross["self_signing_key"],
        "master": cross["master_key"],
        "badly": others["self_signing_key"],
        "like_device": like,
    }
    assert "\n".join(await failures(stage, keys.ROWS)) == ""


async def test_media(stage: Stage) -> None:
    await stage.enter("full")
    ada, upload = stage.people["ada"], "/_matrix/media/v3/upload"
    huge = io.BytesIO()
    Image.new("1", (8_000, 8_000)).save(huge, "PNG")
    for name, kind, body in (
        ("file", "text/plain", b"tea"),
        ("huge", "image/png", huge.getvalue()),
    ):
        headers = {"authorization": f"Bearer {ada.token}", "content-type": kind}
        told = await stage.house.client.post(upload, content=body, headers=headers)
        stage.values[name] = told.json()["content_uri"].rpartition("/")[2]
    told = await ada.did("POST", "/_matrix/media/v1/create")
    stage.values["awaited"] = told["content_uri"].rpartition("/")[2]
    async with stage.house.house.db.transaction() as tx:
        await tx.run(
            "insert into media_usage (account_id, bytes_count)"
            " select account_id, $2 from accounts_accounts where user_id = $1",
            stage.people["full"].user_id,
            stage.house.house.talk.media.kept_max,
        )
    assert "\n".join(await failures(stage, media.ROWS)) == ""
