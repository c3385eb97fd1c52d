"""Opening and sealing the values of a page: no database, no waiting, so that it runs in a thread.

The thread makes nothing faster: the ciphers hold the interpreter, as was measured. It leaves the
event loop free to answer somebody between two values.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from teahouse.infra.vault import envelope
from teahouse.infra.vault.index import BlindIndex
from teahouse.infra.vault.model import KeyRef, Tampered
from teahouse.infra.vault.sealed import Indexed, Sealed, row_name
from teahouse.infra.vault.store.sweeping import Found
from teahouse.infra.vault.suites import Cipher
from teahouse.infra.vault.sweep.roll import Sealing

Blinds = tuple[BlindIndex, BlindIndex | None]  # an index, and what is kept where another has it


class PageRow(NamedTuple):
    """A row as it was read."""

    key: tuple[Any, ...]
    subject: str
    row_id: str
    values: tuple[bytes | None, ...]  # of the sealed columns, in their order
    refs: tuple[KeyRef | str | None, ...]  # which key each needs, or why that cannot be told
    slots: dict[str, int | None]  # which version lies in which slot
    indexed: Indexed | None  # how its index is made, if it has one
    also: dict[str, Any]  # the columns in clear that are needed for it


class NewRow(NamedTuple):
    """What is to take the place of a row."""

    row: PageRow
    values: tuple[bytes | None, ...]
    sealed: int  # how many of them are new
    blind: BlindIndex | None
    apart: BlindIndex | None = None  # in place of it, where another has the same


@dataclass(frozen=True, slots=True)
class Stale:
    """What is to be done in a row: which columns by position, and whether its index is wanted."""

    row: PageRow
    columns: tuple[int, ...]
    index: bool


@dataclass(repr=False)
class Anew:
    """Makes the rows of a page anew."""

    tenant: str
    sealed: Sealed
    opening: Mapping[KeyRef, Cipher]
    sealing: Mapping[tuple[str, str], Sealing]  # by subject and class
    nonce: Callable[[int], bytes]
    index: Callable[[Indexed, str, Sequence[Any]], Blinds]
    broken: list[Found] = field(default_factory=list[Found])
    left: int = 0  # values whose key was not to be had now
    nonces: Iterator[bytes] = field(default_factory=lambda: iter(()))
    kinds: list[str] = field(init=False)  # by column: the class of the key
    around: list[tuple[bytes, bytes]] = field(init=False)  # and the place, but for the row

    def __post_init__(self) -> None:
        """Make what is the same for every row."""
        fields = self.sealed.fields
        self.kinds = [self.sealed.dek_class(one).value for one in fields]
        self.around = [
            (
                envelope.told(self.tenant, one.table, one.column),
                envelope.told(str(one.schema_version)),
            )
            for one in fields
        ]

    def rows(self, wanted: Sequence[Stale]) -> list[NewRow]:
        """Return what changes; what cannot be opened is named in ``broken``."""
        size = envelope.NONCE_BYTES
        drawn = self.nonce(size * sum(len(one.columns) for one in wanted)) if wanted else b""
        self.nonces = iter([drawn[at : at + size] for at in range(0, len(drawn), size)])
        made = [self._row(one) for one in wanted]
        return [one for one in made if one is not None]

    def _row(self, stale: Stale) -> NewRow | None:
        row, values, count = stale.row, list(stale.row.values), 0
        for nth in stale.columns:
            value = self._again(row, nth)
            if value is not None:
                values[nth] = value
                count += 1
        index = self._index(row) if stale.index else None
        if not count and index is None:
            return None
        return NewRow(row, tuple(values), count, *(index or (None, None)))

    def _again(self, row: PageRow, nth: int) -> bytes | None:
        key = self.sealing.get((row.subject, self.kinds[nth]))
        if key is None:
            self.left += 1
            return None
        value = self._open(row, nth)
        if value is None:
            return None
        place = self._place(row, nth)
        return envelope.seal_behind(key.cipher, key.head, next(self.nonces), place, value)

    def _open(self, row: PageRow, nth: int) -> bytes | None:
        sealed, ref = row.values[nth], row.refs[nth]
        assert sealed is not None, "what is stale is there"
        assert isinstance(ref, KeyRef), "and names its key"
        cipher = self.opening.get(ref)
        if cipher is None:
            self.broken.append(self._found(row, self.sealed.columns[nth], "key"))
            return None
        try:
            return envelope.open_at(cipher, self._place(row, nth), sealed)
        except Tampered:
            self.broken.append(self._found(row, self.sealed.columns[nth], "tampered"))
            return None

    def _index(self, row: PageRow) -> Blinds | None:
        assert row.indexed is not None, "it has an index"
        nth = self.sealed.fields.index(row.indexed.field)
        value = self._open(row, nth)
        if value is None:
            return None
        return self.index(row.indexed, value.decode(), [row.also[a] for a in row.indexed.also])

    def _place(self, row: PageRow, nth: int) -> bytes:
        before, after = self.around[nth]
        return before + envelope.told(row.row_id) + after

    def _found(self, row: PageRow, column: str, why: str) -> Found:
        return Found(self.sealed.table, row_name(row.key), column, why)
