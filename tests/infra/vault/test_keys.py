"""Key file and key ring: made once, kept safe, never replaced behind a database's back."""

import asyncio
from pathlib import Path

import pytest

from teahouse.config import Config
from teahouse.infra.db.pool import Database
from teahouse.infra.vault.envelope import Place
from teahouse.infra.vault.keyfile import KeyFile
from teahouse.infra.vault.model import BadKeys, KeyRef, Tampered, UnknownKey
from teahouse.infra.vault.sources import key_file
from teahouse.infra.vault.suites import CHINESE, INTERNATIONAL
from teahouse.infra.vault.vault import Vault, open_vault

from .conftest import PHONE_FIELD, clock, ids, person

PLACE = Place("t", "t", "c", "r")
SECRET = bytes(range(32))


async def reopened(database: Database, config: Config) -> Vault:
    async with database.transaction() as tx:
        return await open_vault(tx, config, clock(), ids())


async def test_the_first_start_makes_a_private_file(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "keys" / "kek", ids())
    assert await file.newest() is None
    ref = await file.create()
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert file.path.parent.stat().st_mode & 0o777 == 0o700
    again = KeyFile(file.path, ids())
    assert await again.newest() == ref
    assert await again.check_value(ref) == await file.check_value(ref)
    assert await again.unwrap(await file.wrap(ref, SECRET, PLACE), PLACE) == SECRET
    with pytest.raises(Tampered):
        await again.unwrap(await file.wrap(ref, SECRET, PLACE), Place("t", "t", "c", "s"))
    with pytest.raises(BadKeys, match="cannot be written"):
        await again.create()
    assert ref.key_id not in repr(again._keys[ref])
    assert again._keys[ref].hex() not in repr(again)


async def test_a_key_is_added_and_taken_away(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "kek", ids())
    first, second = await file.create(), KeyRef(ids().ulid(), 2)
    other = KeyFile(file.path, ids())
    wrapped = await other.wrap(first, SECRET, PLACE)
    await file.add(second, CHINESE)
    assert [await file.suite(ref) for ref in (first, second)] == [INTERNATIONAL, CHINESE]
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert await other.newest() == second
    assert await other.unwrap(await file.wrap(second, SECRET, PLACE), PLACE) == SECRET
    await file.remove(first)
    await file.remove(first)
    assert await file.newest() == second
    assert len(file.path.read_text().splitlines()) == 1
    with pytest.raises(UnknownKey):
        await KeyFile(file.path, ids()).unwrap(wrapped, PLACE)
    assert [path.name for path in tmp_path.iterdir()] == ["kek"], "no draft is left"


async def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "kek", ids())
    await file.create()
    file.path.chmod(0o640)
    with pytest.raises(BadKeys, match="chmod 600"):
        await KeyFile(file.path, ids()).newest()


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "teahouse-kek 01 1 " + "00" * 32,
        "teahouse-kek 01j000000000000000000000000 1 00",
        "teahouse-kek 01j00000000000000000000000 x " + "00" * 32,
        "teahouse-kek 01j00000000000000000000000 0 " + "00" * 32,
        "teahouse-kek 01j0000000000000000000000u 1 " + "00" * 32,
        "teahouse-kek zzzzzzzzzzzzzzzzzzzzzzzzzz 1 " + "00" * 32,
        "other-kek 01j00000000000000000000000 1 " + "00" * 32,
    ],
)
async def test_a_line_that_is_no_key_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "kek"
    path.write_text(line)
    path.chmod(0o600)
    with pytest.raises(BadKeys, match="line 1"):
        await KeyFile(path, ids()).newest()


async def test_a_file_that_cannot_be_read_or_is_binary(tmp_path: Path) -> None:
    with pytest.raises(BadKeys, match="cannot be read"):
        await KeyFile(tmp_path, ids()).newest()
    path = tmp_path / "kek"
    path.write_bytes(b"\xff")
    path.chmod(0o600)
    with pytest.raises(BadKeys, match="cannot be read"):
        await KeyFile(path, ids()).newest()


async def test_another_process_may_have_added_a_version(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "kek", ids())
    ref = await file.create()
    newer = KeyRef(ref.key_id, 2)
    with pytest.raises(UnknownKey, match="version 2"):
        await file.check_value(newer)
    with file.path.open("a") as lines:
        lines.write(f"teahouse-kek {ref.key_id} 2 {'ab' * 32}\n")
    assert await file.check_value(newer)
    assert await file.newest() == newer


