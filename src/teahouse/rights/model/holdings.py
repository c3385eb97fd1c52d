"""What is held of a person, kind by kind; and how it is written down for them to take away."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import msgspec

Row = dict[str, Any]
Erasure = Literal["always", "asked", "kept"]


class Whose(msgspec.Struct, frozen=True):
    """Whose data are meant."""

    account_id: str
    user_id: str
    account_class: str = "personal"


class Words(msgspec.Struct, frozen=True):
    """The same words in both languages."""

    zh: str
    en: str

    def in_lang(self, lang: str) -> str:
        """Return the words in ``zh`` or ``en``."""
        return self.zh if lang == "zh" else self.en


class Held(msgspec.Struct, frozen=True):
    """How much of a kind is held, and when the last of it came."""

    count: int
    last_at: datetime | None = None


class File(msgspec.Struct, frozen=True):
    """A file to go into an export: where its bytes are, and what it is called there."""

    blob: str
    path: str


@dataclass(frozen=True)
class Holding:
    """One kind of thing that is held, which fields of the register it covers, and how to read it.

    ``erasure`` says what becomes of it when the account is deleted: it goes always, goes if the
    person asked for erasure, or is kept, for the reason in ``kept_because``. ``count`` counts
    faster than going through the rows; ``left`` counts what an erasure has left over, where
    counting would not tell.
    """

    name: str
    words: Words
    fields: tuple[str, ...]
    rows: Callable[[Whose], AsyncIterator[Row]]
    erasure: Erasure = "always"
    kept_because: Words | None = None
    count: Callable[[Whose], Awaitable[Held]] | None = None
    left: Callable[[Whose], Awaitable[int]] | None = None
    files: Callable[[Whose], Awaitable[list[File]]] | None = None


async def held(holding: Holding, whose: Whose) -> Held:
    """Count what is held of a kind."""
    if holding.count is not None:
        return await holding.count(whose)
    counted = Held(0)
    async for row in holding.rows(whose):
        counted = counted_with(counted, row)
    return counted


def counted_with(so_far: Held, row: Row) -> Held:
    """Count one more row, which may tell when it came."""
    at = row.get("at")
    last = so_far.last_at
    if isinstance(at, datetime) and (last is None or at > last):
        last = at
    return Held(so_far.count + 1, last)


def uncovered(
    fields: Iterable[str], holdings: Iterable[Holding], reasons: Iterable[str]
) -> list[str]:
    """Return the fields of the register that no holding covers and no reason excuses.

    A reason is given for a field, or with a star at its end for all that begin so.
    """
    covered = {name for holding in holdings for name in holding.fields}
    whole = set(reasons)
    stems = tuple(reason[:-1] for reason in whole if reason.endswith("*"))
    left = set(fields) - covered - whole
    return sorted(name for name in left if not stems or not name.startswith(stems))
