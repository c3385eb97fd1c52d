"""What people show of themselves: sealed at rest, opened for whoever may see it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import msgspec

from teahouse.accounts.model import NoSuchAccount
from teahouse.accounts.service import Accounts
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault.field import PersonalField
from teahouse.infra.vault.model import Restricted
from teahouse.infra.vault.vault import SealedRow, Vault
from teahouse.profiles import store
from teahouse.profiles.events import ProfileChanged
from teahouse.profiles.model import (
    PROFILES_AT_ONCE_MAX,
    REMOVED,
    Profile,
    check_profile_size,
    check_profile_value,
)
from teahouse.profiles.store import AVATAR_URL, DISPLAY_NAME, PROFILE_FIELDS, PUBLIC, ProfileRow

_COLUMNS = {"displayname": (0, DISPLAY_NAME), "avatar_url": (1, AVATAR_URL)}
_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])


# Called with ``(tx, account_id, field, text)`` in the transaction that writes a field; the text of one
# that is removed is empty. May refuse it.
Showing = Callable[[Tx, str, str, bytes], Awaitable[None]]
# Called with ``(tx, (account_id, user_id), field, earlier)`` before a field is written over; ``earlier``
# opens what it says until now as JSON text, and nothing for a field that is not there.
Replacing = Callable[[Tx, tuple[str, str], str, Callable[[], Awaitable[str]]], Awaitable[None]]


@dataclass(frozen=True, slots=True, repr=False)
class Profiles:
    """Reads and writes profiles. ``listen`` once, before anybody's account ends."""

    db: Database
    vault: Vault
    accounts: Accounts
    showing: list[Showing] = field(default_factory=list[Showing])
    replacing: list[Replacing] = field(default_factory=list[Replacing])

    def listen(self) -> None:
        """Let a profile go with its account."""
        self.accounts.endings.append(store.delete_profile)

    async def one(self, user_id: str, own: bool = False) -> Profile:
        """Return what a user shows of themselves; nothing, while they are restricted.

        For themselves (``own``) everything. Raises ``NoSuchAccount``.
        """
        async with self.db.read() as tx:
            found = await store.profile(tx, user_id)
            if found is None or not any(found[1]):
                if not await self.accounts.exists(tx, user_id):
                    raise NoSuchAccount
                return Profile()
            try:
                return await self._opened(tx, *found, own=own)
            except Restricted:
                return Profile()

    async def _opened(self, tx: Tx, account_id: str, row: ProfileRow, own: bool = True) -> Profile:
        name, avatar = [
            await self._open(tx, field, account_id, row[at], own) for at, field in _COLUMNS.values()
        ]
        return Profile(name, avatar, await self._fields(tx, account_id, row.fields, own))

    async def many(self, user_ids: Sequence[str]) -> dict[str, Profile]:
        """Return names and pictures (no other fields) of at most 1000 users, by user id."""
        assert len(user_ids) <= PROFILES_AT_ONCE_MAX, "ask for fewer profiles at once"
        async with self.db.read() as tx:
            found = await store.profiles(tx, list(user_ids))
            sealed = [(account_id, row.display_name) for _, account_id, row in found]
            names = await self._column(tx, DISPLAY_NAME, sealed)
            sealed = [(account_id, row.avatar_url) for _, account_id, row in found]
            avatars = await self._column(tx, AVATAR_URL, sealed)
        known = {
            user_id: Profile(names.get(account_id), avatars.get(account_id))
            for user_id, account_id, _ in found
        }
        return {user_id: known.get(user_id, Profile()) for user_id in user_ids}

    async def after(
        self, tx: Tx, account_id: str, limit: int
    ) -> list[tuple[str, dict[str, bytes]]]:
        """Return profiles after one, by account: the JSON text of each field that is shown."""
        return [
            (one, _texts(await self._opened(tx, one, row)))
            for one, row in await store.after(tx, account_id, limit)
        ]

    # -- shown to people without an account ------------------------------------------------------

    async def public_names(self, user_ids: Sequence[str]) -> dict[str, str]:
        """Return the names of those who agreed that everybody may see them, by user id."""
        async with self.db.read() as tx:
            shown = await store.shown(tx, list(user_ids))
        profiles = await self.many(shown) if shown else {}
        return {one: profiles[one].display_name or one for one in shown}

    async def settle_public(self, tx: Tx, account_id: str) -> None:
        """Show a name, or stop, as the grounds on file say now."""
        if PUBLIC.purpose.ground not in await self.vault.grounds(tx, account_id):
            await store.hide(tx, account_id)
            return
        account = await self.accounts.by_id(tx, account_id)
        await store.show(tx, account_id, account.user_id, self.accounts.clock.now())

    async def hide_public(self, tx: Tx, account_id: str) -> None:
        """Stop showing a name; for the transaction in which the consent is withdrawn."""
        await store.hide(tx, account_id)

    async def public_since(self, account_id: str) -> datetime | None:
        """Return since when somebody's name may be shown to everybody, if it may."""
        async with self.db.read() as tx:
            return await store.shown_since(tx, account_id)

    async def held(self, tx: Tx, account_id: str, user_id: str) -> Profile:
        """Return what an account shows, and let nobody else change it until the commit."""
        row = await store.profile_locked(tx, account_id, user_id)
        return await self._opened(tx, account_id, row)

    async def set_field(
        self, tx: Tx, account_id: str, user_id: str, name: str, value: Any
    ) -> ProfileChanged:
        """Write a field (``displayname``, ``avatar_url`` or another); ``REMOVED`` removes it.

        ``value`` is decoded JSON; a name or a picture that is ``None`` or empty is none. Returns the announcement, for the caller to put last. Raises
        ``ProfileTooLarge``, ``ProfileNameTooLong``, ``Invalid``, ``NoGround``.
        """
        check_profile_value(name, value)
        row = await store.profile_locked(tx, account_id, user_id)
        earlier = partial(self._earlier, tx, account_id, row, name)
        for replaced in self.replacing:
            await replaced(tx, (account_id, user_id), name, earlier)
        if name in _COLUMNS:
            row = await self._with_column(tx, row, account_id, name, value)
        else:
            row = await self._with_field(tx, row, account_id, name, value)
        if row.fields is not None:  # a name and a picture alone are never too much
            check_profile_size(await self._opened(tx, account_id, row))
        await store.set_profile(tx, account_id, row)
        text = b"" if value is REMOVED else msgspec.json.encode(value)
        for shown in self.showing:
            await shown(tx, account_id, name, text)
        return ProfileChanged(account_id, user_id, name)

    async def _earlier(self, tx: Tx, account_id: str, row: ProfileRow, name: str) -> str:
        texts = _texts(await self._opened(tx, account_id, row))
        return texts.get(name, b"").decode()

    async def _with_column(
        self, tx: Tx, row: ProfileRow, account_id: str, name: str, value: Any
    ) -> ProfileRow:
        at, field = _COLUMNS[name]
        sealed = await self.vault.seal(tx, field, account_id, account_id, value) if value else None
        return row._replace(display_name=sealed) if at == 0 else row._replace(avatar_url=sealed)

    async def _with_field(
        self, tx: Tx, row: ProfileRow, account_id: str, name: str, value: Any
    ) -> ProfileRow:
        fields = await self._fields(tx, account_id, row.fields)
        fields.pop(name, None)
        if value is not REMOVED:
            fields[name] = msgspec.Raw(msgspec.json.encode(value))
        if not fields:
            return row._replace(fields=None)
        text = msgspec.json.encode(fields)
        sealed = await self.vault.seal(tx, PROFILE_FIELDS, account_id, account_id, text)
        return row._replace(fields=sealed)

    async def _fields(
        self, tx: Tx, account_id: str, sealed: bytes | None, own: bool = True
    ) -> dict[str, msgspec.Raw]:
        text = await self._open(tx, PROFILE_FIELDS, account_id, sealed, own)
        return _FIELDS.decode(text) if text else {}

    async def _open(
        self, tx: Tx, field: PersonalField, account_id: str, sealed: bytes | None, own: bool
    ) -> str | None:
        if sealed is None:
            return None
        word = (
            self.vault.own_word(account_id, "to show or change it for its owner") if own else None
        )
        return await self.vault.open(tx, field, account_id, account_id, sealed, word)

    async def _column(
        self, tx: Tx, field: PersonalField, values: Sequence[tuple[str, bytes | None]]
    ) -> dict[str, str | None]:
        rows = [SealedRow(who, who, sealed) for who, sealed in values if sealed is not None]
        texts = await self.vault.open_many(tx, field, rows) if rows else []
        return {row.subject_id: text for row, text in zip(rows, texts, strict=True)}


def _texts(profile: Profile) -> dict[str, bytes]:
    """Return the JSON text of each field that is shown."""
    known = {"displayname": profile.display_name, "avatar_url": profile.avatar_url}
    texts = {name: msgspec.json.encode(value) for name, value in known.items() if value}
    return texts | {name: bytes(value) for name, value in profile.fields.items()}
