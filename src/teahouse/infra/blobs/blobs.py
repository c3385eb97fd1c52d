"""The blob store. Reading, writing and hashing happen off the event loop.

On the local disk a blob is moved into place when it is whole, so a killed server leaves no half of
one under a name. The object store's credentials are its own standard environment's.
"""

import asyncio
import errno
import hashlib
import os
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from teahouse.config import Config
from teahouse.errors import DiskShort, Kind, NotFound, Refused, TooLarge, Unavailable
from teahouse.ids import Ids
from teahouse.infra.engines.headroom import RETRY_AFTER_MS, Headroom

CHUNK_BYTES = 256 * 1024
AT_ONCE_BYTES = 4 * 1024 * 1024  # up to here a blob is written in one request
NAMES_AT_ONCE = 1_000  # as many as an object store tells in one answer
_NAME = re.compile(r"[0-9a-z]{26}")
_GONE = (BaseError, OSError)


class NoBlob(NotFound):
    """There is no such file."""

    code = "blobs.none"


class BadRange(Refused):
    """The file is shorter than that. ``fields`` has ``size_bytes``."""

    code = "blobs.bad_range"
    kind = Kind.UNPROCESSABLE


class EmptyBlob(Refused):
    """The file is empty."""

    code = "blobs.empty"
    kind = Kind.INVALID


@dataclass(frozen=True, slots=True)
class Stored:
    """A blob that is whole and in its place."""

    name: str
    size_bytes: int
    sha256: bytes


