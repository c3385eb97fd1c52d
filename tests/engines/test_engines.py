"""PostgreSQL and its places, without a server around them."""

import os
from pathlib import Path

import asyncpg
import pytest

from teahouse.clock import SystemClock
from teahouse.config import load
from teahouse.ids import Ids
from teahouse.infra.engines import places
from teahouse.infra.engines.children import EngineFailed, Launch, spawn
from teahouse.infra.engines.connection import connection
from teahouse.infra.engines.places import DataDir, DataDirLocked, DiskFull
from teahouse.infra.engines.postgres import Postgres
from tests.engines.house import run

pytestmark = pytest.mark.processes


def postgres(data: DataDir, told: list[str] | None = None) -> Postgres:
    clock = SystemClock()
    return Postgres(data, clock, Ids(clock), (told if told is not None else []).append)


async def answer(dsn: str, query: str) -> object:
    link = await asyncpg.connect(dsn)
    try:
        return await link.fetchval(query)
    finally:
        await link.close()


async def test_it_is_made_as_we_want_it(place: Path) -> None:
    engine = postgres(DataDir.open(str(place / "data")))
    await engine.start()
    try:
        for setting, value in {
            "fsync": "on",
            "synchronous_commit": "on",
            "jit": "off",
            "wal_level": "replica",
            "listen_addresses": "",
            "server_encoding": "UTF8",
            "data_checksums": "on",
        }.items():
            assert await answer(engine.dsn(), f"show {setting}") == value
        assert (
            await answer(engine.dsn(), "select usesuper from pg_user where usename = user") is False
        )
        assert await answer(engine.dsn("postgres"), "select current_user") == "postgres"
        await answer(engine.dsn(), "create extension pg_trgm")
        locale = "select datlocale from pg_database where datname = current_database()"
        assert await answer(engine.dsn(), locale) == "C.UTF-8"
    finally:
        await engine.stop()


async def test_values_of_rows_stay_out_of_the_log(place: Path) -> None:
    engine = postgres(DataDir.open(str(place / "data")))
    await engine.start()
    try:
        await answer(engine.dsn(), "create table t (phone text primary key)")
        await answer(engine.dsn(), "insert into t values ('+8613800000000')")
        with pytest.raises(asyncpg.UniqueViolationError):
            await answer(engine.dsn(), "insert into t values ('+8613800000000')")
    finally:
        await engine.stop()
    assert "+8613800000000" not in engine.log.read_text()


async def test_a_lock_file_whose_process_is_another_is_no_obstacle(place: Path) -> None:
    data = DataDir.open(str(place / "data"))
    first = postgres(data)
    await first.start()
    await first.stop()
    stale = first.home / "cluster" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{first.home / 'cluster'}\n1\n5432\n\n\n1 1\nready   \n")
    again = postgres(data)
    await again.start()
    assert await answer(again.dsn(), "select 1") == 1
    await again.stop()


async def test_a_cluster_half_made_is_made_again(place: Path) -> None:
    data = DataDir.open(str(place / "data"))
    engine = postgres(data)
    draft = engine.home / "cluster.new"
    draft.mkdir()
    (draft / "PG_VERSION").write_text("18\n")
    await engine.start()
    assert await answer(engine.dsn(), "select 1") == 1
    await engine.stop()


async def test_an_orphan_on_our_cluster_is_waited_for(place: Path) -> None:
    data = DataDir.open(str(place / "data"))
    orphan, told = postgres(data), list[str]()
    await orphan.start()
    assert orphan.process is not None
    orphan.process.send_signal(2)  # as the kernel does when the parent dies
    engine = postgres(data, told)
    await engine.start()
    assert await answer(engine.dsn(), "select 1") == 1
    await engine.stop()


async def test_a_path_too_long_for_a_socket_falls_back_to_loopback(place: Path) -> None:
    engine = postgres(DataDir.open(str(place / ("long" * 30))))
    await engine.start()
    try:
        assert "127.0.0.1" in engine.dsn()
        assert await answer(engine.dsn(), "select 1") == 1
    finally:
        await engine.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's PostgreSQL is somebody else")
async def test_a_closed_door_is_not_opened(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    private = place / "private"
    private.mkdir(mode=0o700)
    monkeypatch.setattr(places, "ELSEWHERE", place / "elsewhere")
    data = DataDir.open(str(private / "data"))
    engine = postgres(data)
    await engine.start()
    try:
        assert await answer(engine.dsn(), "select 1") == 1
    finally:
        await engine.stop()
    assert private.stat().st_mode & 0o777 == 0o700
    assert engine.home.parent == place / "elsewhere"
    assert postgres(data).home == engine.home, "the next start finds it by the pointer"


async def test_a_directory_that_was_not_empty_keeps_its_mode(place: Path) -> None:
    theirs = place / "home"
    theirs.mkdir(mode=0o700)
    (theirs / "letter").write_text("private")
    assert not DataDir.open(str(theirs)).ours


async def test_the_lock_is_held_once(place: Path) -> None:
    data = DataDir.open(str(place / "data"))
    with data.lock(), pytest.raises(DataDirLocked), data.lock():
        pass
    with data.lock():
        pass


def test_too_little_room_is_told_in_figures(place: Path) -> None:
    with pytest.raises(DiskFull, match="MiB are free"):
        DataDir.open(str(place / "data")).check_free(bytes_min=2**60)


async def test_a_program_that_is_not_there_is_refused() -> None:
    with pytest.raises(EngineFailed, match="No such file"):
        await spawn(Launch(argv=["/nowhere/postgres"]))


async def test_a_command_finds_the_database_or_starts_it(place: Path) -> None:
    config = load({}, data_dir=str(place / "data"))
    async with connection(config) as dsn:
        assert await answer(dsn, "select 1") == 1
        async with connection(config) as same:  # the lock is held: it is found, not started
            assert same == dsn
    with pytest.raises((OSError, asyncpg.PostgresError)):
        await answer(dsn, "select 1")


async def test_the_doctor_is_green_or_says_what_to_do(place: Path) -> None:
    words = ("doctor", "--data-dir", str(place / "data"), "--json")
    code, _, _ = await run("migrate", "--data-dir", str(place / "data"))
    assert code == 0
    _, out, errors = await run(*words)
    assert errors == ""
    assert '"what":"schema","good":true' in out
    (place / "data" / "secrets").chmod(0o755)
    code, out, _ = await run(*words)
    assert code == 1
    assert "chmod 700" in out
    code, out, _ = await run(*words, settings={"database_url": "postgresql://127.0.0.1:1/x"})
    assert code == 1
    assert '"what":"PostgreSQL","good":false' in out
