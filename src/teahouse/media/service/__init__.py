"""Keeping files, giving them back, and thumbnails of pictures."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import NamedTuple

from teahouse.clock import Clock
from teahouse.errors import Refused, Unavailable
from teahouse.ids import Ids
from teahouse.infra.blobs.blobs import Blobs, Reading, Stored
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.infra.vault.model import Erased, Withheld
from teahouse.infra.vault.vault import SealedRow, Vault
from teahouse.media import store
from teahouse.media.model import pictures
from teahouse.media.model.files import (
    DELETED_AT_ONCE_MAX,
    KEPT_BYTES_MAX,
    KEPT_TOLD_FOR,
    PENDING_FOR,
    PENDING_MAX,
    AlreadyUploaded,
    DeleteBlobs,
    File,
    HouseFull,
    NoSuchMedia,
    NotYetUploaded,
    NotYourUpload,
    OwnFile,
    QuotaReached,
    TooManyPending,
    Upload,
)
from teahouse.media.model.pictures import NoThumbnail, Picture, Size
from teahouse.media.service.waiting import Arrivals, Studio
from teahouse.media.store import FileRow, FoundRow, KeptRow, SizeRow, ThumbnailRow

UPLOADED = "media.uploaded"
MEDIA_ID_LETTERS = 24

# Counts bytes that an account uploads, and refuses what is too much for it.
Uploading = Callable[[str, int], Awaitable[None]]
# Called with ``(tx, media_id)`` in the transaction that keeps what an account uploads.
Coming = Callable[[Tx, str], Awaitable[None]]
# Called with ``(tx, owners, asked)``, accounts by file, before files are deleted; returns which must
# stay. ``asked``: somebody wants it, and does not only find them unused.
Holding = Callable[[Tx, Mapping[str, str], bool], Awaitable[set[str]]]


async def _anything(_account_id: str, _bytes_count: int) -> None:
    """Let everybody upload."""


class Drawn(NamedTuple):
    """A picture that was kept as we drew it; pixels."""

    media_id: str
    content_type: str
    bytes_count: int
    width: int
    height: int


@dataclass(frozen=True, repr=False)
class Media:
    """Files by media id. ``bytes_max`` is the largest upload, ``kept_max`` what one may keep.

    ``uploading`` counts what an account uploads, and refuses what is too much for it.
    """

    db: Database
    log: Log
    blobs: Blobs
    vault: Vault
    jobs: Jobs
    ids: Ids
    clock: Clock
    server_name: str
    bytes_max: int
    kept_max: int = KEPT_BYTES_MAX
    about_limits: str = ""  # an address at which people read of what they may keep
    uploading: Uploading = _anything
    house_max: int = 0  # what all accounts may keep; 0: no limit
    contact: str = ""  # whom to write to when the house is full
    coming: list[Coming] = field(default_factory=list[Coming])
    holding: list[Holding] = field(default_factory=list[Holding])
    _studio: Studio = field(default_factory=Studio, repr=False)
    _arrivals: Arrivals = field(default_factory=Arrivals, repr=False)
    _by_all: list[tuple[datetime, int]] = field(default_factory=list[tuple[datetime, int]])

    def __post_init__(self) -> None:
        """Listen for uploads that come by other workers."""
        self.log.on_whisper(UPLOADED, self._arrivals.arrived)

    def close(self) -> None:
        """Stop the threads; what they were doing is lost, and made again when asked for."""
        self._studio.threads.shutdown(wait=False, cancel_futures=True)

    def uri(self, media_id: str) -> str:
        """Return a file's ``mxc://`` address."""
        return f"mxc://{self.server_name}/{media_id}"

    # -- keeping -------------------------------------------------------------------------------

    async def upload(self, account_id: str, upload: Upload) -> str:
        """Keep a file and return its media id.

        Raises ``TooLarge``, ``EmptyBlob``, ``QuotaReached``, ``NoGround`` for a name that may not
        be kept, ``Unavailable``.
        """
        media_id = self.ids.opaque(MEDIA_ID_LETTERS)
        await self._store(account_id, media_id, upload, awaited=False)
        return media_id

    async def draw(self, owner: str, body: bytes, size: Size) -> Drawn:
        """Keep a picture from outside as we draw it, for a part of the house, which is no account.

        Raises ``NoThumbnail`` for what is no picture we know, ``TooManyPixels``, ``Unavailable``.
        """
        made = await self._studio.work(partial(pictures.thumbnail, body, size))
        sides = await self._studio.work(partial(pictures.dimensions, made.body))
        assert sides is not None, "we drew it"
        stored = await self.blobs.put(made.body, self.bytes_max)
        media_id, now = self.ids.opaque(MEDIA_ID_LETTERS), self.clock.now()
        row = FileRow(
            made.content_type, None, stored.size_bytes, stored.sha256, *sides, stored.name, now
        )
        async with self.db.transaction() as tx:
            await store.insert(tx, media_id, owner, row)
        return Drawn(media_id, made.content_type, stored.size_bytes, *sides)

    async def reserve(self, account_id: str) -> tuple[str, int]:
        """Hand out a media id to upload to later; return it and when it expires, in ms.

        Raises ``TooManyPending``.
        """
        now = self.clock.now()
        media_id = self.ids.opaque(MEDIA_ID_LETTERS)
        async with self.db.transaction() as tx:
            await store.drop_expired(tx, account_id, now)
            if await store.pending(tx, account_id) >= PENDING_MAX:
                raise TooManyPending(retry_after_ms=60_000)
            until = now + PENDING_FOR
            await store.reserve(tx, media_id, account_id, now, until)
        return media_id, int(until.timestamp() * 1000)

    async def upload_to(self, account_id: str, media_id: str, upload: Upload) -> None:
        """Give a reserved media id its content.

        Raises ``NoSuchMedia``, ``NotYourUpload``, ``AlreadyUploaded``, and like :meth:`upload`.
        """
        async with self.db.transaction() as tx:
            await self._check_awaited(tx, account_id, media_id)
        await self._store(account_id, media_id, upload, awaited=True)
        await self.log.whisper(UPLOADED, media_id, b"")

    async def check_awaited(self, account_id: str, media_id: str) -> None:
        """Refuse, before the body is read, what :meth:`upload_to` would refuse."""
        async with self.db.transaction() as tx:
            await self._check_awaited(tx, account_id, media_id)

    async def check_room(self, account_id: str) -> None:
        """Refuse, before the body is read, who keeps all they may: ``QuotaReached``, ``HouseFull``."""
        async with self.db.read() as tx:
            await self._check_house(tx)
            if await store.kept(tx, account_id) >= self.kept_max:
                raise QuotaReached(info_uri=self.about_limits)

    async def _check_house(self, tx: Tx) -> None:
        """Refuse with ``HouseFull`` when all together keep what they may, as counted of late."""
        if not self.house_max:
            return
        now = self.clock.now()
        if not self._by_all or now - self._by_all[0][0] >= KEPT_TOLD_FOR:
            self._by_all[:] = [(now, await store.kept_by_all(tx))]
        if self._by_all[0][1] >= self.house_max:
            raise HouseFull(admin_contact=self.contact)

    async def _store(
        self, account_id: str, media_id: str, upload: Upload, *, awaited: bool
    ) -> None:
        """Store the blob, then the row; a blob whose row is refused is deleted again."""
        await self.uploading(account_id, len(upload.body))
        stored = await self.blobs.put(upload.body, self.bytes_max)
        try:
            sides = await self._sides(upload)
            async with self.db.transaction() as tx:
                if awaited:
                    await self._check_awaited(tx, account_id, media_id)
                await self._write(
                    tx, account_id, media_id, upload, (stored, sides), awaited=awaited
                )
        except Refused as refused:
            # When PostgreSQL went away the row may be there after all: then the blob must be too.
            if not isinstance(refused, Unavailable):
                await self.blobs.delete(stored.name)
            raise

    async def _write(
        self,
        tx: Tx,
        account_id: str,
        media_id: str,
        upload: Upload,
        kept: tuple[Stored, tuple[int, int] | None],
        *,
        awaited: bool,
    ) -> None:
        stored, sides = kept
        await self._check_house(tx)
        if await store.keep(tx, account_id, stored.size_bytes) > self.kept_max:
            raise QuotaReached(info_uri=self.about_limits)
        if self._by_all:
            at, by_all = self._by_all[0]
            self._by_all[:] = [(at, by_all + stored.size_bytes)]
        name = None
        if upload.name is not None:
            name = await self.vault.seal(tx, store.NAME, account_id, media_id, upload.name)
        width, height = sides or (None, None)
        row = FileRow(
            upload.content_type,
            name,
            stored.size_bytes,
            stored.sha256,
            width,
            height,
            stored.name,
            self.clock.now(),
        )
        if awaited:
            await store.fill(tx, media_id, account_id, row)
        else:
            await store.insert(tx, media_id, account_id, row)
        for come in self.coming:
            await come(tx, media_id)

    async def _sides(self, upload: Upload) -> tuple[int, int] | None:
        if not upload.content_type.startswith("image/"):
            return None
        return await self._studio.work(partial(pictures.dimensions, upload.body))

    async def _check_awaited(self, tx: Tx, account_id: str, media_id: str) -> None:
        found = await store.owner(tx, media_id)
        if found is None:
            raise NoSuchMedia
        whose, has_content, expires_at = found
        if whose != account_id:
            raise NotYourUpload
        if has_content:
            raise AlreadyUploaded
        if expires_at is not None and expires_at <= self.clock.now():
            raise NoSuchMedia("The address has expired.")

    # -- giving back -----------------------------------------------------------------------------

    async def file(self, media_id: str, wait_seconds: float = 0) -> File:
        """Return a file, waiting for one whose content is still to come.

        Raises ``NoSuchMedia``, ``NotYetUploaded``.
        """
        found, name = await self._found(media_id)
        if found.blob is None and wait_seconds > 0:
            await self._arrivals.wait(media_id, wait_seconds)
            found, name = await self._found(media_id)
        if found.blob is None or found.sha256 is None:
            raise NotYetUploaded
        return File(
            media_id,
            found.account_id,
            found.content_type,
            name,
            found.bytes_count,
            found.sha256,
            found.blob,
        )

    async def _found(self, media_id: str) -> tuple[FoundRow, str | None]:
        async with self.db.read() as tx:
            found = await store.file(tx, media_id)
            expires_at = found.expires_at if found else None
            if found is None or (expires_at is not None and expires_at <= self.clock.now()):
                raise NoSuchMedia
            if found.name is None:
                return found, None
            try:
                name = await self.vault.open(tx, store.NAME, found.account_id, media_id, found.name)
            except (Erased, Withheld):  # of a minor the operator who asks sees the file alone
                name = None
            return found, name

    async def files_of(self, account_id: str) -> list[OwnFile]:
        """Return all that an account has uploaded, oldest first; no name of an erased account."""
        async with self.db.read() as tx:
            rows = await store.files_of(tx, account_id)
            named = [row for row in rows if row.name is not None]
            sealed = [SealedRow(account_id, row.media_id, row.name or b"") for row in named]
            texts = await self.vault.open_many(tx, store.NAME, sealed) if sealed else []
        names = {row.media_id: text for row, text in zip(named, texts, strict=True)}
        return [
            OwnFile(
                row.media_id,
                row.content_type,
                names.get(row.media_id),
                row.bytes_count,
                row.blob,
                row.created_at,
            )
            for row in rows
        ]

    async def read(self, blob: str, part: tuple[int, int] | None = None) -> Reading:
        """Open a file's bytes, or the part from and before. Raises ``Unavailable``."""
        if part is None:
            return await self.blobs.read(blob)
        return await self.blobs.read(blob, *part)

    async def kept(self, media_id: str) -> tuple[str, Reading]:
        """Return a file's type and bytes for who reviews it, also while it is served to nobody.

        Raises ``NoSuchMedia``.
        """
        async with self.db.read() as tx:
            found = await store.kept_file(tx, media_id)
        if found is None:
            raise NoSuchMedia
        return found.content_type, await self.blobs.read(found.blob)

    async def thumbnail(self, file: File, size: Size) -> ThumbnailRow:
        """Return a picture's thumbnail, making it the first time.

        Raises ``NoThumbnail`` for what is no picture we know, ``TooManyPixels``.
        """
        async with self.db.read() as tx:
            found = await store.thumbnail(tx, file.media_id, size)
        if found is not None:
            return found
        if not file.content_type.startswith("image/"):
            raise NoThumbnail
        body = await (await self.blobs.read(file.blob)).whole()
        made = await self._studio.work(partial(pictures.thumbnail, body, size))
        return await self._keep_thumbnail(file.media_id, size, made)

    async def _keep_thumbnail(self, media_id: str, size: Size, made: Picture) -> ThumbnailRow:
        stored = await self.blobs.put(made.body, self.bytes_max)
        row = ThumbnailRow(made.content_type, stored.size_bytes, stored.name)
        async with self.db.transaction() as tx:
            is_first = await store.add_thumbnail(tx, media_id, size, row)
            first = await store.thumbnail(tx, media_id, size)
        if is_first:
            return row
        await self.blobs.delete(
            stored.name
        )  # another request made it meanwhile, or the file is gone
        if first is None:
            raise NoSuchMedia
        return first

    # -- taking away -----------------------------------------------------------------------------

    async def quarantine(self, tx: Tx, media_id: str) -> None:
        """Serve a file no more, keeping its bytes. Raises ``NoSuchMedia``."""
        if not await store.quarantine(tx, media_id, self.clock.now()):
            raise NoSuchMedia

    async def quarantine_of(self, tx: Tx, account_id: str) -> int:
        """Serve nothing of an account any more; return how many files that are."""
        return await store.quarantine_of(tx, account_id, self.clock.now())

    async def release(self, tx: Tx, media_id: str) -> None:
        """Serve a file again. Raises ``NoSuchMedia``."""
        if not await store.release(tx, media_id):
            raise NoSuchMedia

    async def drop(self, tx: Tx, media_id: str) -> None:
        """Delete a file; a job deletes the bytes after the commit. Raises ``NoSuchMedia``.

        One that must stay is served to nobody from now on.
        """
        if await self._stay(tx, [media_id], asked=True):
            await store.quarantine(tx, media_id, self.clock.now())
            return
        names = await store.drop(tx, media_id)
        if not names:
            raise NoSuchMedia
        await self.jobs.enqueue(tx, DeleteBlobs(names))

    async def after(self, tx: Tx, media_id: str, limit: int) -> list[str]:
        """Return the ids of accounts' files after one; not those of the house's own parts."""
        return await store.after(tx, media_id, limit)

    async def owners(self, tx: Tx, media_ids: Sequence[str]) -> dict[str, tuple[str, bool]]:
        """Return of files that are there whose they are, and whether they are served."""
        return await store.owners(tx, media_ids)

    async def take(self, tx: Tx, media_ids: Sequence[str]) -> tuple[list[str], int, set[str]]:
        """Delete files of accounts; return which, their bytes with those of thumbnails, and who must stay.

        One that is not served, that another transaction holds, or that must, stays. The bytes go by a job after
        the commit: who is stopped in between leaves bytes that a job names, never a file without.
        """
        stay = await self._stay(tx, media_ids, asked=False)
        files = [one for one in media_ids if one not in stay]
        gone, bytes_count, names = await store.drop_many(tx, files)
        await self._delete_later(tx, names)
        return gone, bytes_count, stay

    async def sizes_of(self, tx: Tx, media_ids: Sequence[str]) -> tuple[int, int]:
        """Return how many bytes files have with their thumbnails, and how many files are there."""
        return await store.sizes_of(tx, media_ids)

    async def kept_of(self, tx: Tx, account_id: str, limit: int, offset: int) -> list[KeptRow]:
        """Return a page of an account's files, without their names, for operators' tools."""
        return await store.kept_of(tx, account_id, limit, offset)

    async def by_kind(self, tx: Tx) -> dict[str, int]:
        """Return how many bytes the files have, by the first word of their type."""
        return await store.kinds(tx)

    async def thumbnails_bytes(self, tx: Tx) -> int:
        """Return how many bytes the thumbnails have."""
        return await store.thumbnails_bytes(tx)

    async def sizes(self, tx: Tx, limit: int, offset: int) -> list[SizeRow]:
        """Return who keeps most, for operators' tools."""
        return await store.sizes(tx, limit, offset)

    async def forget(self, tx: Tx, account_id: str) -> None:
        """Delete all that an account has uploaded; a job deletes the bytes after the commit.

        What must stay is served to nobody from now on.
        """
        files = [row.media_id for row in await store.files_of(tx, account_id)]
        stay = await self._stay(tx, files, asked=True)
        names = await store.delete_of(tx, account_id, stay)
        await store.quarantine_of(tx, account_id, self.clock.now())
        await self._delete_later(tx, names)

    async def _stay(self, tx: Tx, media_ids: Sequence[str], asked: bool) -> set[str]:
        """Return which files must stay although they are about to be deleted."""
        stay: set[str] = set()
        if media_ids and self.holding:
            owners = await store.owners(tx, media_ids)
            whose = {media_id: account_id for media_id, (account_id, _) in owners.items()}
            for holds in self.holding:
                stay |= await holds(tx, whose, asked)
        return stay

    async def forget_older(self, tx: Tx, owner: str, before: datetime) -> None:
        """Delete what a part of the house kept before a moment; a job deletes the bytes."""
        await self._delete_later(tx, await store.delete_older(tx, owner, before))

    async def _delete_later(self, tx: Tx, names: list[str]) -> None:
        for first in range(0, len(names), DELETED_AT_ONCE_MAX):
            await self.jobs.enqueue(tx, DeleteBlobs(names[first : first + DELETED_AT_ONCE_MAX]))

    @staticmethod
    async def blobs_named(tx: Tx) -> list[str]:
        """Return the names of the blobs of all files and thumbnails; for back-ups."""
        return await store.blobs(tx)

    async def delete_blobs(self, asked: DeleteBlobs) -> None:
        """Delete bytes that no row names any more; doing it twice is doing it once."""
        for name in asked.names:
            await self.blobs.delete(name)