@dataclass(frozen=True)
class Reading:
    """A part of a blob, from ``start`` and before ``end``, of ``size_bytes`` in all."""

    size_bytes: int
    start: int
    end: int
    _found: Any

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the part in pieces; read once. Raises ``Unavailable`` when the store goes away."""
        try:
            async for chunk in self._found.stream(min_chunk_size=CHUNK_BYTES):
                yield bytes(chunk)
        except _GONE as gone:
            raise Unavailable from gone

    async def whole(self) -> bytes:
        """Return the part at once; for what is known to be small."""
        return b"".join([chunk async for chunk in self.chunks()])


class _Counted:
    """Counts and hashes what passes, and refuses the byte too many, and what the disk has no room for."""

    def __init__(
        self, chunks: AsyncIterator[bytes], bytes_max: int, headroom: Headroom | None
    ) -> None:
        self._chunks = chunks
        self._headroom = headroom
        self._bytes_max = bytes_max
        self._digest = hashlib.sha256()
        self.size_bytes = 0

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        chunk = await anext(self._chunks)
        if self._headroom is not None:
            self._headroom.check()
        self.size_bytes += len(chunk)
        if self.size_bytes > self._bytes_max:
            raise TooLarge(size_bytes_max=self._bytes_max)
        if len(chunk) >= CHUNK_BYTES:
            await asyncio.to_thread(self._digest.update, chunk)
        else:
            self._digest.update(chunk)
        return chunk

    def sha256(self) -> bytes:
        return self._digest.digest()


def _refusal(fault: BaseException) -> Unavailable:
    """Return what is said of a file that could not be written."""
    full = os.strerror(errno.ENOSPC) in str(fault)  # the store has no other word for it
    return DiskShort(retry_after_ms=RETRY_AFTER_MS) if full else Unavailable()


async def _one(whole: bytes) -> AsyncIterator[bytes]:
    yield whole


async def _before(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for chunk in rest:
        yield chunk


@dataclass(frozen=True, repr=False)
class Blobs:
    """Puts, reads and deletes blobs. Make one with :func:`open_blobs`."""

    store: ObjectStore
    ids: Ids
    headroom: Headroom | None = None
    leaving: Callable[[], None] | None = None  # asked before a file goes to a store elsewhere

    async def put(self, content: bytes | AsyncIterator[bytes], bytes_max: int) -> Stored:
        """Store ``content`` under a new name.

        Raises ``TooLarge`` after ``bytes_max`` bytes, ``EmptyBlob``, ``Unavailable``, ``DiskShort``;
        a refusal that ``content`` or ``leaving`` raises passes through. Nothing is left behind then.
        """
        if self.leaving is not None:
            self.leaving()
        name = self.ids.ulid()
        chunks = _one(content) if isinstance(content, bytes) else content
        counted = _Counted(chunks, bytes_max, self.headroom)
        first = await self._read_ahead(counted)
        if not first:
            raise EmptyBlob
        whole = len(first) < AT_ONCE_BYTES
        try:
            body = first if whole else _before(first, counted)
            await obstore.put_async(self.store, self._path(name), body)
        except _GONE as gone:
            raise _refusal(gone) from gone
        return Stored(name, counted.size_bytes, counted.sha256())

    async def put_back(self, name: str, content: AsyncIterator[bytes]) -> None:
        """Store a blob under the name that it had, from a back-up. Raises ``Unavailable``."""
        try:
            await obstore.put_async(self.store, self._path(name), content)
        except _GONE as gone:
            raise Unavailable from gone

    async def read(self, name: str, start: int = 0, end: int | None = None) -> Reading:
        """Open a blob, or the part from ``start`` and before ``end``.

        An ``end`` past the blob's is its own. Raises ``NoBlob``, ``BadRange``, ``Unavailable``.
        """
        try:
            if start == 0 and end is None:
                found = await obstore.get_async(self.store, self._path(name))
            else:
                size = await self._size(name)
                if not 0 <= start < min(size, size if end is None else end):
                    raise BadRange(size_bytes=size)
                part = (start, size if end is None else min(end, size))
                options: Any = {"range": part}
                found = await obstore.get_async(self.store, self._path(name), options=options)
        except FileNotFoundError:
            raise NoBlob from None
        except _GONE as gone:
            raise Unavailable from gone
        return Reading(found.meta["size"], found.range[0], found.range[1], found)

    async def exists(self, name: str) -> bool:
        """Tell whether there is such a blob."""
        try:
            await self._size(name)
        except (NoBlob, FileNotFoundError):
            return False
        except _GONE as gone:
            raise Unavailable from gone
        return True

    async def delete(self, name: str) -> None:
        """Delete a blob; deleting what is not there is done already."""
        try:
            await obstore.delete_async(self.store, self._path(name))
        except FileNotFoundError:
            return
        except _GONE as gone:
            raise Unavailable from gone

    async def names(self) -> AsyncIterator[str]:
        """Yield the names of all blobs, in no order. Raises ``Unavailable``."""
        try:
            async for some in obstore.list(self.store, chunk_size=NAMES_AT_ONCE):
                for one in some:
                    name = one["path"].rpartition("/")[2]
                    if _NAME.fullmatch(name):
                        yield name
        except _GONE as gone:
            raise Unavailable from gone

    async def answers(self) -> bool:
        """Tell whether the store can be reached; for the doctor."""
        try:
            await self.exists("0" * 26)
        except Unavailable:
            return False
        return True

    async def _size(self, name: str) -> int:
        return (await obstore.head_async(self.store, self._path(name)))["size"]

    @staticmethod
    async def _read_ahead(counted: _Counted) -> bytes:
        first = bytearray()
        async for chunk in counted:
            first += chunk
            if len(first) >= AT_ONCE_BYTES:
                break
        return bytes(first)

    @staticmethod
    def _path(name: str) -> str:
        """Shard by the name's random end; a name of another shape is no blob of ours."""
        if not _NAME.fullmatch(name):
            raise NoBlob
        return f"{name[-2:]}/{name}"


def open_blobs(
    config: Config,
    ids: Ids,
    headroom: Headroom | None = None,
    leaving: Callable[[], None] | None = None,
) -> Blobs:
    """Open the store that the configuration names; empty means ``<data_dir>/blobs``.

    Raises ``Unavailable`` when the URL cannot be used or the folder cannot be made.
    """
    try:
        if config.blobs_url:
            return Blobs(from_url(config.blobs_url), ids, headroom, leaving)
        folder = Path(config.data_dir) / "blobs"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Blobs(LocalStore(prefix=folder), ids, headroom)
    except (BaseError, OSError, ValueError) as wrong:
        reason = str(wrong).partition("\n")[0]
        raise Unavailable(f"the blob store cannot be opened: {reason}") from wrong
