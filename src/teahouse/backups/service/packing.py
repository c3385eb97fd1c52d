"""The file of a back-up: a tar of parts, an index of their digests now and then, the manifest last.

What lacks its manifest is no back-up: so one that was not written to its end is never taken for
one. Nothing in it is a path that anything is written to.
"""

import hashlib
import re
import tarfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

import msgspec

from teahouse.backups.model.manifest import BrokenBackup, Manifest, read_manifest
from teahouse.errors import Unavailable

MANIFEST = "manifest.json"
INDEX_LINES = 5000
READ_BYTES = 1024 * 1024
SMALL_BYTES_MAX = 64 * 1024 * 1024  # of a manifest or an index, which are read whole
_TABLE = re.compile(r"tables/([a-z0-9_]{1,63})/(\d{6})\.copy\.gz")
_BLOB = re.compile(r"blobs/([0-9a-z]{26})")
_INDEX = re.compile(r"index/(\d{6})\.json")

Line = tuple[str, int, str]  # name, bytes, SHA-256


def table_part(table: str, number: int) -> str:
    """Return the name of a part of a table's rows."""
    return f"tables/{table}/{number:06}.copy.gz"


def blob_part(name: str) -> str:
    """Return the name of a blob's part."""
    return f"blobs/{name}"


def table_of(part: str) -> str | None:
    """Return which table a part is of, if it is of one."""
    found = _TABLE.fullmatch(part)
    return found[1] if found else None


def blob_of(part: str) -> str | None:
    """Return which blob a part is, if it is one."""
    found = _BLOB.fullmatch(part)
    return found[1] if found else None


class Sink(Protocol):
    """What bytes are written to."""

    def write(self, data: bytes, /) -> object:
        """Take all of ``data``."""
        ...


@dataclass
class Packer:
    """Writes a back-up's parts, one after the other."""

    out: Sink
    index: list[str] = field(default_factory=list[str])
    _lines: list[Line] = field(default_factory=list[Line])

    def put(self, name: str, content: bytes) -> None:
        """Write a part whole."""
        self._write(name, content)
        self._note(name, len(content), hashlib.sha256(content).hexdigest())

    async def stream(self, name: str, size: int, chunks: AsyncIterator[bytes]) -> None:
        """Write a part of a known size as it comes. Raises ``Unavailable`` when it is not that."""
        digest, written = hashlib.sha256(), 0
        self.out.write(_header(name, size))
        async for chunk in chunks:
            written += len(chunk)
            digest.update(chunk)
            self.out.write(chunk)
        if written != size:
            raise Unavailable(f"{name} has changed its size while it was read")
        self.out.write(_padding(size))
        self._note(name, size, digest.hexdigest())

    def end(self) -> list[str]:
        """Write what is left of the index, and return its digests; then comes the manifest."""
        if self._lines:
            self._write_index()
        return self.index

    def close(self, manifest: bytes) -> None:
        """Write the manifest: from now on this is a back-up."""
        self._write(MANIFEST, manifest)
        self.out.write(bytes(2 * tarfile.BLOCKSIZE))

    def _note(self, name: str, size: int, digest: str) -> None:
        self._lines.append((name, size, digest))
        if len(self._lines) == INDEX_LINES:
            self._write_index()

    def _write_index(self) -> None:
        content = msgspec.json.encode(self._lines)
        self._lines = []
        self._write(f"index/{len(self.index) + 1:06}.json", content)
        self.index.append(hashlib.sha256(content).hexdigest())

    def _write(self, name: str, content: bytes) -> None:
        self.out.write(_header(name, len(content)))
        self.out.write(content)
        self.out.write(_padding(len(content)))


Part = tuple[str, Iterator[bytes]]


@dataclass
class Unpacker:
    """Reads a back-up once, from its beginning to its end, and checks all of it."""

    source: BinaryIO
    manifest: Manifest | None = None
    _index: list[str] = field(default_factory=list[str])
    _seen: list[Line] = field(default_factory=list[Line])

    def parts(self) -> Iterator[Part]:
        """Yield each part; it is checked when the next one is asked for, or the end.

        Raises ``BrokenBackup`` unless the file is a back-up, whole and unchanged.
        """
        try:
            with tarfile.open(fileobj=self.source, mode="r|") as tar:
                for member in tar:
                    if self.manifest is not None:
                        raise BrokenBackup("something follows its manifest")
                    content = tar.extractfile(member) if member.isreg() else None
                    if content is None:
                        raise BrokenBackup(f"{member.name!r} has no place in a back-up")
                    read = _Read(member.name, member.size, content.read)
                    yield from self._one(read)
        except (tarfile.TarError, EOFError, OSError) as wrong:
            raise BrokenBackup(f"it cannot be read: {wrong}") from wrong
        if self.manifest is None:
            raise BrokenBackup("it has no manifest: it was not written to its end")

    def _one(self, read: "_Read") -> Iterator[Part]:
        if read.name == MANIFEST:
            if self._seen:
                raise BrokenBackup("parts of it are in no index")
            self.manifest = read_manifest(read.whole())
            if self.manifest.index != self._index:
                raise BrokenBackup("its manifest is another back-up's")
        elif _INDEX.fullmatch(read.name):
            self._check_index(read.whole())
        elif table_of(read.name) or blob_of(read.name):
            yield read.name, read.pieces()
            read.rest()
            self._seen.append((read.name, read.size, read.digest.hexdigest()))
            if len(self._seen) > INDEX_LINES:
                raise BrokenBackup("parts of it are in no index")
        else:
            raise BrokenBackup(f"{read.name!r} has no place in a back-up")

    def _check_index(self, content: bytes) -> None:
        try:
            lines = msgspec.json.decode(content, type=list[Line])
        except (msgspec.MsgspecError, ValueError) as wrong:
            raise BrokenBackup("its index cannot be read") from wrong
        for told, seen in zip(lines, self._seen, strict=False):
            if told != seen:
                raise BrokenBackup(f"{seen[0]} is not what was written")
        if len(lines) != len(self._seen):
            raise BrokenBackup("parts are missing, or there are too many")
        self._seen = []
        self._index.append(hashlib.sha256(content).hexdigest())


class _Read:
    """One part, counted and hashed as it passes."""

    def __init__(self, name: str, size: int, read: Callable[[int], bytes]) -> None:
        self.name, self.size, self.digest = name, size, hashlib.sha256()
        self._read = read

    def pieces(self) -> Iterator[bytes]:
        while piece := self._read(READ_BYTES):
            self.digest.update(piece)
            yield piece

    def rest(self) -> None:
        for _ in self.pieces():
            continue

    def whole(self) -> bytes:
        if self.size > SMALL_BYTES_MAX:
            raise BrokenBackup(f"{self.name} is larger than it can be")
        return b"".join(self.pieces())


def _header(name: str, size: int) -> bytes:
    told = tarfile.TarInfo(name)
    told.size, told.mode = size, 0o600
    return told.tobuf(tarfile.PAX_FORMAT)


def _padding(size: int) -> bytes:
    return bytes(-size % tarfile.BLOCKSIZE)
