# ruff: noqa: S608 - every part is a literal, which the type checker holds to
"""The verifier: opens what is sealed, by code that shares nothing with what sealed it anew.

It reads the envelope, authenticates and deciphers by itself, from the description in decision 0002;
it makes each blind index again by itself. Only the declarations of the stores and the unwrapping of
data keys, which is the key source's, are the same. Plaintexts leave it as keyed digests only.
"""

import hashlib
import hmac
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, LiteralString, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import hmac as hazmat
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from teahouse.infra.db.pool import Database, Row
from teahouse.infra.vault.field import PersonalField
from teahouse.infra.vault.keyring import KeyRing, Keys
from teahouse.infra.vault.model import SHARED, KeyRef
from teahouse.infra.vault.sealed import Sealed, row_name
from teahouse.infra.vault.store import DekRow
from teahouse.infra.vault.vault import dek_place

PAGE_ROWS = 1000
NAMED_MAX = 100  # of what is wrong, so many are named
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
_DOLLARS: tuple[LiteralString, ...] = ("$1", "$2", "$3", "$4", "$5", "$6", "$7")

_SCOPES: LiteralString = """
select subject_id from vault_subjects where scope = $1 and subject_id = any ($2::text[])"""
_DEKS: LiteralString = """
select d.dek_id, d.version, d.subject_id, d.class, d.wrapped_dek, d.suite, d.created_at
from vault_deks d join unnest($1::text[], $2::bigint[]) as n (dek_id, version)
    on n.dek_id = d.dek_id and n.version = d.version"""


class _Dek(NamedTuple):
    dek_id: str
    version: int
    subject_id: str
    dek_class: str
    wrapped_dek: bytes | None
    suite: int
    created_at: datetime


@dataclass(repr=False)
class Column:
    """What was found in a sealed column. ``old`` are values under keys from before a moment."""

    name: str
    values: int = 0
    opened: int = 0
    erased: int = 0
    old: int = 0
    broken: list[str] = field(default_factory=list[str])  # rows, the first of them
    broken_count: int = 0
    digest: int = 0  # the sum of the digests of all rows, in whatever order they were read
    rows: dict[str, bytes] = field(default_factory=dict[str, bytes])  # when they are kept

    def __add__(self, other: "Column") -> "Column":
        """Return both together."""
        return Column(
            self.name,
            self.values + other.values,
            self.opened + other.opened,
            self.erased + other.erased,
            self.old + other.old,
            (self.broken + other.broken)[:NAMED_MAX],
            self.broken_count + other.broken_count,
            (self.digest + other.digest) % 2**256,
            self.rows | other.rows,
        )


@dataclass(repr=False)
class Verified:
    """What was found in a table. ``unindexed`` rows lack the wanted index or have a wrong one."""

    table: str
    columns: dict[str, Column]
    rows: int = 0
    unindexed: int = 0
    unindexed_rows: list[str] = field(default_factory=list[str])

    def __add__(self, other: "Verified") -> "Verified":
        """Return both together."""
        assert self.table == other.table, "two parts of one table"
        return Verified(
            self.table,
            {name: column + other.columns[name] for name, column in self.columns.items()},
            self.rows + other.rows,
            self.unindexed + other.unindexed,
            (self.unindexed_rows + other.unindexed_rows)[:NAMED_MAX],
        )


@dataclass(frozen=True, slots=True)
class Looking:
    """What is looked for. One row ``one_in`` so many is opened, chosen by the key; all are counted.

    ``index`` is the only version that may lie in its slot; with ``alone`` the other slot is empty.
    """

    since: datetime | None = None
    index: int | None = None
    alone: bool = False
    one_in: int = 1
    keep_rows: bool = False
    scope: str = SHARED  # the rows of others are not looked at
    keep_one_in: int = 1  # of the rows that are opened, those that are drawn are kept
    drawn_only: bool = False  # of the others only the numbers of rows and values are told


