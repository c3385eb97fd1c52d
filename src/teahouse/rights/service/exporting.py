"""Making exports: asked for with a fresh proof, made by a job, read by their owner only.

The file is a ZIP that is never on a disk in clear: it is sealed piece by piece as it is written.
"""

import io
import zipfile
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from teahouse.accounts.model import Account
from teahouse.clock import Clock
from teahouse.consent.model import Answer
from teahouse.consent.service import Consent
from teahouse.consent.service.stepups import StepUps
from teahouse.ids import Ids
from teahouse.infra.blobs.blobs import Blobs, NoBlob
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller
from teahouse.infra.jobs.queue import Jobs
from teahouse.infra.vault.model import Erased
from teahouse.infra.vault.vault import Vault
from teahouse.reports.model.details import seen_at
from teahouse.reports.model.facts import SinkSeen
from teahouse.reports.model.sinks import State
from teahouse.rights import store
from teahouse.rights.model.exports import (
    CHUNK_BYTES,
    EXPORT_BYTES_MAX,
    KEPT_FOR,
    MAKING_MAX,
    NEXT_AFTER,
    DropBlob,
    Export,
    ExportSoon,
    MakeExport,
    NoSuchExport,
    index_page,
)
from teahouse.rights.model.holdings import Held, Holding, Whose, counted_with, held
from teahouse.rights.store import EXPORT_PURPOSE, SECRET, ExportRow

LISTED_MAX = 10
KEY_BYTES = 32
TAG_BYTES = 16
NONCE_BYTES = 12


class _Sink(io.RawIOBase):
    """Takes what the ZIP writes, until it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.taken = bytearray()

    def writable(self) -> bool:
        """Whether it can be written to: always, and nothing else."""
        return True

    def write(self, data: "bytes | bytearray | memoryview") -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Take some bytes."""
        self.taken += data
        return len(data)

    def drain(self) -> bytes:
        """Return what was written since last asked."""
        found = bytes(self.taken)
        self.taken.clear()
        return found


