"""Rows as they are read: which key each value needs, and what lies in the slots."""

from collections.abc import Iterable
from typing import Any

from teahouse.infra.db.pool import Row
from teahouse.infra.vault import envelope
from teahouse.infra.vault.model import KeyRef, Tampered, UnknownKey
from teahouse.infra.vault.sealed import Indexed, Sealed
from teahouse.infra.vault.sweep import statements
from teahouse.infra.vault.sweep.anew import PageRow


def row_of(sealed: Sealed, row: Row) -> PageRow:
    """Return a row as the statements of a page read it."""
    parts = iter(row)
    key = tuple(next(parts) for _ in sealed.key)
    subject, row_id = next(parts), next(parts)
    values = tuple(next(parts) for _ in sealed.fields)
    slots: dict[str, int | None] = {}
    indexed: Indexed | None = None
    also: dict[str, Any] = {}
    if sealed.indexed:
        slots[statements.ODD], _, slots[statements.EVEN], _ = (next(parts) for _ in range(4))
        applies = [next(parts) for _ in sealed.indexed]
        indexed = next((one for one, yes in zip(sealed.indexed, applies, strict=True) if yes), None)
        also = {name: next(parts) for name in statements.also_columns(sealed)}
    refs = tuple(_ref(value) for value in values)
    return PageRow(key, subject, row_id, values, refs, slots, indexed, also)


def refs_of(rows: Iterable[PageRow]) -> set[KeyRef]:
    """Return which keys are needed to open what is in rows."""
    return {ref for row in rows for ref in row.refs if isinstance(ref, KeyRef)}


def _ref(value: bytes | None) -> KeyRef | str | None:
    try:
        return None if value is None else envelope.key_of(value)
    except Tampered:
        return "no_envelope"
    except UnknownKey:
        return "unknown_suite"