@dataclass(frozen=True, repr=False)
class Verifier:
    """Looks at whole tables. ``key`` is drawn for one comparison of before and after."""

    db: Database
    ring: KeyRing
    key: bytes

    async def table(self, sealed: Sealed, looking: Looking) -> Verified:
        """Go through a table."""
        found, last = await self.page(sealed, looking)
        while last is not None:
            more, last = await self.page(sealed, looking, last)
            found += more
        return found

    async def page(
        self,
        sealed: Sealed,
        looking: Looking,
        after: tuple[Any, ...] = (),
        until: tuple[Any, ...] = (),
        rows_max: int = PAGE_ROWS,
    ) -> tuple[Verified, tuple[Any, ...] | None]:
        """Look at the next rows, up to a key; return with what was found where to go on."""
        found = Verified(sealed.table, {f.column: Column(f.name) for f in sealed.fields})
        async with self.db.read() as tx:
            await self.ring.reload(tx)
            keys = self.ring.keys
            query = _page(sealed, bool(after), bool(until))
            rows = await tx.rows(query, *after, *until, rows_max)
            last = tuple(rows[-1])[: len(sealed.key)] if len(rows) == rows_max else None
            if looking.scope != SHARED:
                nth = len(sealed.key)
                asked = [row[nth] for row in rows]
                mine = {row[0] for row in await tx.rows(_SCOPES, looking.scope, asked)}
                rows = [row for row in rows if row[nth] in mine]
            if looking.drawn_only:
                _pass(sealed, rows, found, 1)
                rows = self._drawn(sealed, looking.one_in, rows)
                _pass(sealed, rows, found, -1)  # they are looked at
            refs = [*{ref for row in rows for ref in _refs(sealed, row)}]
            ids, versions = [ref.key_id for ref in refs], [ref.version for ref in refs]
            found_deks = [_Dek(*row) for row in await tx.rows(_DEKS, ids, versions)]
        deks = {KeyRef(one.dek_id, one.version): one for one in found_deks}
        page = _Page(self, sealed, looking, keys, deks, await self._secrets(deks))
        for row in rows:
            page.look(row, found)
        return found, last

    def _drawn(self, sealed: Sealed, one_in: int, rows: Sequence[Row]) -> Sequence[Row]:
        width = len(sealed.key)
        names = (row_name(tuple(row)[:width]) for row in rows)
        return [
            row
            for row, name in zip(rows, names, strict=True)
            if not _is_left_out(self.key, name, one_in)
        ]

    async def _secrets(self, deks: Mapping[KeyRef, _Dek]) -> dict[KeyRef, bytes | None]:
        asked: list[tuple[bytes, Any]] = []
        refs: list[KeyRef] = []
        for ref, dek in deks.items():
            if dek.wrapped_dek is not None:
                row = DekRow(
                    dek.dek_id, dek.version, dek.subject_id, dek.dek_class, None, dek.suite
                )
                asked.append((dek.wrapped_dek, dek_place(self.ring.tenant, row)))
                refs.append(ref)
        return dict(zip(refs, await self.ring.unwrap_many(asked), strict=True))


def differing(before: Verified, after: Verified) -> list[str]:
    """Return the values that are in both and do not say the same; of rows that were kept."""
    return [
        f"{column.name} {row}"
        for name, column in before.columns.items()
        for row, digest in column.rows.items()
        if after.columns[name].rows.get(row, digest) != digest
    ]


@dataclass(frozen=True, repr=False)
class _Page:
    """A page with its keys."""

    by: Verifier
    sealed: Sealed
    looking: Looking
    keys: Keys
    deks: Mapping[KeyRef, _Dek]
    secrets: Mapping[KeyRef, bytes | None]

    def look(self, row: Row, found: Verified) -> None:
        parts = list(row)
        width = len(self.sealed.key)
        name = row_name(tuple(parts[:width]))
        subject, row_id = parts[width], parts[width + 1]
        values = parts[width + 2 : width + 2 + len(self.sealed.fields)]
        rest = parts[width + 2 + len(self.sealed.fields) :]
        found.rows += 1
        texts: dict[str, bytes] = {}
        for personal, value in zip(self.sealed.fields, values, strict=True):
            if value is not None:
                column = found.columns[personal.column]
                text = self._value(personal, column, (name, subject, row_id), value)
                if text is not None:
                    texts[personal.column] = text
        if self.looking.index is not None and not self._indexed(rest, texts):
            found.unindexed += 1
            found.unindexed_rows += [name] if len(found.unindexed_rows) < NAMED_MAX else []

    def _value(
        self, personal: PersonalField, column: Column, where: tuple[str, str, str], value: bytes
    ) -> bytes | None:
        name, subject, row_id = where
        column.values += 1
        ref = _ref(value)
        dek = None if ref is None else self.deks.get(ref)
        since = self.looking.since
        if dek is not None and since is not None and dek.created_at < since:
            column.old += dek.wrapped_dek is not None
        if dek is not None and dek.wrapped_dek is None and dek.subject_id == subject:
            column.erased += 1
            return None
        if _is_left_out(self.by.key, name, self.looking.one_in):
            return None
        secret = None if ref is None else self.secrets.get(ref)
        text = None
        if dek is not None and secret is not None and dek.subject_id == subject:
            text = _opened(secret, self.by.ring.tenant, personal, row_id, value)
        if text is None:
            column.broken_count += 1
            column.broken += [name] if len(column.broken) < NAMED_MAX else []
            return None
        column.opened += 1
        said = b"\0".join((personal.name.encode(), name.encode(), text))
        digest = hmac.digest(self.by.key, said, hashlib.sha256)
        column.digest = (column.digest + int.from_bytes(digest, "big")) % 2**256
        if self.looking.keep_rows and not _is_left_out(self.by.key, name, self.looking.keep_one_in):
            column.rows[name] = digest
        return text

    def _indexed(self, rest: Sequence[Any], texts: Mapping[str, bytes]) -> bool:
        """Tell whether a row has the wanted index, and it is right, as far as it was opened."""
        if not self.sealed.indexed:
            return True
        version = self.looking.index
        assert version is not None, "it is looked for"
        mine, other = (rest[:2], rest[2:4]) if version % 2 else (rest[2:4], rest[:2])
        count = len(self.sealed.indexed)
        due = [
            one for one, yes in zip(self.sealed.indexed, rest[4 : 4 + count], strict=True) if yes
        ]
        if not due:
            return mine[0] is None and other[0] is None
        if mine[0] != version or (self.looking.alone and other[0] is not None):
            return False
        also = dict(zip(_also(self.sealed), rest[4 + count :], strict=True))
        text = texts.get(due[0].field.column)
        if text is None:
            return True  # it was not opened: erased, broken, or not drawn
        personal, by = due[0].found(text.decode(), *(also[name] for name in due[0].also))
        way, key = personal.normaliser, self.keys.index.keys[version]
        assert way is not None, "what is indexed is normalised"
        forms = [(f"{way.name}/{way.version}", by)]  # so, too, whoever is kept apart from another
        if key.normaliser > 1 and way.fold is not None:
            forms.append((f"{way.name}/2", way.fold(by)))
        return mine[1] in [self._digest(version, personal, told, form) for told, form in forms]

    def _digest(self, version: int, personal: PersonalField, told: str, by: str) -> bytes:
        message = b"".join(
            struct.pack(">I", len(part.encode())) + part.encode()
            for part in (self.by.ring.tenant, personal.table, personal.column, told, by)
        )
        key = self.keys.index.keys[version]
        if key.suite == 1:
            return hmac.digest(key.secret, message, hashlib.sha256)[:16]
        work = hazmat.HMAC(key.secret, hashes.SM3())
        work.update(message)
        return work.finalize()[:16]


