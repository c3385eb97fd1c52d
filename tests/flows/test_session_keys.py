"""The key for sessions changes, and nobody is signed out: on two workers, one of which is told of nothing."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from teahouse.accounts.model import UNUSED_LIFE
from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from teahouse.infra.vault.bearers import Bearers
from teahouse.infra.vault.lifecycle import KeyPurpose
from teahouse.infra.vault.model import Fenced, KeyInUse, StaleRing
from tests.flows.test_keys_in_motion import rotate, settle, step
from tests.living import V3, Living, Owner, Person, living

SESSION = KeyPurpose.SESSION
WHOAMI = "/account/whoami"
TOKENS = """
select device_id, get_byte(token_digest, 0) * 256 + get_byte(token_digest, 1)
from accounts_sessions where length(token_digest) = 34"""


@pytest.fixture
async def house(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    """The worker on which keys are changed."""
    async with living(dsn, tmp_path, clock) as one:
        yield one


@pytest.fixture
async def other(
    house: Living, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    """Another worker of the same house, which is never told that keys have changed."""
    async with living(dsn, tmp_path, clock) as one:
        yield one


async def asks(home: Living, who: Person) -> int:
    """Ask at a worker who one is."""
    headers = {"authorization": f"Bearer {who.token}"}
    return (await home.client.get(V3 + WHOAMI, headers=headers)).status_code


async def refreshing(home: Living, who: Person) -> dict[str, Any]:
    """Sign somebody in again by a client that refreshes."""
    body = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": who.user_id},
        "password": "correct horse",
        "refresh_token": True,
    }
    told = await home.client.post(f"{V3}/login", json=body)
    assert told.status_code == 200, told.text
    return told.json()


async def refreshed(home: Living, tokens: dict[str, Any]) -> dict[str, Any]:
    """Exchange a refresh token, at a worker."""
    body = {"refresh_token": tokens["refresh_token"]}
    told = await home.client.post(f"{V3}/refresh", json=body)
    assert told.status_code == 200, told.text
    return told.json()


async def versions(wiper: asyncpg.Connection) -> dict[str, int]:
    return {row[0]: row[1] for row in await wiper.fetch(TOKENS)}


async def test_three_rotations_in_an_hour_sign_nobody_out(
    house: Living, other: Living, wiper: asyncpg.Connection, clock: FixedClock
) -> None:
    ann, bo, away = [await house.person(name) for name in ("ann", "bo", "away")]
    ada = await house.owner()
    there = Owner(other, ada.token)
    tokens = await refreshing(house, bo)
    assert set((await versions(wiper)).values()) == {1}
    for nth in (2, 3, 4):
        assert await rotate(house, SESSION) == nth
        for home in (house, other):
            assert await asks(home, ann) == 200
        new = await (house if nth == 3 else other).person(f"new{nth}")
        assert (await asks(house, new), await asks(other, new)) == (200, 200)
        tokens = await refreshed(other if nth == 3 else house, tokens)
        for console in (ada, there):
            assert (await console.ask("GET", "/me")).status_code == 200
        clock.move(timedelta(minutes=20))
    assert await asks(other, away) == 200, "who was not here meanwhile is still signed in"
    for home in (house, other):
        assert await asks(home, ann) == 200
    kept = await versions(wiper)
    assert {kept[one.device_id] for one in (ann, away)} == {4}
    tokens = await refreshed(other, tokens)
    spent = "select encode(substring(spent_refresh_digest for 2), 'hex') from accounts_sessions"
    assert "0004" in [row[0] for row in await wiper.fetch(spent)]
    consoles = "select encode(substring(token_digest for 2), 'hex') from operators_sessions"
    assert await wiper.fetchval(consoles) == "0004"


async def test_a_key_is_held_while_somebody_may_come_back_by_it(
    house: Living, other: Living, clock: FixedClock
) -> None:
    ann, away = [await house.person(name) for name in ("ann", "away")]
    tokens = await refreshing(house, away)
    await house.owner()  # whose session has ended by then
    assert await asks(house, ann) == 200
    await rotate(house, SESSION)
    await settle(house)
    clock.move(timedelta(hours=13))
    assert await asks(house, ann) == 200
    with pytest.raises(KeyInUse) as refused:
        await step(house, "soft_disable", SESSION, 1)
    assert refused.value.fields["held"] == 2, "a token without an end, and one to refresh by"
    clock.move(UNUSED_LIFE - timedelta(hours=14))
    with pytest.raises(KeyInUse):
        await step(house, "soft_disable", SESSION, 1)
    assert await asks(house, ann) == 200
    clock.move(timedelta(hours=2))
    await step(house, "soft_disable", SESSION, 1)
    for home in (house, other):
        await home.house.ground.attendance.beat()
        assert await asks(home, ann) == 200, "who came by is under the newer key"
        assert await asks(home, away) == 401, "who did not come for so long signs in anew"
    old = {"refresh_token": tokens["refresh_token"]}
    assert (await house.client.post(f"{V3}/refresh", json=old)).status_code == 401


async def test_a_house_from_before_keeps_everybody_in(
    database: Database, dsn: str, tmp_path: Path, wiper: asyncpg.Connection, clock: FixedClock
) -> None:
    async with living(dsn, tmp_path, clock) as first:
        assert first.house.ground.vault.ring.held.secrets[SESSION].primary == 1
    await wiper.execute("delete from vault_keys where purpose = 'session'")
    bare = "select count(*) from accounts_sessions where length(token_digest) = 32"
    async with living(dsn, tmp_path, clock) as home:
        ann, bo = [await home.person(name) for name in ("ann", "bo")]
        tokens = await refreshing(home, bo)
        ada = await home.owner()
        assert await wiper.fetchval(bare) == 3, "as a release from before keeps them"
        await rotate(home, SESSION)
        assert await asks(home, ann) == 200
        sessions = home.house.people.accounts.sessions
        async with database.read() as tx:
            ref = next(k for k in await keys_of(tx))
            assert await sessions.held(tx, ref) == 4
        await rotate(home, SESSION)
        clock.move(timedelta(minutes=61))
        assert await asks(home, ann) == 200
        await refreshed(home, tokens)
        assert await wiper.fetchval(bare) == 1, "of bo's first device, which was not used"
        assert (await ada.ask("GET", "/me")).status_code == 200


async def keys_of(tx: Any) -> list[Any]:
    from teahouse.infra.vault.store import keys  # noqa: PLC0415

    return [row.ref for row in (await keys.keys(tx))[1] if row.purpose is SESSION]


async def test_nobody_signs_in_under_a_key_that_is_over(
    house: Living, other: Living, wiper: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await house.person("ann")
    version = await rotate(house, SESSION)
    await settle(house)

    async def deaf(_tx: object) -> None:
        return

    away = Person(other, ann.user_id, ann.token, ann.device_id)
    with monkeypatch.context() as patch:
        patch.setattr(other.house.ground.vault.ring, "reload", deaf)
        body = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": "ann"},
            "password": "correct horse",
        }
        told = await other.client.post(f"{V3}/login", json=body)
        assert (told.status_code, StaleRing.kind.name) == (503, "UNAVAILABLE"), told.text
        assert await asks(other, ann) == 200, "it knows the old one, and writes nothing under it"
    assert await versions(wiper) == {ann.device_id: 1}
    new = await away.again()
    assert await versions(wiper) == {ann.device_id: 1, new.device_id: version}
    assert await asks(house, new) == 200


async def test_what_is_kept_of_one_kind_of_word_finds_no_other(house: Living) -> None:
    ring = house.house.ground.vault.ring
    bare = bytes(32)
    made = [Bearers(ring, kind).kept(bare).digest for kind in ("a", "b")]
    assert made[0] != made[1]
    assert [len(one) for one in made] == [34, 34]
    assert Bearers(ring, "a").candidates(bare) == [made[0], bare]
    await rotate(house, SESSION)
    assert Bearers(ring, "a").candidates(bare)[1:] == [made[0], bare]
    ring.is_fenced = lambda: True
    with pytest.raises(Fenced):  # it may lack the newest key: it must not say "unknown"
        Bearers(ring, "a").candidates(bare)
