"""Keys change while people register, on two workers of which one hears of nothing."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from teahouse.clock import FixedClock
from teahouse.gate.model.policies import State
from teahouse.ids import token_digest
from teahouse.infra.db.pool import Database
from teahouse.infra.vault.lifecycle import HOUSE_WORDS_LIFE, KeyPurpose
from teahouse.infra.vault.model import KeyNotEverywhere, StaleRing
from teahouse.infra.vault.rewrap import Rewrap
from teahouse.oidc.model import Arrival, FlowOver
from teahouse.oidc.store import SUBJECT
from teahouse.screening.model.proofs import read_token
from teahouse.waitlist.service.turns import _token as turns_token
from tests.living import Living, living
from tests.waitlist.line import Line

START = "/api/v1/registrations"


@pytest.fixture
async def house(database: Database, dsn: str, tmp_path: Path) -> AsyncIterator[Living]:
    """The worker on which keys are changed."""
    async with living(dsn, tmp_path) as one:
        yield one


@pytest.fixture
async def other(house: Living, dsn: str, tmp_path: Path) -> AsyncIterator[Living]:
    """Another worker of the same house: the same database, the same keys."""
    async with living(dsn, tmp_path) as one:
        yield one


async def step(house: Living, verb: str, purpose: KeyPurpose, *rest: object) -> int:
    """Do one verb to a key, tell of it, and let this worker read the keys."""
    ground = house.house.ground
    async with ground.db.transaction() as tx:
        told = await getattr(ground.locksmith, verb)(tx, purpose, *rest)
        await ground.log.put(tx, told)
    await ground.attendance.beat()
    return told.version


async def rotate(house: Living, purpose: KeyPurpose) -> int:
    version = await step(house, "add", purpose)
    await step(house, "distribute", purpose, version)
    await step(house, "promote", purpose, version)
    return version


async def settle(house: Living) -> None:
    ground = house.house.ground
    async with ground.db.transaction() as tx:
        await ground.locksmith.raise_floor(tx)
    await ground.locksmith.barrier(ground.db)


def generation(house: Living) -> int:
    return house.house.ground.vault.ring.held.generation


async def versions(wiper: asyncpg.Connection) -> dict[int, int]:
    rows = await wiper.fetch(
        "select coalesce(odd_version, even_version), count(*) from accounts_identifiers group by 1 order by 1"
    )
    return {row[0]: row[1] for row in rows}


async def test_nobody_notices_that_the_index_key_changes(
    house: Living, other: Living, wiper: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await house.joined("ann", "+447700900001")
    paths = [await other.verified(f"+4477009000{n}") for n in (10, 11)]
    version = await rotate(house, KeyPurpose.INDEX)
    await settle(house)
    assert generation(other) < generation(house), "it has not heard of it"

    async def deaf(_tx: object) -> None:
        return

    ring = other.house.ground.vault.ring
    with monkeypatch.context() as patch:
        patch.setattr(ring, "reload", deaf)
        refused = await other.finish(paths[0], "bo")
        assert (refused.status_code, refused.json()["code"]) == (503, StaleRing.code)
    assert await versions(wiper) == {1: 1}, "what is behind the floor was not written"
    assert (await other.finish(paths[0], "bo")).status_code == 201
    assert (await other.finish(paths[1], "cy")).status_code == 201
    assert await versions(wiper) == {1: 1, version: 2}
    for home in (house, other):
        for name, number in (("ann", "+447700900001"), ("bo", "+447700900010")):
            told = await home.client.post(
                "/_matrix/client/v3/login",
                json={
                    "type": "m.login.password",
                    "identifier": {
                        "type": "m.id.phone",
                        "country": "GB",
                        "phone": number,
                    },
                    "password": "correct horse",
                },
            )
            assert told.status_code == 200, told.text
            assert told.json()["user_id"] == f"@{name}:s"
    assert ann.user_id == "@ann:s"


async def test_a_contact_is_not_written_under_an_old_index_key(
    house: Living, other: Living, wiper: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of somebody whose data key is there, so that nothing but the index asks for the floor."""
    await other.joined("ann", "+447700900001")
    ann, accounts = await account_id(wiper), other.house.people.accounts

    async def add() -> None:
        async with accounts.db.transaction() as tx:
            await accounts.add_identifier(tx, ann, "phone", "+447700900002", rank=2)

    version = await rotate(house, KeyPurpose.INDEX)
    await settle(house)

    async def deaf(_tx: object) -> None:
        return

    with monkeypatch.context() as patch:
        patch.setattr(other.house.ground.vault.ring, "reload", deaf)
        with pytest.raises(StaleRing):
            await add()
    assert await versions(wiper) == {1: 1}
    await add()
    assert await versions(wiper) == {1: 1, version: 1}


async def test_a_code_is_good_whatever_becomes_of_the_key_meanwhile(
    house: Living, other: Living
) -> None:
    """Found by contact and asker alone, as whoever adds a contact shows theirs."""
    ann = await house.joined("ann", "+447700900001")
    place, words = "/api/v1/account/contacts", {"authorization": f"Bearer {ann.token}"}

    async def ask(address: str) -> dict[str, str]:
        new = {"contact_kind": "email", "value": address}
        told = await ann.ask("POST", place, {**new, "password": "correct horse"})
        assert told.status_code == 202, told.text
        return {**new, "code": await house.code(address)}

    async def show(home: Living, shown: dict[str, str]) -> int:
        path = f"{place}/finish"
        return (await home.client.post(path, json=shown, headers=words)).status_code

    before = await ask("ann@example.org")
    version = await step(house, "add", KeyPurpose.INDEX)
    await step(house, "distribute", KeyPurpose.INDEX, version)
    while_given_out = await ask("ann2@example.org")
    assert generation(other) < generation(house), "it has not read the key"
    assert await show(other, while_given_out) == 200
    await step(house, "promote", KeyPurpose.INDEX, version)
    assert await show(house, before) == 200