@dataclass(frozen=True, repr=False)
class Exporting:
    """Exports of what is held of a person."""

    db: Database
    vault: Vault
    blobs: Blobs
    jobs: Jobs
    consent: Consent
    stepups: StepUps
    clock: Clock
    ids: Ids
    holdings: Callable[[], Sequence[Holding]]

    async def held(self, whose: Whose) -> list[tuple[Holding, Held]]:
        """Return what is held of a person: kinds, counts, and when the last came."""
        return [(holding, await held(holding, whose)) for holding in self.holdings()]

    async def ask(self, caller: Caller, policy_version: str, lang: str) -> str:
        """Ask for an export. Raises ``StepUpNeeded``, ``ExportSoon``, ``StalePolicy``."""
        await self.stepups.check(caller)
        export_id, now = self.ids.ulid(), self.clock.now()
        whose = (caller.account_id, caller.user_id, caller.account_class, caller.session_id)
        answer = Answer(policy_version, (), lang, "privacy.export")
        async with self.db.transaction() as tx:
            await store.lock_exports(tx, caller.account_id)
            if await store.asked_since(tx, caller.account_id, now - NEXT_AFTER):
                raise ExportSoon
            await self.consent.told(tx, caller.account_id, export_id, [EXPORT_PURPOSE.id], answer)
            await store.insert_export(tx, export_id, whose, now)
            await self.jobs.enqueue(tx, MakeExport(export_id))
        return export_id

    async def exports(self, account_id: str) -> Sequence[Export]:
        """Return an account's exports, newest first."""
        async with self.db.read() as tx:
            return await store.exports(tx, account_id, LISTED_MAX)

    async def left(self, ended_at: datetime) -> SinkSeen:
        """Tell the census which exports from before a moment there are still, and how long."""
        async with self.db.read() as tx:
            count, until = await store.exports_left(tx, ended_at)
        return seen_at("exports", State.EXPIRES.value, counted=count, until=until)

    async def make(self, asked: MakeExport) -> None:
        """Make an export; doing it twice leaves one."""
        async with self.db.read() as tx:
            row = await store.export(tx, asked.export_id)
        if row is None or row.state != "asked":
            return
        secret = self.ids.bytes(KEY_BYTES)
        whose = Whose(row.account_id, row.user_id, row.account_class)
        try:
            stored = await self.blobs.put(_sealed(secret, self._zip(whose)), EXPORT_BYTES_MAX)
        except Erased:
            return  # the account ended meanwhile; its exports end with it
        if not await self._keep(row, secret, (stored.name, stored.size_bytes)):
            await self.blobs.delete(stored.name)

    async def _keep(self, row: ExportRow, secret: bytes, stored: tuple[str, int]) -> bool:
        now = self.clock.now()
        try:
            async with self.db.transaction() as tx:
                sealed = await self.vault.seal(tx, SECRET, row.account_id, row.export_id, secret)
                life = (now, now + KEPT_FOR)
                return await store.export_ready(tx, row.export_id, life, stored, sealed)
        except Erased:
            return False

    async def read(self, caller: Caller, export_id: str) -> AsyncIterator[bytes]:
        """Return an export's bytes. Raises ``StepUpNeeded``, ``NoSuchExport``, ``Unavailable``."""
        await self.stepups.check(caller)
        return await self._read(export_id, caller.account_id)

    async def make_for(self, tx: Tx, account: Account) -> str:
        """Have a copy made for who acts for somebody who has died, and return its id [L-49]."""
        export_id, whose = self.ids.ulid(), account.account_id
        row = (whose, account.user_id, account.account_class.value, "")
        await self.vault.grant(tx, whose, [EXPORT_PURPOSE])
        await store.insert_export(tx, export_id, row, self.clock.now())
        await self.jobs.enqueue(tx, MakeExport(export_id))
        return export_id

    async def handed_over(self, export_id: str) -> AsyncIterator[bytes]:
        """Return the bytes of such a copy. Raises ``NoSuchExport``, ``Unavailable``."""
        return await self._read(export_id, None)

    async def _read(self, export_id: str, account_id: str | None) -> AsyncIterator[bytes]:
        async with self.db.read() as tx:
            row = await store.export(tx, export_id)
            if row is None or row.expires_at is None:
                raise NoSuchExport
            if account_id is not None and row.account_id != account_id:
                raise NoSuchExport
            if row.expires_at <= self.clock.now() or row.blob is None or row.secret is None:
                raise NoSuchExport
            secret = await self.vault.open_bytes(tx, SECRET, row.account_id, export_id, row.secret)
        try:
            reading = await self.blobs.read(row.blob)
        except NoBlob:
            raise NoSuchExport from None
        return _opened(secret, reading.chunks())

    async def purge(self, tx: Tx) -> None:
        """Say which exports could not be made, and delete those that are over or never were made."""
        now = self.clock.now()
        await store.exports_failed(tx, now - MAKING_MAX)
        for name in await store.delete_expired(tx, now, now - KEPT_FOR):
            await self.jobs.enqueue(tx, DropBlob(name))

    async def forget(self, tx: Tx, account_id: str) -> None:
        """Delete the exports of an account that ends."""
        for name in await store.delete_exports_of(tx, account_id):
            await self.jobs.enqueue(tx, DropBlob(name))

    @staticmethod
    async def blobs_named(tx: Tx) -> Sequence[str]:
        """Return the names of the blobs of all exports; for back-ups."""
        return await store.blobs(tx)

    async def drop(self, asked: DropBlob) -> None:
        """Delete bytes that no row names any more."""
        await self.blobs.delete(asked.name)

    async def _zip(self, whose: Whose) -> AsyncIterator[bytes]:
        sink, counts = _Sink(), list[tuple[Holding, Held]]()
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as packed:
            for holding in self.holdings():
                counted, first = Held(0), True
                with packed.open(f"data/{holding.name}.json", "w", force_zip64=True) as out:
                    out.write(b"[")
                    async for row in holding.rows(whose):
                        out.write((b"\n" if first else b",\n") + msgspec.json.encode(row))
                        counted, first = counted_with(counted, row), False
                        yield sink.drain()
                    out.write(b"\n]\n")
                counts.append((holding, counted))
            async for piece in self._files(whose, packed, sink):
                yield piece
            version = self.consent.policy_version
            for lang in ("zh", "en"):
                page = index_page(lang, whose.user_id, self.clock.now(), counts, version)
                packed.writestr(f"index.{lang}.html", page)
            yield sink.drain()
        yield sink.drain()

    async def _files(
        self, whose: Whose, packed: zipfile.ZipFile, sink: _Sink
    ) -> AsyncIterator[bytes]:
        for holding in self.holdings():
            for file in await holding.files(whose) if holding.files else ():
                try:
                    reading = await self.blobs.read(file.blob)
                except NoBlob:
                    continue  # taken away between listing and reading
                with packed.open(file.path, "w", force_zip64=True) as out:
                    async for chunk in reading.chunks():
                        out.write(chunk)
                        yield sink.drain()


async def _pieces(chunks: AsyncIterator[bytes], size: int) -> AsyncIterator[bytes]:
    """Cut a stream into pieces of one size; the last may be shorter."""
    rest = bytearray()
    async for chunk in chunks:
        rest += chunk
        while len(rest) > size:
            yield bytes(rest[:size])
            del rest[:size]
    yield bytes(rest)


async def _sealed(secret: bytes, clear: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Seal a stream; each piece is bound to its place, and the key serves this stream only."""
    cipher, at = AESGCM(secret), 0
    async for piece in _pieces(clear, CHUNK_BYTES):
        yield cipher.encrypt(at.to_bytes(NONCE_BYTES, "big"), piece, None)
        at += 1


async def _opened(secret: bytes, sealed: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    cipher, at = AESGCM(secret), 0
    async for piece in _pieces(sealed, CHUNK_BYTES + TAG_BYTES):
        yield cipher.decrypt(at.to_bytes(NONCE_BYTES, "big"), piece, None)
        at += 1
