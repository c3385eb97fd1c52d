"""The kinds of content that cases can be about, each by the verbs of the domain that has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from teahouse.accounts.model import NoSuchAccount
from teahouse.accounts.service import Accounts
from teahouse.cases.model.case import ContentKind, Found, Told
from teahouse.directory.service import Directory
from teahouse.infra.db.pool import Database, Tx
from teahouse.media.model.files import NoSuchMedia, NotYetUploaded
from teahouse.media.service import Media
from teahouse.profiles.service import Profiles
from teahouse.rooms.service import Rooms
from teahouse.timeline.service.house import Timeline
from teahouse.timeline.service.withholding import may_be_withheld

NAMED = {"display_name": "displayname", "avatar_url": "avatar_url"}

_encode = msgspec.json.encode


@dataclass(frozen=True, repr=False)
class Messages:
    """What somebody said in a room; of an encrypted one, as it was reported, and no more."""

    db: Database
    accounts: Accounts
    timeline: Timeline
    name: str = "message"

    async def find(self, target: str) -> Found | None:
        """Return a message that says something."""
        async with self.db.read() as tx:
            found = (await self.timeline.reading.events_by_id(tx, [target])).get(target)
        if found is None or not may_be_withheld(found[1]):
            return None
        event = found[1]
        author = await _account_id(self.accounts, event.sender)
        return None if author is None else Found(author, event.sender, event.room_id, event.body)

    async def hide(self, tx: Tx, target: str) -> Told:
        """Withhold a message from readers."""
        return await self.timeline.withholding.withhold(tx, target)

    async def show(self, tx: Tx, target: str, snapshot: bytes) -> Told:
        """Give a message back as it was."""
        return await self.timeline.withholding.give_back(tx, target)

    async def delete(self, tx: Tx, target: str) -> None:
        """Forget what a withheld message said."""
        await self.timeline.withholding.forget(tx, target)


@dataclass(frozen=True, repr=False)
class ProfilesShown:
    """The name and the picture that somebody shows."""

    accounts: Accounts
    profiles: Profiles
    name: str = "profile"

    async def find(self, target: str) -> Found | None:
        """Return what somebody shows of themselves."""
        author = await _account_id(self.accounts, target)
        if author is None:
            return None
        shown = await self.profiles.one(target)
        kept = {"display_name": shown.display_name, "avatar_url": shown.avatar_url}
        return Found(author, target, "", _encode(kept))

    async def hide(self, tx: Tx, target: str) -> Told:
        """Take the name and the picture away; another may be chosen."""
        return await self._set(tx, target, dict.fromkeys(NAMED))

    async def show(self, tx: Tx, target: str, snapshot: bytes) -> Told:
        """Show the name and the picture again."""
        return await self._set(tx, target, msgspec.json.decode(snapshot))

    async def delete(self, tx: Tx, target: str) -> None:
        """Do nothing: what was taken away is in the evidence only, and goes with the case."""

    async def _set(self, tx: Tx, target: str, values: dict[str, Any]) -> Told:
        account_id = await self.accounts.id_of(tx, target)
        if account_id is None:
            return []
        return [
            await self.profiles.set_field(tx, account_id, target, field, values[name])
            for name, field in NAMED.items()
        ]


@dataclass(frozen=True, repr=False)
class RoomsListed:
    """A room's name and topic, and its place in the list: what strangers meet."""

    accounts: Accounts
    rooms: Rooms
    directory: Directory
    name: str = "room"

    async def find(self, target: str) -> Found | None:
        """Return how a room presents itself."""
        room = await self.rooms.find(target)
        if room is None:
            return None
        state = room.state
        author = await _account_id(self.accounts, state.creator)
        kept = {
            "name": state.text("m.room.name", "name"),
            "topic": state.text("m.room.topic", "topic"),
            "listed": await self.directory.is_listed(target),
        }
        return None if author is None else Found(author, state.creator, target, _encode(kept))

    async def hide(self, tx: Tx, target: str) -> Told:
        """Keep a room off the list."""
        await self.directory.withhold(tx, target)
        return []

    async def show(self, tx: Tx, target: str, snapshot: bytes) -> Told:
        """Let a room be in the list as it was."""
        await self.directory.let_go(tx, target)
        return []

    async def delete(self, tx: Tx, target: str) -> None:
        """Do nothing: the room is its members', and stays off the list."""


@dataclass(frozen=True, repr=False)
class Files:
    """A file that somebody uploaded."""

    db: Database
    accounts: Accounts
    media: Media
    name: str = "media"

    async def find(self, target: str) -> Found | None:
        """Return what a file is, without its bytes: they stay where they are."""
        try:
            file = await self.media.file(target)
        except (NoSuchMedia, NotYetUploaded):
            return None
        async with self.db.read() as tx:
            try:
                author = await self.accounts.by_id(tx, file.account_id)
            except NoSuchAccount:
                return None
        kept = {
            "name": file.name,
            "content_type": file.content_type,
            "bytes": file.bytes_count,
            "sha256": file.sha256.hex(),
        }
        return Found(author.account_id, author.user_id, "", _encode(kept))

    async def hide(self, tx: Tx, target: str) -> Told:
        """Serve a file to nobody."""
        await self.media.quarantine(tx, target)
        return []

    async def show(self, tx: Tx, target: str, snapshot: bytes) -> Told:
        """Serve a file again."""
        await self.media.release(tx, target)
        return []

    async def delete(self, tx: Tx, target: str) -> None:
        """Delete a file."""
        await self.media.drop(tx, target)


def kinds_of(
    db: Database,
    accounts: Accounts,
    profiles: Profiles,
    timeline: Timeline,
    rooms: Rooms,
    directory: Directory,
    media: Media,
) -> Sequence[ContentKind]:
    """Return every kind of content that there is."""
    return (
        Messages(db, accounts, timeline),
        ProfilesShown(accounts, profiles),
        RoomsListed(accounts, rooms, directory),
        Files(db, accounts, media),
    )


async def _account_id(accounts: Accounts, user_id: str) -> str | None:
    try:
        return (await accounts.account(user_id)).account_id
    except NoSuchAccount:
        return None
