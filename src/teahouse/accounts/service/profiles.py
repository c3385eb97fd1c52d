"""What accounts show of themselves: sealed at rest, opened for whoever may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from teahouse.accounts import store
from teahouse.accounts.events import ProfileChanged
from teahouse.accounts.model import (
    PROFILE_BYTES_MAX,
    PROFILES_AT_ONCE_MAX,
    NoSuchAccount,
    Profile,
    ProfileTooLarge,
    check_profile_value,
)
from teahouse.accounts.store import ProfileRow
from teahouse.accounts.store.personal import AVATAR_URL, DISPLAY_NAME, PROFILE_FIELDS
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault.field import PersonalField
from teahouse.infra.vault.vault import SealedRow, Vault

_COLUMNS = {"displayname": (0, DISPLAY_NAME), "avatar_url": (1, AVATAR_URL)}
_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])


@dataclass(frozen=True, slots=True)
class Profiles:
    """Reads and writes profiles."""

    db: Database
    vault: Vault

    async def one(self, tx: Tx, user_id: str) -> Profile:
        """Return a profile. Raises ``NoSuchAccount``."""
        found = await store.profile(tx, user_id)
        if found is None:
            raise NoSuchAccount
        account_id, row = found
        name, avatar = [
            await self._open(tx, field, account_id, row[at]) for at, field in _COLUMNS.values()
        ]
        return Profile(name, avatar, await self._fields(tx, account_id, row.fields))

    async def many(self, tx: Tx, user_ids: Sequence[str]) -> dict[str, Profile]:
        """Return names and pictures by user id, empty for those who have none."""
        assert len(user_ids) <= PROFILES_AT_ONCE_MAX, "ask for fewer profiles at once"
        found = await store.profiles(tx, list(user_ids))
        names = await self._column(tx, DISPLAY_NAME, [(a, row.display_name) for _, a, row in found])
        avatars = await self._column(tx, AVATAR_URL, [(a, row.avatar_url) for _, a, row in found])
        known = {
            user_id: Profile(names.get(account_id), avatars.get(account_id))
            for user_id, account_id, _ in found
        }
        return {user_id: known.get(user_id, Profile()) for user_id in user_ids}

    async def set_field(
        self, tx: Tx, account_id: str, user_id: str, name: str, value: Any
    ) -> ProfileChanged:
        """Write or (``None``) remove a field; see ``Accounts.set_profile_field``."""
        check_profile_value(name, value)
        row = await store.profile_locked(tx, account_id)
        if name in _COLUMNS:
            row = await self._with_column(tx, row, account_id, name, value)
        else:
            row = await self._with_field(tx, row, account_id, name, value)
        await store.set_profile(tx, account_id, row)
        return ProfileChanged(account_id, user_id, name)

    async def _with_column(
        self, tx: Tx, row: ProfileRow, account_id: str, name: str, value: str | None
    ) -> ProfileRow:
        at, field = _COLUMNS[name]
        sealed = await self.vault.seal(tx, field, account_id, account_id, value) if value else None
        return row._replace(display_name=sealed) if at == 0 else row._replace(avatar_url=sealed)

    async def _with_field(
        self, tx: Tx, row: ProfileRow, account_id: str, name: str, value: Any
    ) -> ProfileRow:
        fields = await self._fields(tx, account_id, row.fields)
        fields.pop(name, None)
        if value is not None:
            fields[name] = msgspec.Raw(msgspec.json.encode(value))
        text = msgspec.json.encode(fields)
        if len(text) > PROFILE_BYTES_MAX:
            raise ProfileTooLarge
        if not fields:
            return row._replace(fields=None)
        sealed = await self.vault.seal(tx, PROFILE_FIELDS, account_id, account_id, text)
        return row._replace(fields=sealed)

    async def _fields(
        self, tx: Tx, account_id: str, sealed: bytes | None
    ) -> dict[str, msgspec.Raw]:
        text = await self._open(tx, PROFILE_FIELDS, account_id, sealed)
        return _FIELDS.decode(text) if text else {}

    async def _open(
        self, tx: Tx, field: PersonalField, account_id: str, sealed: bytes | None
    ) -> str | None:
        if sealed is None:
            return None
        return await self.vault.open(tx, field, account_id, account_id, sealed)

    async def _column(
        self, tx: Tx, field: PersonalField, values: Sequence[tuple[str, bytes | None]]
    ) -> dict[str, str | None]:
        rows = [SealedRow(who, who, sealed) for who, sealed in values if sealed is not None]
        texts = await self.vault.open_many(tx, field, rows) if rows else []
        return {row.subject_id: text for row, text in zip(rows, texts, strict=True)}
