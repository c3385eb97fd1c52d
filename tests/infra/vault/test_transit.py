"""Keys at a key service, and a key file that is sealed by a passphrase."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from teahouse.config import BadConfig, Config, check
from teahouse.infra.db.pool import Database
from teahouse.infra.egress.client import Egress, place_of
from teahouse.infra.egress.ways import Way
from teahouse.infra.vault import envelope
from teahouse.infra.vault.envelope import Place
from teahouse.infra.vault.keyfile import KeyFile, read_passphrase
from teahouse.infra.vault.locksmith import Locksmith
from teahouse.infra.vault.model import (
    BadKeys,
    KeyRef,
    KeyServiceAway,
    Tampered,
    UnknownKey,
)
from teahouse.infra.vault.rewrap import Rewrap
from teahouse.infra.vault.suites import CHINESE, INTERNATIONAL
from teahouse.infra.vault.transit import Transit
from teahouse.infra.vault.vault import Vault, open_vault

from .conftest import BOTH, KEK, NUMBER, Smith, clock, ids, opened, person, sealed
from .transit_server import TOKEN, TransitServer, transit_server

PLACE = Place("t", "t", "c", "r")
SECRET = bytes(range(32))


@pytest.fixture
async def server() -> AsyncIterator[TransitServer]:
    async with transit_server() as one:
        yield one


@pytest.fixture
async def client(server: TransitServer) -> AsyncIterator[Egress]:
    egress = Egress(Way.KEYS, frozenset([place_of(server.url)]))
    yield egress
    await egress.close()


def token(tmp_path: Path, text: str = TOKEN, mode: int = 0o600) -> Path:
    path = tmp_path / "token"
    path.write_text(f"{text}\n")
    path.chmod(mode)
    return path


@pytest.fixture
def transit(server: TransitServer, client: Egress, tmp_path: Path) -> Transit:
    return Transit(client, server.url, token(tmp_path), "tea", ids())


async def test_a_key_is_sealed_and_opened_there(transit: Transit, server: TransitServer) -> None:
    ref = await transit.create()
    wrapped = await transit.wrap(ref, SECRET, PLACE)
    assert envelope.key_of(wrapped) == ref
    assert list(server.keys) == [f"tea-{ref.key_id}-1"]
    again = replace(transit, _known=set())
    assert await again.unwrap(wrapped, PLACE) == SECRET
    assert await again.check_value(ref) == await transit.check_value(ref)
    assert await again.suite(ref) == INTERNATIONAL
    assert await again.newest() is None
    with pytest.raises(Tampered):
        await again.unwrap(wrapped, Place("t", "t", "c", "s"))
    other = KeyRef(ids().ulid(), 1)
    await transit.add(other, INTERNATIONAL)
    assert await transit.check_value(other) != await transit.check_value(ref)
    moved = envelope.held(other, INTERNATIONAL, envelope.inner_of(wrapped))
    with pytest.raises(Tampered):
        await transit.unwrap(moved, PLACE)
    with pytest.raises(Tampered):
        await transit.unwrap(wrapped[:30] + b"\xff" + wrapped[31:], PLACE)
    with pytest.raises(BadKeys, match="suite"):
        await transit.add(KeyRef(ids().ulid(), 3), CHINESE)


async def test_a_key_that_is_not_there_is_not_made_by_chance(
    transit: Transit, server: TransitServer
) -> None:
    """The service makes what it is asked to seal under; so it is asked first."""
    ref = await transit.create()
    wrapped = await transit.wrap(ref, SECRET, PLACE)
    await transit.remove(ref)
    await transit.remove(ref)
    for ask in (
        transit.wrap(ref, SECRET, PLACE),
        transit.unwrap(wrapped, PLACE),
        transit.check_value(ref),
    ):
        with pytest.raises(UnknownKey):
            await ask
    assert server.keys == {}


async def test_a_service_that_refuses_or_is_away(
    transit: Transit, server: TransitServer, client: Egress, tmp_path: Path
) -> None:
    ref = await transit.create()
    wrapped = await transit.wrap(ref, SECRET, PLACE)
    server.sealed = True
    with pytest.raises(KeyServiceAway):
        await transit.unwrap(wrapped, PLACE)
    server.sealed = False
    token(tmp_path, "another")
    with pytest.raises(BadKeys, match="403"):
        await transit.wrap(ref, SECRET, PLACE)
    token(tmp_path, mode=0o644)
    with pytest.raises(BadKeys, match="chmod 600"):
        await transit.wrap(ref, SECRET, PLACE)
    token(tmp_path)
    assert await transit.unwrap(wrapped, PLACE) == SECRET, "the token is read each time"


async def test_several_are_one_question(
    transit: Transit, server: TransitServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teahouse.infra.vault.transit.BATCH_KEYS", 3)
    ref = await transit.create()
    pairs = [(bytes([nth]) * 32, Place("t", "t", "c", str(nth))) for nth in range(5)]
    server.asked.clear()
    wrapped = await transit.wrap_many(ref, pairs)
    assert server.asked.count("POST encrypt") == 2
    asked = [(one, place) for one, (_, place) in zip(wrapped, pairs, strict=True)]
    assert await transit.unwrap_many(asked) == [secret for secret, _ in pairs]
    assert server.asked.count("POST decrypt") == 2
    assert await transit.unwrap(wrapped[4], pairs[4][1]) == pairs[4][0], "as by itself"
    away = envelope.held(KeyRef(ids().ulid(), 1), INTERNATIONAL, envelope.inner_of(wrapped[3]))
    bad = [asked[0], (wrapped[1], pairs[2][1]), (b"nothing", PLACE), (away, pairs[3][1])]
    assert await transit.unwrap_many([*bad, asked[4]]) == [
        pairs[0][0],
        None,
        None,
        None,
        pairs[4][0],
    ]
    assert await transit.unwrap_many([]) == await transit.wrap_many(ref, []) == []
    server.sealed = True
    for question in (transit.wrap_many(ref, pairs), transit.unwrap_many(asked)):
        with pytest.raises(KeyServiceAway):
            await question


async def test_a_house_whose_keys_are_at_a_service(
    database: Database, server: TransitServer, client: Egress, tmp_path: Path
) -> None:
    config = Config(
        data_dir=str(tmp_path / "data"),
        transit_url=server.url,
        transit_token_file=str(token(tmp_path)),
    )

    async def start() -> Vault:
        async with database.transaction() as tx:
            return await open_vault(tx, config, clock(), ids(), client=client)

    vault = await start()
    assert not (tmp_path / "data" / "keys").exists()
    smith = Smith(database, vault, Locksmith(vault.ring, vault.ids, vault.clock))
    who = await person(database, vault)
    value = await sealed(database, vault, who)
    old = vault.ring.held.primary
    await smith.next_key(KEK)
    rewrap = Rewrap(database, vault.ring)
    assert await rewrap.whole(old) == 2
    async with database.transaction() as tx:
        await rewrap.house(tx)
    await smith.settle()
    await smith.do("soft_disable", KEK, 1)
    await smith.do("destroy", KEK, 1, BOTH)
    assert len(server.keys) == 1, "the old one is destroyed there, too"
    assert await opened(database, await start(), who, value) == NUMBER
    server.keys.clear()
    with pytest.raises(BadKeys):
        await start()


def test_what_a_key_service_needs() -> None:
    good = Config(transit_url="https://keys.example:8200/v1/transit", transit_token_file="/t")
    check(good)
    for wrong in (
        {"transit_url": "http://keys.example/v1/transit"},
        {"transit_token_file": ""},
        {"key_file": "/k"},
        {"transit_prefix": "a/b"},
    ):
        values = {name: getattr(good, name) for name in Config.__struct_fields__}
        with pytest.raises(BadConfig):
            check(Config(**(values | wrong)))


async def test_a_key_file_is_sealed_by_a_passphrase(tmp_path: Path) -> None:
    plain = KeyFile(tmp_path / "kek", ids())
    ref = await plain.create()
    secret = plain._keys[ref]
    wrapped = await plain.wrap(ref, SECRET, PLACE)
    words = tmp_path / "words"
    words.write_text("correct horse\n")
    words.chmod(0o600)
    shut = KeyFile(plain.path, ids(), read_passphrase(words))
    assert await shut.newest() == ref, "a plain one is read, and sealed"
    text = plain.path.read_text()
    assert secret.hex() not in text
    assert len(text.splitlines()) == 1
    assert plain.path.stat().st_mode & 0o777 == 0o600
    second = KeyRef(ids().ulid(), 2)
    await shut.add(second, CHINESE)
    again = KeyFile(plain.path, ids(), b"correct horse")
    assert await again.newest() == second
    assert await again.unwrap(wrapped, PLACE) == SECRET
    assert "correct" not in repr(again)
    for passphrase, told in ((b"", "key_passphrase_file"), (b"wrong", "does not open")):
        with pytest.raises(BadKeys, match=told):
            await KeyFile(plain.path, ids(), passphrase).newest()
    plain.path.write_text(text[:-3])
    with pytest.raises(BadKeys, match="does not open"):
        await KeyFile(plain.path, ids(), b"correct horse").newest()
    words.chmod(0o644)
    with pytest.raises(BadKeys, match="chmod 600"):
        read_passphrase(words)
    words.write_text("\n")
    words.chmod(0o600)
    with pytest.raises(BadKeys, match="empty"):
        read_passphrase(words)
    fresh = KeyFile(tmp_path / "fresh", ids(), b"x")
    await fresh.create()
    assert fresh.path.read_text().startswith("teahouse-sealed ")
