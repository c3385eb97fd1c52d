"""What the verifier found, summed up over a table. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from teahouse.renewals.model import Finding


class ColumnSums(NamedTuple):
    """What the verifier found in a column."""

    values: int
    opened: int
    erased: int
    old: int
    broken: int
    same: int = 0
    changed: int = 0


class Sums(msgspec.Struct, frozen=True):
    """What the verifier found, over a table."""

    place: str
    seen: int = 0
    opened: int = 0
    erased: int = 0
    old: int = 0
    broken: int = 0
    unindexed: int = 0
    same: int = 0
    changed: int = 0
    named: tuple[str, ...] = ()
    columns: dict[str, ColumnSums] = {}


def findings_of(sums: Sequence[Sums]) -> list[Finding]:
    """Return what is wrong in what the verifier found."""
    found: list[Finding] = []
    for one in sums:
        for code in ("broken", "old", "unindexed"):
            count = getattr(one, code)
            if count:
                named = tuple(n.partition(" ")[2] for n in one.named if n.startswith(f"{code} "))
                found.append(Finding(code, one.place, count, named))
    return found