async def test_links_and_places_are_not_written_under_an_old_index_key(
    house: Living, other: Living, wiper: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await other.joined("ann", "+447700900001")
    ann, ground, line = await account_id(wiper), other.house.ground, Line(other)
    await line.set(State.WAITLIST)
    until = ground.clock.now() + timedelta(minutes=5)

    async def link() -> None:
        async with ground.db.transaction() as tx:
            await ground.vault.grant(tx, ann, [SUBJECT.purpose])
            arrival = Arrival("p", "sub", "ann", "Ann", "/", until)
            await other.house.ways.oidc._link(tx, ann, arrival)

    version = await rotate(house, KeyPurpose.INDEX)
    await settle(house)

    async def deaf(_tx: object) -> None:
        return

    with monkeypatch.context() as patch:
        patch.setattr(ground.vault.ring, "reload", deaf)
        with pytest.raises(StaleRing):
            await link()
        assert (await line.ask("bo@example.org")).status_code == 503
    await link()
    assert (await line.ask("bo@example.org")).status_code == 202
    for table in ("oidc_links", "waitlist_places"):
        rows = await wiper.fetch(f"select odd_version, even_version from {table}")
        assert [tuple(row) for row in rows] == [(None, version)]


async def test_a_worker_that_has_not_read_a_key_holds_up_its_promotion(
    house: Living, other: Living
) -> None:
    ours, theirs = house.house.ground, other.house.ground
    await ours.attendance.join()
    await theirs.attendance.join()
    version = await step(house, "add", KeyPurpose.INDEX)
    await step(house, "distribute", KeyPurpose.INDEX, version)
    with pytest.raises(KeyNotEverywhere) as refused:
        await step(house, "promote", KeyPurpose.INDEX, version)
    assert len(refused.value.fields["workers"]) == 1
    await other.joined("bo", "+447700900010")  # it serves on under the keys that it has
    await theirs.attendance.beat()
    await step(house, "promote", KeyPurpose.INDEX, version)
    assert theirs.vault.ring.held.index.primary == 1, "it writes under the old one, yet"
    await other.joined("cy", "+447700900011")
    await theirs.attendance.beat()
    assert theirs.vault.ring.held.index.primary == version


async def test_keys_of_every_kind_leave_an_old_wrapping(
    house: Living, other: Living, wiper: asyncpg.Connection
) -> None:
    ground = house.house.ground
    ann = await house.joined("ann", "+447700900001")
    await house.house.doors.notices.history.begin()
    old = ground.vault.ring.held.primary
    await rotate(house, KeyPurpose.KEK)
    await settle(house)
    rewrap = Rewrap(ground.db, ground.vault.ring, (house.house.doors.notices.history.rewrap_keys,))
    assert await rewrap.whole(old) >= 2
    async with ground.db.transaction() as tx:
        assert await rewrap.house(tx) == 4  # of index, house, session and notices
    await step(house, "soft_disable", KeyPurpose.KEK, old.version)
    assert await house.house.doors.notices.history.rotate("operator:x")
    for home in (house, other):
        shown = await home.house.people.accounts.masked_identifiers(await account_id(wiper))
        assert shown["phone"].endswith("01")
    assert ann.user_id == "@ann:s"


async def account_id(wiper: asyncpg.Connection) -> str:
    return await wiper.fetchval("select account_id from accounts_accounts")


async def test_words_of_the_house_are_known_for_their_life(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock
) -> None:
    """Made before the house's key changed, and shown after it."""
    async with living(dsn, tmp_path, clock) as home:
        doors, people, ways = home.house.doors, home.house.people, home.house.ways
        knocks, oidc = doors.screening.knocks, ways.oidc
        interactive, telling = doors.registrations.interactive, people.recovery.telling
        then = FixedClock(clock.now())  # so that no word is over for being old
        arrivals = replace(oidc.arrivals, clock=then)
        challenges = replace(people.passkeys.challenges, clock=then)
        await knocks.book.read()
        token = knocks.challenge(1).challenge
        until, mine = then.now() + HOUSE_WORDS_LIFE, token_digest("b").hex()
        word = arrivals.seal(Arrival("p", "sub", "ann", "Ann", "/", until, mine))
        session = interactive._new_session({})
        undo = telling.sign("01")
        challenge = challenges.make("add", "ann")
        turn = token_digest(turns_token(knocks.house_keys()[0], "01"))
        digest = knocks.book.digest("contact", "x")

        def known() -> dict[str, bool]:
            try:
                arrived = arrivals.open(word, "b").subject == "sub"
            except FlowOver:
                arrived = False
            signed = [token_digest(turns_token(key, "01")) for key in knocks.house_keys()]
            return {
                "proof of work": read_token(knocks.house_keys(), token) is not None,
                "arrival": arrived,
                "session": interactive._version(session, timedelta(days=60)) is not None,
                "undo": telling.read(undo) == "01",
                "challenge": challenges.ends("add", "ann", challenge) is not None,
                "turn": turn in signed,
                "digest": knocks.book.digest("contact", "x") == digest,
            }

        assert all(known().values()), known()
        await rotate(home, KeyPurpose.HOUSE)
        assert all(known().values()), known()
        assert telling.sign("01") != undo, "new words are made with the new key"
        assert knocks.challenge(1).challenge != token
        await settle(home)
        clock.move(HOUSE_WORDS_LIFE)
        await step(home, "soft_disable", KeyPurpose.HOUSE, 1)
        assert not any(known().values()), known()
