"""Every statement over media's tables, and what is personal in them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.field import Basis, Category, Necessity, PersonalField, Purpose, Wording
from teahouse.infra.vault.sealed import Sealed
from teahouse.media.model.pictures import Size

FILE_PURPOSE = Purpose(
    id="media.file_name",
    version=1,
    name=Wording("您发送的文件的名称", "Names of the files you send"),
    purpose=Wording(
        "让收到文件的人以您给的名称保存它",
        "So that whoever receives a file can save it by the name you gave it",
    ),
    means=Wording(
        "加密保存，密钥专属于您的账号", "Kept encrypted under a key that belongs to your account"
    ),
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=Wording("发送图片、语音和文件", "Sending pictures, voice notes and files"),
    retention=Wording("直到您注销账号", "Until you delete your account"),
    retention_days=None,
    recipients=Wording("您发送文件的对象", "Those you send the file to"),
)
NAME = PersonalField("media_files", "name", FILE_PURPOSE)
FIELDS = (NAME,)
SEALED = (Sealed((NAME,), ("media_id",), row="media_id"),)

RESERVE = """
insert into media_files (media_id, account_id, content_type, bytes_count, created_at, expires_at)
values ($1, $2, 'application/octet-stream', 0, $3, $4)"""

DROP_EXPIRED = """
delete from media_files where account_id = $1 and blob is null and expires_at <= $2"""

PENDING = "select count(*) from media_files where account_id = $1 and blob is null"

OWNER = """
select account_id, blob is not null, expires_at from media_files where media_id = $1 for update"""

INSERT = """
insert into media_files (media_id, account_id, content_type, name, bytes_count, sha256, width,
    height, blob, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"""

FILL = """
update media_files set content_type = $3, name = $4, bytes_count = $5, sha256 = $6, width = $7,
    height = $8, blob = $9, created_at = $10, expires_at = null
where media_id = $1 and account_id = $2"""

KEEP = """
insert into media_usage (account_id, bytes_count) values ($1, $2)
on conflict (account_id) do update set bytes_count = media_usage.bytes_count + excluded.bytes_count
returning bytes_count"""

KEPT = "select bytes_count from media_usage where account_id = $1"

KEPT_BY_ALL = "select coalesce(sum(bytes_count), 0)::bigint from media_usage"

FILE = """
select media_id, account_id, content_type, name, bytes_count, sha256, blob, expires_at
from media_files where media_id = $1 and quarantined_at is null"""

KEPT_FILE = "select content_type, bytes_count, blob from media_files where media_id = $1"

THUMBNAIL = """
select content_type, bytes_count, blob from media_thumbnails
where media_id = $1 and width = $2 and height = $3 and method = $4"""

# The file may have gone while its thumbnail was made.
ADD_THUMBNAIL = """
insert into media_thumbnails (media_id, width, height, method, content_type, bytes_count, blob)
select $1, $2, $3, $4, $5, $6, $7
where exists (select from media_files where media_id = $1 for key share)
on conflict do nothing"""

QUARANTINE = """
update media_files set quarantined_at = $2 where media_id = $1 and quarantined_at is null"""

QUARANTINE_OF = """
update media_files set quarantined_at = $2
where account_id = $1 and blob is not null and quarantined_at is null"""

RELEASE = "update media_files set quarantined_at = null where media_id = $1"

KEPT_OF = """
select media_id, content_type, name, bytes_count, created_at, quarantined_at is not null,
    count(*) over ()
from media_files where account_id = $1 and blob is not null
order by created_at desc, media_id limit $2 offset $3"""

SIZES = """
select account_id, count(*), sum(bytes_count), count(*) over ()
from media_files where blob is not null group by account_id
order by sum(bytes_count) desc, account_id limit $1 offset $2"""

KINDS = """
select split_part(content_type, '/', 1), sum(bytes_count)::bigint
from media_files where blob is not null group by 1"""

THUMBNAILS_BYTES = "select coalesce(sum(bytes_count), 0)::bigint from media_thumbnails"

DROP = """
delete from media_files where media_id = $1 and blob is not null
returning account_id, bytes_count, blob"""

THUMBNAILS_OF = "select blob from media_thumbnails where media_id = $1"

AFTER = """
select media_id from media_files file
where media_id > $1 and blob is not null
    and exists (select from media_usage used where used.account_id = file.account_id)
order by media_id limit $2"""

OWNERS = """
select media_id, account_id, blob is not null and quarantined_at is null
from media_files where media_id = any ($1::text[])"""

# Nobody is waited for: what is locked is about to be something else, and is looked at again.
HOLD_MANY = """
select media_id from media_files file join media_usage used using (account_id)
where media_id = any ($1::text[]) and blob is not null and quarantined_at is null
for update of file, used skip locked"""

THUMBNAILS_OF_MANY = """
select bytes_count, blob from media_thumbnails where media_id = any ($1::text[])"""

DROP_MANY = """
delete from media_files where media_id = any ($1::text[])
returning account_id, bytes_count, blob"""

SIZES_OF = """
select coalesce(sum(bytes_count), 0)::bigint, count(*) filter (where file) from (
    select bytes_count, true as file from media_files
    where media_id = any ($1::text[]) and blob is not null
    union all
    select bytes_count, false from media_thumbnails where media_id = any ($1::text[])
) as kept"""

LESS = """
update media_usage set bytes_count = greatest(bytes_count - $2, 0) where account_id = $1"""

BLOBS_OF = """
select blob from media_files
where account_id = $1 and blob is not null and media_id <> all ($2::text[])
union all
select thumbnail.blob from media_thumbnails thumbnail join media_files file using (media_id)
where file.account_id = $1 and file.media_id <> all ($2::text[])"""

FILES_OF = """
select media_id, content_type, name, bytes_count, blob, created_at
from media_files where account_id = $1 and blob is not null order by created_at, media_id"""

BLOBS = """
select blob from media_files where blob is not null
union all select blob from media_thumbnails"""
DELETE_OLDER = """
with gone as (
    delete from media_files where account_id = $1 and created_at < $2 returning media_id, blob
)
select blob from gone where blob is not null
union all select thumbnail.blob from media_thumbnails thumbnail join gone using (media_id)"""

DELETE_OF = "delete from media_files where account_id = $1 and media_id <> all ($2::text[])"

DELETE_USAGE = """
delete from media_usage where account_id = $1
    and not exists (select from media_files where account_id = $1)"""


class FileRow(NamedTuple):
    """A file's row, in the order of the columns of ``INSERT`` from the third on."""

    content_type: str
    name: bytes | None
    bytes_count: int
    sha256: bytes
    width: int | None
    height: int | None
    blob: str
    created_at: datetime


class FoundRow(NamedTuple):
    """A file's row as read; ``blob`` and ``sha256`` are ``None`` while it is awaited."""

    media_id: str
    account_id: str
    content_type: str
    name: bytes | None
    bytes_count: int
    sha256: bytes | None
    blob: str | None
    expires_at: datetime | None


class OwnRow(NamedTuple):
    """One of an account's files."""

    media_id: str
    content_type: str
    name: bytes | None
    bytes_count: int
    blob: str
    created_at: datetime


class ThumbnailRow(NamedTuple):
    """A thumbnail's row."""

    content_type: str
    bytes_count: int
    blob: str


async def reserve(tx: Tx, media_id: str, account_id: str, now: datetime, until: datetime) -> None:
    """Hand out an address whose content comes later."""
    await tx.run(RESERVE, media_id, account_id, now, until)


async def drop_expired(tx: Tx, account_id: str, now: datetime) -> int:
    """Take back the addresses whose content never came."""
    return await tx.run(DROP_EXPIRED, account_id, now)


async def pending(tx: Tx, account_id: str) -> int:
    """Return how many addresses wait for their content."""
    return await tx.value(PENDING, account_id)


async def owner(tx: Tx, media_id: str) -> tuple[str, bool, datetime | None] | None:
    """Lock a file; return whose it is, whether it has content, and until when it waits."""
    row = await tx.row(OWNER, media_id)
    return None if row is None else (row[0], row[1], row[2])


async def insert(tx: Tx, media_id: str, account_id: str, row: FileRow) -> None:
    """Keep a new file."""
    await tx.run(INSERT, media_id, account_id, *row)


async def fill(tx: Tx, media_id: str, account_id: str, row: FileRow) -> None:
    """Give an awaited file its content."""
    await tx.run(FILL, media_id, account_id, *row)


async def keep(tx: Tx, account_id: str, bytes_count: int) -> int:
    """Count bytes as kept by an account and return how many it keeps now."""
    return await tx.value(KEEP, account_id, bytes_count)


async def kept(tx: Tx, account_id: str) -> int:
    """Return how many bytes an account keeps."""
    return await tx.value(KEPT, account_id) or 0


async def kept_by_all(tx: Tx) -> int:
    """Return how many bytes all accounts keep."""
    return await tx.value(KEPT_BY_ALL)


async def file(tx: Tx, media_id: str) -> FoundRow | None:
    """Return a file that is not in quarantine."""
    row = await tx.row(FILE, media_id)
    return None if row is None else FoundRow(*row)


async def kept_file(tx: Tx, media_id: str) -> ThumbnailRow | None:
    """Return where a file lies, whether or not it is served."""
    row = await tx.row(KEPT_FILE, media_id)
    return None if row is None or row["blob"] is None else ThumbnailRow(*row)


async def thumbnail(tx: Tx, media_id: str, size: Size) -> ThumbnailRow | None:
    """Return a thumbnail that was made before."""
    row = await tx.row(THUMBNAIL, media_id, size.width, size.height, size.made)
    return None if row is None else ThumbnailRow(*row)


async def add_thumbnail(tx: Tx, media_id: str, size: Size, row: ThumbnailRow) -> bool:
    """Keep a thumbnail, and tell whether it was the first of its size."""
    count = await tx.run(ADD_THUMBNAIL, media_id, size.width, size.height, size.made, *row)
    return count == 1


async def quarantine(tx: Tx, media_id: str, now: datetime) -> bool:
    """Serve a file no more, and tell whether it was served until now."""
    return await tx.run(QUARANTINE, media_id, now) == 1


async def quarantine_of(tx: Tx, account_id: str, now: datetime) -> int:
    """Serve nothing of an account any more; return how many files that are."""
    return await tx.run(QUARANTINE_OF, account_id, now)


class KeptRow(NamedTuple):
    """A file as operators' tools see it, and how many there are."""

    media_id: str
    content_type: str
    name: bytes | None
    bytes_count: int
    created_at: datetime
    quarantined: bool
    total: int


class SizeRow(NamedTuple):
    """How much an account keeps, and how many accounts keep something."""

    account_id: str
    file_count: int
    bytes_count: int
    total: int


async def release(tx: Tx, media_id: str) -> bool:
    """Serve a file again; false when there is none."""
    return await tx.run(RELEASE, media_id) == 1


async def kept_of(tx: Tx, account_id: str, limit: int, offset: int) -> list[KeptRow]:
    """Return a page of an account's files, newest first."""
    return [KeptRow(*row) for row in await tx.rows(KEPT_OF, account_id, limit, offset)]


async def sizes(tx: Tx, limit: int, offset: int) -> list[SizeRow]:
    """Return who keeps most."""
    return [
        SizeRow(row[0], row[1], int(row[2]), row[3]) for row in await tx.rows(SIZES, limit, offset)
    ]


async def kinds(tx: Tx) -> dict[str, int]:
    """Return how many bytes the files have, by the first word of their type."""
    return {row[0]: row[1] for row in await tx.rows(KINDS)}


async def thumbnails_bytes(tx: Tx) -> int:
    """Return how many bytes the thumbnails have."""
    return await tx.value(THUMBNAILS_BYTES)


async def drop(tx: Tx, media_id: str) -> list[str]:
    """Delete a file's row and those of its thumbnails; return the blobs that they named."""
    names = [row[0] for row in await tx.rows(THUMBNAILS_OF, media_id)]
    row = await tx.row(DROP, media_id)
    if row is None:
        return []
    await tx.run(LESS, row[0], row[1])
    return [row[2], *names]


async def after(tx: Tx, media_id: str, limit: int) -> list[str]:
    """Return the accounts' files after one, by their ids."""
    return [row[0] for row in await tx.rows(AFTER, media_id, limit)]


async def owners(tx: Tx, media_ids: Sequence[str]) -> dict[str, tuple[str, bool]]:
    """Return of files whose they are, and whether they have content that is served."""
    return {row[0]: (row[1], row[2]) for row in await tx.rows(OWNERS, list(media_ids))}


async def drop_many(tx: Tx, media_ids: Sequence[str]) -> tuple[list[str], int, list[str]]:
    """Delete files that nobody holds; return which, their bytes, and the blobs that they named."""
    held = [row[0] for row in await tx.rows(HOLD_MANY, list(media_ids))]
    drawn = await tx.rows(THUMBNAILS_OF_MANY, held)
    gone = await tx.rows(DROP_MANY, held)
    for row in gone:
        await tx.run(LESS, row[0], row[1])
    bytes_count = sum(row[1] for row in gone) + sum(row[0] for row in drawn)
    return held, bytes_count, [row[2] for row in gone] + [row[1] for row in drawn]


async def sizes_of(tx: Tx, media_ids: Sequence[str]) -> tuple[int, int]:
    """Return how many bytes files have with their thumbnails, and how many files are there."""
    row = await tx.row(SIZES_OF, list(media_ids))
    assert row is not None, "a sum has one row"
    return row[0], row[1]


async def blobs(tx: Tx) -> list[str]:
    """Return the names of every blob there is."""
    return [row[0] for row in await tx.rows(BLOBS)]


async def files_of(tx: Tx, account_id: str) -> list[OwnRow]:
    """Return all that an account has uploaded, oldest first."""
    return [OwnRow(*row) for row in await tx.rows(FILES_OF, account_id)]


async def delete_older(tx: Tx, owner: str, before: datetime) -> list[str]:
    """Delete what was kept before a moment; return the blobs, of thumbnails too."""
    return [row[0] for row in await tx.rows(DELETE_OLDER, owner, before)]


async def delete_of(tx: Tx, account_id: str, but: Collection[str]) -> list[str]:
    """Delete all rows of an account but some files'; return the blobs that they named."""
    names = [row[0] for row in await tx.rows(BLOBS_OF, account_id, list(but))]
    await tx.run(DELETE_OF, account_id, list(but))
    await tx.run(DELETE_USAGE, account_id)
    return names
