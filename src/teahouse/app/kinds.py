"""The kinds of content that cases can be about, each by the verbs of the domain that has it."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec

from teahouse.accounts.model import NoSuchAccount
from teahouse.accounts.service import Accounts
from teahouse.cases.model.case import ContentKind, Found, Hidden, Told
from teahouse.cases.service.emergencies import shown
from teahouse.directory.service import Directory
from teahouse.infra.db.pool import Database, Tx
from teahouse.media.model.files import NoSuchMedia, NotYetUploaded
from teahouse.media.service import Media
from teahouse.officials.model import WITHHELD
from teahouse.officials.service.officials import Officials
from teahouse.profiles.model import Profile
from teahouse.profiles.service import Profiles
from teahouse.rooms.service import Rooms
from teahouse.standing.service import Standing
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
    shared: bool = True

    async def find(self, target: str) -> Found | None:
        """Return a message that says something."""
        async with self.db.read() as tx:
            found = (await self.timeline.reading.events_by_id(tx, [target])).get(target)
        if found is None or not may_be_withheld(found[1]):
            return None
        event = found[1]
        return await _found(self.accounts, event.sender, event.room_id, event.body)

    async def hide(self, tx: Tx, target: str, snapshot: bytes) -> Hidden:
        """Withhold a message from readers."""
        told = await self.timeline.withholding.withhold(tx, target)
        return Hidden(told, "body" if told else "")

    async def show(self, tx: Tx, target: str, snapshot: bytes, taken: str) -> Told:
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
    shared: bool = False  # each case takes the name that was reported to it

    async def find(self, target: str) -> Found | None:
        """Return what somebody shows of themselves."""
        try:
            shown = await self.profiles.one(target)
        except NoSuchAccount:
            return None
        return await _found(self.accounts, target, "", _encode(_kept(shown)))

    async def hide(self, tx: Tx, target: str, snapshot: bytes) -> Hidden:
        """Take away the name and the picture that were reported; another may be chosen."""
        account_id = await self.accounts.id_of(tx, target)
        if account_id is None:
            return Hidden([], "")
        reported = msgspec.json.decode(snapshot)
        shown = _kept(await self.profiles.held(tx, account_id, target))
        taken = [name for name in NAMED if reported[name] and shown[name] == reported[name]]
        told = await self._set(tx, (account_id, target), dict.fromkeys(taken))
        return Hidden(told, " ".join(taken))

    async def show(self, tx: Tx, target: str, snapshot: bytes, taken: str) -> Told:
        """Show the name and the picture again."""
        account_id = await self.accounts.id_of(tx, target)
        if account_id is None:
            return []
        reported = msgspec.json.decode(snapshot)
        given_back = {name: reported[name] for name in taken.split()}
        return await self._set(tx, (account_id, target), given_back)

    async def delete(self, tx: Tx, target: str) -> None:
        """Do nothing: what was taken away is in the evidence only, and goes with the case."""

    async def _set(self, tx: Tx, whose: tuple[str, str], values: dict[str, Any]) -> Told:
        return [
            await self.profiles.set_field(tx, *whose, NAMED[name], value)
            for name, value in values.items()
        ]


@dataclass(frozen=True, repr=False)
class RoomsListed:
    """A room's name and topic, and its place in the list: what strangers meet."""

    accounts: Accounts
    rooms: Rooms
    directory: Directory
    name: str = "room"
    shared: bool = True

    async def find(self, target: str) -> Found | None:
        """Return how a room presents itself."""
        room = await self.rooms.find(target)
        if room is None:
            return None
        state = room.state
        kept = {
            "name": state.text("m.room.name", "name"),
            "topic": state.text("m.room.topic", "topic"),
            "listed": await self.directory.is_listed(target),
        }
        return await _found(self.accounts, state.creator, target, _encode(kept))

    async def hide(self, tx: Tx, target: str, snapshot: bytes) -> Hidden:
        """Keep a room off the list, whether or not it is on it now."""
        await self.directory.withhold(tx, target)
        return Hidden([], "place")

    async def show(self, tx: Tx, target: str, snapshot: bytes, taken: str) -> Told:
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
    shared: bool = True

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
        class_ = author.account_class.value
        return Found(author.account_id, author.user_id, "", _encode(kept), class_)

    async def hide(self, tx: Tx, target: str, snapshot: bytes) -> Hidden:
        """Serve a file to nobody; one that operators have quarantined before stays theirs."""
        try:
            await self.media.quarantine(tx, target)
        except NoSuchMedia:
            return Hidden([], "")
        return Hidden([], "file")

    async def show(self, tx: Tx, target: str, snapshot: bytes, taken: str) -> Told:
        """Serve a file again, if its owner has not deleted it meanwhile."""
        with suppress(NoSuchMedia):
            await self.media.release(tx, target)
        return []

    async def delete(self, tx: Tx, target: str) -> None:
        """Delete a file, if it is not gone."""
        with suppress(NoSuchMedia):
            await self.media.drop(tx, target)


