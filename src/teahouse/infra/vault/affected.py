# ruff: noqa: S608 - every part is a literal, which the type checker holds to
"""Whose sealed values could be in a copy of a table that was taken in a window of time.

It is answered by when people came and went, never by which key a row is under now: a row that was
sealed anew since was in the copy under the old key. With a key named the window is narrowed to the
time in which that key was good for anything, and never to less.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString, NamedTuple

from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault.sealed import OF_HOUSE, Sealed

_DOLLARS: tuple[LiteralString, ...] = ("$5", "$6", "$7", "$8", "$9")
_OVER = ("soft_disabled", "destroyed")  # opens nothing any more

KEY_LIFE: LiteralString = """
select created_at, state, changed_at from vault_keys where purpose = $1 and version = $2"""
DEK_LIFE: LiteralString = """
select d.subject_id, min(d.created_at), s.destroyed_at
from vault_deks d join vault_subjects s on s.subject_id = d.subject_id
where d.dek_id = $1 group by d.subject_id, s.destroyed_at"""
ERASED: LiteralString = """
select count(*) from vault_subjects
where created_at <= $2 and destroyed_at >= $1 and ($3::text is null or subject_id = $3)"""


GONE: LiteralString = """
select subject_id from vault_subjects where destroyed_at >= $1 order by subject_id"""


class NoSuchKeyError(ValueError):
    """There is no such key."""


class Window(NamedTuple):
    """From when until when; of one subject only, when a key of theirs was named."""

    began_at: datetime
    ended_at: datetime
    subject: str | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing can be in it."""
        return self.began_at > self.ended_at


class Page(NamedTuple):
    """Some rows: whose they are, each once and in order; how many rows; after which key to go on."""

    subjects: Sequence[str]
    rows: int  # that were there in the window, those of the house among them
    of_house: int
    after: tuple[Any, ...] | None


@dataclass(frozen=True, slots=True, repr=False)
class Affected:
    """Goes through whole tables, a page at a time, in the order of the primary key."""

    db: Database

    async def during_key(self, window: Window, purpose: str, version: int) -> Window:
        """Narrow a window to the life of a key of the house. Raises ``NoSuchKeyError``."""
        async with self.db.read() as tx:
            row = await tx.row(KEY_LIFE, purpose, version)
        if row is None:
            raise NoSuchKeyError
        made_at, state, changed_at = row
        began_at = max(window.began_at, made_at)
        ended_at = min(window.ended_at, changed_at) if state in _OVER else window.ended_at
        return window._replace(began_at=began_at, ended_at=ended_at)

    async def during_dek(self, window: Window, dek_id: str) -> Window:
        """Narrow a window to one person's data key. Raises ``NoSuchKeyError``."""
        async with self.db.read() as tx:
            row = await tx.row(DEK_LIFE, dek_id)
        if row is None:
            raise NoSuchKeyError
        began_at = max(window.began_at, row[1])
        return window._replace(began_at=began_at, subject=row[0])

    async def erased(self, tx: Tx, window: Window) -> int:
        """Count who was there in a window and is erased since: their rows are gone."""
        return await tx.value(ERASED, window.began_at, window.ended_at, window.subject)

    async def gone_since(self, tx: Tx, moment: datetime) -> list[str]:
        """Return who was erased since a moment of not long ago."""
        return [row[0] for row in await tx.rows(GONE, moment)]

    async def page(
        self, tx: Tx, sealed: Sealed, window: Window, after: tuple[Any, ...] | None, rows_max: int
    ) -> Page:
        """Return the next rows of a table that were there in a window, by whose they are."""
        query = _page(sealed, after is None)
        row = await tx.row(
            query, window.began_at, window.ended_at, window.subject, rows_max, *(after or ())
        )
        if row is None:
            return Page((), 0, 0, None)
        subjects, rows, of_house, looked_at, *last = row
        return Page(subjects or (), rows, of_house, tuple(last) if looked_at == rows_max else None)


def _page(sealed: Sealed, first: bool) -> LiteralString:
    """Return how a page is read: all of it is one row, in which each person is named once.

    The house's own statistics may be of yesterday, or of none: ``offset 0`` has each subject
    looked up by its key, whatever is thought of how many there are.
    """
    keys = ", ".join(sealed.key_columns)
    there = " or ".join(f"{column} is not null" for column in sealed.columns)
    beyond: LiteralString = ""
    if not first:
        beyond = f" and ({keys}) > (" + ", ".join(_DOLLARS[: len(sealed.key)]) + ")"
    last = ", ".join(f"page.{column}" for column in sealed.key_columns)
    down = ", ".join(f"page.{column} desc" for column in sealed.key_columns)
    return (
        f"with page as materialized (select {keys}, ({sealed.subject})::text as whose_"
        f" from {sealed.table} where ({there}){beyond} order by {keys} limit $4),"
        " there as materialized (select page.whose_ from page left join lateral"
        " (select v.created_at, v.destroyed_at from vault_subjects v"
        " where v.subject_id = page.whose_ offset 0) s on true"
        " where (s.created_at is null or (s.created_at <= $2"
        " and (s.destroyed_at is null or s.destroyed_at >= $1)))"
        " and ($3::text is null or page.whose_ = $3)),"
        " people as materialized (select distinct whose_ from there"
        f" where whose_ <> {OF_HOUSE} order by whose_)"
        " select (select array_agg(whose_) from people), (select count(*) from there),"
        f" (select count(*) from there where whose_ = {OF_HOUSE}),"
        f" (select count(*) from page), {last} from page order by {down} limit 1"
    )
