"""Files by the tools: counted, kept back, given back, deleted. Names are their owners', and not shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from teahouse.accounts.service.listing import Listing
from teahouse.adminapi.model import PAGE_DEFAULT
from teahouse.audit.service import Audit
from teahouse.infra.db.pool import Database
from teahouse.media.model.files import NoSuchMedia
from teahouse.media.service import Media
from teahouse.profiles.service import Profiles


@dataclass(frozen=True)
class Kept:
    """A file of somebody's."""

    media_id: str
    content_type: str
    bytes_count: int
    created_ms: int
    quarantined: bool


@dataclass(frozen=True)
class Size:
    """How much somebody keeps."""

    user_id: str
    display_name: str | None
    count: int
    bytes_count: int


@dataclass(frozen=True, repr=False)
class Files:
    """What tools do with files. ``actor`` is as in ``audit``."""

    db: Database
    audit: Audit
    media: Media
    listing: Listing
    profiles: Profiles

    async def of_account(
        self, actor: str, account_id: str, limit: int, offset: int
    ) -> tuple[list[Kept], int]:
        """Return a page of somebody's files, newest first, and how many there are. Audited."""
        async with self.db.transaction() as tx:
            rows = await self.media.kept_of(tx, account_id, limit, offset)
            detail: dict[str, object] = {"found": len(rows)}
            await self.audit.append(tx, actor, "adminapi.files_listed", account_id, detail)
        found = [
            Kept(
                row.media_id,
                row.content_type,
                row.bytes_count,
                int(row.created_at.timestamp() * 1000),
                row.quarantined,
            )
            for row in rows
        ]
        return found, rows[0].total if rows else 0

    async def sizes(self, limit: int, offset: int) -> tuple[list[Size], int]:
        """Return who keeps most, and how many keep something."""
        async with self.db.read() as tx:
            rows = await self.media.sizes(tx, limit, offset)
            users = await self.listing.user_ids(tx, [row.account_id for row in rows])
        profiles = await self.profiles.many(list(users.values()))
        found = [
            Size(
                users[row.account_id],
                profiles[users[row.account_id]].display_name,
                row.file_count,
                row.bytes_count,
            )
            for row in rows
            if row.account_id in users
        ]
        return found, rows[0].total if rows else 0

    async def quarantine(self, actor: str, media_id: str) -> None:
        """Serve a file no more. Raises ``NoSuchMedia``."""
        async with self.db.transaction() as tx:
            await self.media.quarantine(tx, media_id)
            await self.audit.append(tx, actor, "adminapi.file_quarantined", media_id)

    async def quarantine_all(self, actor: str, media_ids: Sequence[str]) -> int:
        """Serve some files no more; return how many were served until now."""
        count = 0
        for media_id in media_ids:
            try:
                await self.quarantine(actor, media_id)
            except NoSuchMedia:
                continue  # there is none, or it was kept back before
            count += 1
        return count

    async def quarantine_of(self, actor: str, account_id: str) -> int:
        """Serve nothing of somebody any more; return how many files that are."""
        async with self.db.transaction() as tx:
            count = await self.media.quarantine_of(tx, account_id)
            detail: dict[str, object] = {"count": count}
            await self.audit.append(tx, actor, "adminapi.files_quarantined", account_id, detail)
        return count

    async def release(self, actor: str, media_id: str) -> None:
        """Serve a file again. Raises ``NoSuchMedia``."""
        async with self.db.transaction() as tx:
            await self.media.release(tx, media_id)
            await self.audit.append(tx, actor, "adminapi.file_released", media_id)

    async def delete(self, actor: str, media_id: str) -> None:
        """Delete a file. Raises ``NoSuchMedia``."""
        async with self.db.transaction() as tx:
            await self.media.drop(tx, media_id)
            await self.audit.append(tx, actor, "adminapi.file_deleted", media_id)

    async def delete_of(self, actor: str, account_id: str) -> list[str]:
        """Delete the newest files of somebody; ask again for the rest."""
        async with self.db.read() as tx:
            rows = await self.media.kept_of(tx, account_id, PAGE_DEFAULT, 0)
        for row in rows:
            try:
                await self.delete(actor, row.media_id)
            except NoSuchMedia:
                continue  # somebody else was quicker
        return [row.media_id for row in rows]
