"""What a class of data is asked, what it answers, and how fast it is gone through. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol
from urllib.parse import urlencode

import msgspec

from teahouse.errors import Kind, Refused

KEK, DEK, INDEX, HOUSE = "kek", "dek", "index", "house"
OLD, NEW = "old", "new"
NORMALISERS = (1, 2)  # of index keys: by what was written, and by what looks the same
KEPT_BACKUPS, LOST_BACKUPS = "kept_backups", "lost_backups"  # codes of findings
KEPT_NAMED_MAX = 20


@dataclass(frozen=True, slots=True)
class Renewal:
    """One change of keys. ``forced_by`` are two who force what some worker is not ready for."""

    run_id: str
    classes: tuple[str, ...]
    suite: int
    forced_by: tuple[str, str] | None = None
    scope: str = "*"  # whose data: everybody's, or a region's
    normaliser: int | None = None  # of the new index key; none: as it is


def say(code: str, /, **told: object) -> str:
    """Return what is done or waited for as it is kept: a code, and what fills its blanks."""
    return f"{code}?{urlencode(told)}" if told else code


class Finding(msgspec.Struct, frozen=True):
    """Something that has to be looked at; what ``stops`` lets a run go no further."""

    code: str
    place: str
    count: int
    named: tuple[str, ...] = ()
    stops: bool = True


class KeptBackup(msgspec.Struct, frozen=True):
    """A back-up that nobody can open any more once a key is gone; ``until`` it is kept, if known."""

    backup_id: str
    made_at: datetime
    place: str
    until: datetime | None

    @property
    def named(self) -> str:
        """What it is told by, in every language."""
        kept = f" – {self.until:%Y-%m-%d %H:%M}Z" if self.until is not None else ""
        return f"{self.backup_id} {self.made_at:%Y-%m-%d %H:%M}Z{kept}"


def kept_finding(code: str, kept: Sequence[KeptBackup]) -> list[Finding]:
    """Return what is told of back-ups that a key is needed for; nothing when there are none."""
    named = tuple(one.named for one in kept[:KEPT_NAMED_MAX])
    return [Finding(code, "backups", len(kept), named, stops=False)] if kept else []


class Paged(NamedTuple):
    """What became of a page. ``cursor`` is where the next begins, ``None`` after the last."""

    rows: int
    missed: int
    broken: int
    cursor: str | None


class KeptApart(NamedTuple):
    """Two whom a newer normaliser would have made one: who came first, and the other."""

    table: str
    kind: str
    kept: str
    apart: str
    found_at: datetime
    seen_by: str | None


class NothingUnseen(Refused):
    """There is nothing in the merge report that nobody has looked at."""

    code = "renewals.nothing_unseen"
    kind = Kind.CONFLICT


class Pacing(Protocol):
    """Gives leave for rows. ``now`` are seconds of a clock that never goes back."""

    def limit(self, now: float, rate_max: float | None) -> None: ...

    def allow(self, now: float) -> int: ...

    def spent(self, rows: int) -> None: ...

    def worked(self, now: float, seconds: float) -> None: ...


@dataclass
class Steady:
    """So many rows a second, or as many as can be. A second's worth may be saved up."""

    rows_max: int
    rate_max: float | None = None
    left: float = 1.0
    at: float = 0.0

    def limit(self, now: float, rate_max: float | None) -> None:
        """Go at most so fast from now on."""
        if rate_max != self.rate_max:
            self.rate_max, self.at = rate_max, now

    def allow(self, now: float) -> int:
        """Return how many rows may be done now; none: ask again shortly."""
        if self.rate_max is None:
            return self.rows_max
        self.left = min(self.rate_max, self.left + (now - self.at) * self.rate_max)
        self.at = now
        return max(0, min(self.rows_max, int(self.left)))

    def spent(self, rows: int) -> None:
        """Count rows that were done."""
        self.left -= rows

    def worked(self, now: float, seconds: float) -> None:
        """Go on at once: nobody is about."""