async def test_a_second_start_finds_the_same_keys(database: Database, tmp_path: Path) -> None:
    config = Config(data_dir=str(tmp_path))
    one, other = await reopened(database, config), await reopened(database, config)
    assert key_file(config) == tmp_path / "keys" / "kek"
    assert one.ring.held.primary == other.ring.held.primary
    assert one.ring.held.secrets == other.ring.held.secrets
    who = await person(database, one)
    async with database.transaction() as tx:
        sealed = await one.seal(tx, PHONE_FIELD, who, "row", "x")
        assert await other.open(tx, PHONE_FIELD, who, "row", sealed) == "x"


async def test_a_key_file_of_its_own_may_be_named(database: Database, tmp_path: Path) -> None:
    config = Config(data_dir=str(tmp_path), key_file=str(tmp_path / "elsewhere"))
    await reopened(database, config)
    assert (tmp_path / "elsewhere").exists()
    assert not (tmp_path / "keys").exists()


async def test_a_lost_key_file_stops_the_start(database: Database, tmp_path: Path) -> None:
    config = Config(data_dir=str(tmp_path))
    await reopened(database, config)
    key_file(config).unlink()
    with pytest.raises(BadKeys, match="back-up"):
        await reopened(database, config)
    assert not key_file(config).exists()


async def test_a_foreign_key_file_stops_the_start(database: Database, tmp_path: Path) -> None:
    config = Config(data_dir=str(tmp_path))
    ref = (await reopened(database, config)).ring.held.primary
    key_file(config).write_text(f"teahouse-kek {ref.key_id} {ref.version} {'00' * 32}\n")
    with pytest.raises(BadKeys, match="another"):
        await reopened(database, config)


async def test_a_new_database_takes_the_newest_key_there_is(
    database: Database, tmp_path: Path
) -> None:
    config = Config(data_dir=str(tmp_path))
    made = await KeyFile(key_file(config), ids()).create()
    assert (await reopened(database, config)).ring.held.primary == made


async def test_a_wrapped_key_belongs_to_its_subject(database: Database, tmp_path: Path) -> None:
    config = Config(data_dir=str(tmp_path))
    vault = await reopened(database, config)
    ann, bo = await person(database, vault), await person(database, vault)
    async with database.transaction() as tx:
        sealed = await vault.seal(tx, PHONE_FIELD, ann, "row", "x")
        await tx.run(
            "update vault_deks set wrapped_dek = "
            "(select wrapped_dek from vault_deks where subject_id = $2) where subject_id = $1",
            ann,
            bo,
        )
    fresh = await reopened(database, config)
    async with database.read() as tx:
        with pytest.raises(Tampered):
            await fresh.open(tx, PHONE_FIELD, ann, "row", sealed)


async def test_the_house_gets_a_key_of_its_own(database: Database, tmp_path: Path) -> None:
    """A database from before: what is known by the index key goes on to be known."""
    config = Config(data_dir=str(tmp_path))
    before = await reopened(database, config)
    index_key = before.ring.held.index.secrets[0]
    assert before.ring.house_keys() != (index_key,)
    async with database.transaction() as tx:
        await tx.run("delete from vault_keys where purpose = 'house'")
    after, again = await reopened(database, config), await reopened(database, config)
    assert after.ring.held.index.secrets == (index_key,)
    own, former = after.ring.house_keys()
    assert former == index_key == after.ring.oldest_house_key()
    assert own != former
    assert again.ring.house_keys() == (own, former)
    assert after.ring.held.generation == before.ring.held.generation + 1


async def test_of_several_who_change_the_file_at_once_none_loses_a_key(tmp_path: Path) -> None:
    first = KeyFile(tmp_path / "kek", ids())
    gone = await first.create()
    made = [[KeyRef(first.ids.ulid(), 10 * who + nth + 2) for nth in range(10)] for who in range(4)]

    def change(who: int) -> None:
        file = KeyFile(first.path, ids())

        async def all_of_it() -> None:
            for ref in made[who]:
                await file.add(ref, INTERNATIONAL)
                await file.remove(gone)

        asyncio.run(all_of_it())

    await asyncio.gather(*(asyncio.to_thread(change, who) for who in range(4)))
    assert set(first.held()) == {ref for refs in made for ref in refs}
