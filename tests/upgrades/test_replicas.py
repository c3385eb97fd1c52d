"""A replica is waited for, counted by itself, and told when it is none [U-09]."""

import os
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from teahouse.infra.vault.lifecycle import KeyPurpose
from teahouse.infra.vault.replicas import NotAReplicaError, ReplicaAwayError, Replicas, Under
from teahouse.reports.model.details import detail, said_of, seen_at
from teahouse.reports.model.looks import asked
from teahouse.upgrades.model.runs import State
from tests import servers
from tests.living import living
from tests.upgrades.conftest import Site

STRETCH = "select done_at is not null from upgrades_ranges where place = '*replica'"
ROUNDS_MAX = 5000


@pytest.fixture(scope="module")
def follower(postgres_dsn: str, dsn: str) -> Iterator[str]:
    """A streaming replica of the tests' server: the DSN of this session's database there."""
    if os.environ.get("TEST_POSTGRES_DSN"):
        pytest.skip("the server is not ours to copy")
    with servers.replica(postgres_dsn) as home:
        yield dsn.partition("?")[0] + f"?host={home}"


@pytest.fixture
async def site(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock, follower: str
) -> AsyncIterator[Site]:
    async with living(dsn, tmp_path, clock, replicas=follower) as home:
        yield Site(home, clock)


async def test_verifying_waits_for_a_replica_and_counts_there(
    site: Site, follower: str, wiper: asyncpg.Connection
) -> None:
    people = [await site.home.joined(f"p{nth}", f"+44770090000{nth}") for nth in range(3)]
    there = await asyncpg.connect(follower)
    await there.execute("select pg_wal_replay_pause()")
    await site.begin("kek", "dek", "index")
    run = await site.turns()
    assert (run.state, run.says) == (State.VERIFY, "stretches?count=1")
    assert await wiper.fetchval(STRETCH) is False
    yard = site.upgrades.yard
    async with site.home.house.db.read() as tx:
        under = await yard.under(tx, run)
    assert (under.index, under.kek is not None) == (2, True)
    await there.execute("select pg_wal_replay_resume()")
    for _ in range(ROUNDS_MAX):
        run = await site.turns()
        if run.state is State.READ_NEW:
            break
    assert (run.state, (await site.upgrades.show(site.run_id)).findings) == (State.READ_NEW, [])
    replicas = yard.replicas
    assert (await replicas.old(1, yard.sealed, under)).count == 0
    # Whatever were from before, or lacked an index, or lay under that key, it would have counted.
    async with site.home.house.db.read() as tx:
        kek = await yard.locksmith.primary(tx, KeyPurpose.KEK)
    assert kek is not None
    assert under.since is not None
    seen = await replicas.old(1, yard.sealed, Under(under.since + timedelta(days=1), 9, kek.ref))
    assert seen.values >= len(people)
    assert seen.unindexed == len(people)
    assert seen.wrapped >= len(people)
    assert "accounts_identifiers.phone" in seen.named
    await there.close()
    census = site.upgrades.yard.replicas
    assert census is site.home.house.doors.reports.census.replicas
    (told,) = [
        one
        for one in await site.home.house.doors.reports.census.look(site.clock.now())
        if one.sink == "replicas"
    ]
    assert (told.state, told.detail) == ("clean", "replica 1 is there")


async def test_what_is_no_replica_is_told_as_such(site: Site, dsn: str, database: Database) -> None:
    away = "postgresql://tea:secret@127.0.0.1:1/x"
    replicas = Replicas(database, (dsn, away))
    position = await replicas.position()
    with pytest.raises(NotAReplicaError):
        await replicas.reached(1, position)
    with pytest.raises(ReplicaAwayError) as refused:
        await replicas.reached(2, position)
    assert "secret" not in f"{refused.value} {refused.value.__cause__} {replicas}"
    object.__setattr__(site.upgrades.yard.replicas, "dsns", (dsn, away))
    await site.home.joined("ann", "+447700900001")
    await site.begin("index")
    run = await site.turns()
    found = (await site.upgrades.show(run.run_id)).findings
    assert run.paused
    assert {(one.code, one.place) for one in found} == {
        ("not_a_replica", "replica 1"),
        ("replica_away", "replica 2"),
    }


def test_how_replicas_are_told() -> None:
    seen = seen_at("replicas", "clean", [detail("replicas_follow", count=1)])
    assert asked([(1, True)], seen).detail == "replica 1 is there; 1 follow"
    assert said_of(asked([(1, True)], seen), "zh") == "副本 1 已跟上；1 个副本已跟上"
    assert asked([(1, True), (2, False)], None).state == "holds_old"
    assert asked([(1, True), (2, None)], None).state == "unreachable"
    late = seen_at("replicas", "holds_old", [detail("replicas_late", names="b")])
    told = asked([(1, True)], late)
    assert (told.state, told.detail) == ("holds_old", "replica 1 is there; not there yet: b")