@dataclass(frozen=True, repr=False)
class OfficialsRegistered:
    """Who an official account says is behind it: what was reviewed, without its licence."""

    accounts: Accounts
    officials: Officials
    standing: Standing
    name: str = "official"
    shared: bool = True

    async def find(self, target: str) -> Found | None:
        """Return under what name an official account is registered, and whose it is."""
        author = await _account_id(self.accounts, target)
        said = None if author is None else await self.officials.said(author)
        if said is None:
            return None
        return await _found(self.accounts, target, "", _encode(said))

    async def hide(self, tx: Tx, target: str, snapshot: bytes) -> Hidden:
        """Put a registration out of force: the account reads, and does not speak under that name."""
        account_id = await self.accounts.id_of(tx, target)
        if account_id is None or not await self.officials.withhold(tx, account_id):
            return Hidden([], "")
        return Hidden(await self.standing.silence(tx, account_id, WITHHELD), "registration")

    async def show(self, tx: Tx, target: str, snapshot: bytes, taken: str) -> Told:
        """Put a registration in force again as it was."""
        account_id = await self.accounts.id_of(tx, target)
        if account_id is None or not await self.officials.let_go(tx, account_id):
            return []
        return await self.standing.unsilence(tx, account_id, WITHHELD)

    async def delete(self, tx: Tx, target: str) -> None:
        """Do nothing: it stays out of force until a change of it is approved."""


@dataclass(frozen=True, repr=False)
class AccountsHeld:
    """An account as a whole: what somebody does with it, rather than one thing that they said."""

    accounts: Accounts
    name: str = "account"
    shared: bool = True

    async def find(self, target: str) -> Found | None:
        """Return an account, without anything personal."""
        try:
            return shown(await self.accounts.account(target))
        except NoSuchAccount:
            return None

    async def hide(self, tx: Tx, target: str, snapshot: bytes) -> Hidden:
        """Take nothing away: what it said are cases of their own."""
        return Hidden([], "")

    async def show(self, tx: Tx, target: str, snapshot: bytes, taken: str) -> Told:
        """Give nothing back: nothing was taken."""
        return []

    async def delete(self, tx: Tx, target: str) -> None:
        """Delete nothing."""


def kinds_of(
    db: Database,
    accounts: Accounts,
    profiles: Profiles,
    timeline: Timeline,
    rooms: Rooms,
    directory: Directory,
    media: Media,
    officials: Officials,
    standing: Standing,
) -> Sequence[ContentKind]:
    """Return every kind of content that there is."""
    return (
        Messages(db, accounts, timeline),
        ProfilesShown(accounts, profiles),
        RoomsListed(accounts, rooms, directory),
        Files(db, accounts, media),
        OfficialsRegistered(accounts, officials, standing),
        AccountsHeld(accounts),
    )


async def _account_id(accounts: Accounts, user_id: str) -> str | None:
    try:
        return (await accounts.account(user_id)).account_id
    except NoSuchAccount:
        return None


async def _found(accounts: Accounts, user_id: str, place: str, snapshot: bytes) -> Found | None:
    try:
        author = await accounts.account(user_id)
    except NoSuchAccount:
        return None
    return Found(author.account_id, user_id, place, snapshot, author.account_class.value)


def _kept(shown: Profile) -> dict[str, str | None]:
    return {"display_name": shown.display_name, "avatar_url": shown.avatar_url}
