"""Stretches: a table in parts that do not overlap, by its primary key, for several at a time.

They are cut from a sample, so that it takes as long for a billion rows as for a million. Rows that
come while they are walked lie in one of them, too: the first has no beginning, the last no end.
"""

import itertools
from collections.abc import Sequence
from typing import Any, LiteralString, NamedTuple

from teahouse.infra.db.pool import Database
from teahouse.infra.vault.sweep import statements
from teahouse.infra.vault.sweep.walked import Key, Walked

SAMPLE_BLOCKS = 500
STRETCH_ROWS_MIN = 2000  # what is shorter is not worth somebody of its own


class Stretch(NamedTuple):
    """A part of a table: behind one key, and up to another, which belongs to it."""

    after: Key = ()
    until: Key = ()


EVERYTHING = Stretch()


async def cut(db: Database, walked: Walked, pieces: int) -> list[Stretch]:
    """Cut a table into parts of about the same length; fewer when they would be short."""
    async with db.read() as tx:
        blocks = await tx.value(statements.blocks(walked.table))
        percent = min(100.0, 100.0 * SAMPLE_BLOCKS / max(blocks, 1))
        sample = [tuple(row) for row in await tx.rows(statements.sample(walked), percent)]
    pieces = max(1, min(pieces, int(len(sample) * 100 / percent / STRETCH_ROWS_MIN)))
    inner = dict.fromkeys(sample[len(sample) * nth // pieces] for nth in range(1, pieces))
    ends: list[Key] = [(), *inner, ()]
    return [Stretch(*both) for both in itertools.pairwise(ends)]


def words(key: Key) -> list[str]:
    """Return a key in words, to be kept."""
    return [one.hex() if isinstance(one, bytes) else str(one) for one in key]


def key_of(walked: Walked, kept: Sequence[str]) -> Key:
    """Return the key that was kept in words."""
    if not kept:
        return ()
    return tuple(_read(kind, one) for kind, one in zip(walked.key_types, kept, strict=True))


def _read(kind: LiteralString, word: str) -> Any:
    if kind == "bytea":
        return bytes.fromhex(word)
    return word if kind == "text" else int(word)
