"""Blobs on a real disk: whole or not there, and never too large."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from teahouse.config import Config
from teahouse.errors import TooLarge, Unavailable
from teahouse.ids import Ids
from teahouse.infra.blobs.blobs import (
    AT_ONCE_BYTES,
    BadRange,
    Blobs,
    EmptyBlob,
    NoBlob,
    open_blobs,
)

MUCH = 64 * 1024 * 1024


@pytest.fixture(params=["disk", "memory"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path, ids: Ids) -> Blobs:
    if request.param == "memory":
        return Blobs(MemoryStore(), ids)
    return open_blobs(Config(data_dir=str(tmp_path)), ids)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def pieces(count: int, size: int = 300_000) -> AsyncIterator[bytes]:
    for number in range(count):
        yield bytes([number % 256]) * size


@pytest.mark.parametrize("count", [1, 5, 40])
async def test_what_is_put_can_be_read(blobs: Blobs, count: int) -> None:
    content = b"".join([piece async for piece in pieces(count)])
    stored = await blobs.put(pieces(count), MUCH)
    assert stored.size_bytes == len(content)
    assert stored.sha256 == hashlib.sha256(content).digest()
    reading = await blobs.read(stored.name)
    assert (reading.start, reading.end, reading.size_bytes) == (0, len(content), len(content))
    assert await reading.whole() == content
    assert (await blobs.put(content, MUCH)).sha256 == stored.sha256


async def test_a_part_can_be_read(blobs: Blobs) -> None:
    name = (await blobs.put(b"0123456789", 10)).name
    for start, end, found in [
        (2, 5, b"234"),
        (8, None, b"89"),
        (8, 99, b"89"),
        (0, 1, b"0"),
        (9, 10, b"9"),
    ]:
        reading = await blobs.read(name, start, end)
        assert await reading.whole() == found
        assert (reading.start, reading.end, reading.size_bytes) == (start, start + len(found), 10)
    for start, end in [(10, None), (10, 11), (5, 5), (5, 4), (-1, None), (-1, 5)]:
        with pytest.raises(BadRange) as refused:
            await blobs.read(name, start, end)
        assert refused.value.fields == {"size_bytes": 10}


async def test_what_is_deleted_is_gone(blobs: Blobs) -> None:
    name = (await blobs.put(b"x", 1)).name
    assert await blobs.exists(name)
    await blobs.delete(name)
    await blobs.delete(name)
    assert not await blobs.exists(name)
    for name_of_none in (name, "../../etc/passwd", "", "A" * 26, "0" * 26):
        with pytest.raises(NoBlob):
            await blobs.read(name_of_none)
        with pytest.raises(NoBlob):
            await blobs.read(name_of_none, 1, 2)
        assert not await blobs.exists(name_of_none)


async def test_too_large_or_broken_off_leaves_nothing(tmp_path: Path, ids: Ids) -> None:
    blobs = open_blobs(Config(data_dir=str(tmp_path)), ids)
    for count in (2, 40):
        with pytest.raises(TooLarge):
            await blobs.put(pieces(count), count * 300_000 - 1)
    assert AT_ONCE_BYTES < 40 * 300_000

    async def broken_off() -> AsyncIterator[bytes]:
        async for piece in pieces(40):
            yield piece
        raise ConnectionResetError

    with pytest.raises((ConnectionResetError, Unavailable)):
        await blobs.put(broken_off(), MUCH)
    with pytest.raises(EmptyBlob):
        await blobs.put(b"", MUCH)
    with pytest.raises(EmptyBlob):
        await blobs.put(pieces(0), MUCH)
    assert files(tmp_path) == []
    await blobs.put(pieces(40), MUCH)
    assert len(files(tmp_path)) == 1


async def test_names_are_sharded_and_private(tmp_path: Path, ids: Ids) -> None:
    blobs = open_blobs(Config(data_dir=str(tmp_path)), ids)
    name = (await blobs.put(b"x", 1)).name
    assert files(tmp_path) == [tmp_path / "blobs" / name[-2:] / name]
    assert (tmp_path / "blobs").stat().st_mode & 0o777 == 0o700
    assert await blobs.answers()


async def test_a_store_that_cannot_be_used_says_so(tmp_path: Path, ids: Ids) -> None:
    (tmp_path / "blobs").write_text("not a folder")
    with pytest.raises(Unavailable, match="cannot be opened"):
        open_blobs(Config(data_dir=str(tmp_path)), ids)
    with pytest.raises(Unavailable, match="cannot be opened"):
        open_blobs(Config(blobs_url="nonsense://x"), ids)
    (tmp_path / "blobs").unlink()
    blobs = open_blobs(Config(data_dir=str(tmp_path)), ids)
    name = (await blobs.put(b"x", 1)).name
    (tmp_path / "blobs" / name[-2:] / name).unlink()
    (tmp_path / "blobs" / name[-2:]).rmdir()
    (tmp_path / "blobs" / name[-2:]).write_text("in the way")
    for act in (blobs.read(name), blobs.delete(name), blobs.exists(name)):
        with pytest.raises(Unavailable):
            await act