def _is_left_out(key: bytes, name: str, one_in: int) -> bool:
    """Tell whether a row is not one of those that are drawn, one in so many."""
    if one_in == 1:
        return False
    drawn = hmac.digest(key, f"draw {name}".encode(), hashlib.sha256)
    return int.from_bytes(drawn[:8], "big") % one_in != 0


def _page(sealed: Sealed, after: bool, until: bool) -> LiteralString:
    keys = ", ".join(sealed.key_columns)
    wanted: list[LiteralString] = [keys, f"({sealed.subject})::text", f"({sealed.row})::text"]
    wanted.extend(sealed.columns)
    if sealed.indexed:
        wanted.extend(("odd_version", "odd_digest", "even_version", "even_digest"))
        wanted.extend(
            f"(({one.when}) and {one.field.column} is not null)" for one in sealed.indexed
        )
        wanted.extend(_also(sealed))
    count, nth = len(sealed.key), 0
    bounds: list[LiteralString] = []
    if after:
        bounds.append(f"({keys}) > (" + ", ".join(_DOLLARS[:count]) + ")")
        nth = count
    if until:
        bounds.append(f"({keys}) <= (" + ", ".join(_DOLLARS[nth : nth + count]) + ")")
        nth += count
    where: LiteralString = " where " + " and ".join(bounds) if bounds else ""
    return (
        f"select {', '.join(wanted)} from {sealed.table}{where}"
        f" order by {keys} limit {_DOLLARS[nth]}"
    )


def _also(sealed: Sealed) -> tuple[LiteralString, ...]:
    return tuple(dict.fromkeys(name for one in sealed.indexed for name in one.also))


def _pass(sealed: Sealed, rows: Sequence[Row], found: Verified, times: int) -> None:
    """Count rows and their values as not looked at, or no longer as such."""
    found.rows += times * len(rows)
    for nth, column in enumerate(sealed.columns, len(sealed.key) + 2):
        found.columns[column].values += times * sum(row[nth] is not None for row in rows)


def _refs(sealed: Sealed, row: Row) -> list[KeyRef]:
    first = len(sealed.key) + 2
    values = list(row)[first : first + len(sealed.fields)]
    found = [_ref(value) for value in values if value is not None]
    return [ref for ref in found if ref is not None]


def _ref(value: bytes) -> KeyRef | None:
    """Read which key an envelope names: magic 4 · format · suite · key 16 · version 4 · nonce 12."""
    if len(value) < 54 or value[:5] != b"\xd7THV\x01" or value[5] not in (1, 2):
        return None
    number = int.from_bytes(value[6:22], "big")
    letters = ""
    for _ in range(26):
        number, last = divmod(number, 32)
        letters = _LETTERS[last] + letters
    return KeyRef(letters, int.from_bytes(value[22:26], "big"))


def _opened(
    secret: bytes, tenant: str, personal: PersonalField, row_id: str, value: bytes
) -> bytes | None:
    told = value[:26]
    place = (tenant, personal.table, personal.column, row_id, str(personal.schema_version))
    for part in place:
        told += struct.pack(">I", len(part.encode())) + part.encode()
    way = algorithms.AES(secret) if value[5] == 1 else algorithms.SM4(secret)
    work = Cipher(way, modes.GCM(value[26:38], value[-16:])).decryptor()
    work.authenticate_additional_data(told)
    try:
        return work.update(value[38:-16]) + work.finalize()
    except InvalidTag:
        return None
