"""Repetition: what was said too often, of all that a follower has just heard at once.

Whatever the number of messages and rules, it is three statements: one keeps the echoes, one asks which
of these texts were told of before, and one counts the others. So a flood is counted until it is found.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from teahouse.detectors import store
from teahouse.detectors.model.velocity import Velocity, is_too_often
from teahouse.detectors.store import Counting, NewEcho
from teahouse.infra.db.pool import Tx

DIGEST_SHOWN = 8  # of its digest, so that a text is found once by a rule, and another again


class Ruled(NamedTuple):
    """A rule of how often the same may be said: of which list, and its entry as it is written."""

    list_id: str
    entry: str
    rule: Velocity


class Heard(NamedTuple):
    """Something said: which of the texts, of how many letters, and its echo."""

    nth: int
    letters: int
    echo: NewEcho


class Repeat(NamedTuple):
    """A text said too often, by the message that made it so."""

    nth: int
    letters: int
    list_id: str
    entry: str


class _Pair(NamedTuple):
    """A message held against a rule."""

    at: int
    one: Heard
    ruled: Ruled

    @property
    def entry(self) -> str:
        """Under which a text is found once by a rule."""
        return f"{self.ruled.entry} #{self.one.echo.text_digest.hex()[:DIGEST_SHOWN]}"

    @property
    def key(self) -> tuple[str, str]:
        """The list, and the entry."""
        return self.ruled.list_id, self.entry

    @property
    def since(self) -> datetime:
        """From when on it counts."""
        return self.one.echo.said_at - timedelta(minutes=self.ruled.rule.minutes)

    @property
    def counting(self) -> Counting:
        """What is to be counted for it."""
        echo = self.one.echo
        by = echo.user_id if self.ruled.rule.by == "one" else ""
        return Counting(self.at, echo.text_digest, by, self.since)


async def too_often(tx: Tx, heard: Sequence[Heard], rules: Sequence[Ruled]) -> list[Repeat]:
    """Keep what was heard, and return what of it is too often, each text once in its time.

    A message counts with what was said before it, and not with what came after.
    """
    if not heard:
        return []
    await store.echo(tx, [one.echo for one in heard])
    pairs = [_Pair(at, one, ruled) for at, one in enumerate(heard) for ruled in rules]
    known = await _known(tx, pairs)
    new = [one for one in pairs if one.key not in known or known[one.key] <= one.since]
    if not new:
        return []
    told = await store.said(tx, [one.echo for one in heard], [one.counting for one in new])
    repeats: dict[tuple[str, str], Repeat] = {}
    for nth, pair in enumerate(new):
        if nth in told and is_too_often(pair.ruled.rule, told[nth]):
            one = Repeat(pair.one.nth, pair.one.letters, *pair.key)
            repeats.setdefault(pair.key, one)
    return list(repeats.values())


async def _known(tx: Tx, pairs: Sequence[_Pair]) -> Mapping[tuple[str, str], datetime]:
    """Return when what is asked was found last, as far as it counts."""
    since: dict[tuple[str, str], datetime] = {}
    for one in pairs:
        since[one.key] = min(one.since, since.get(one.key, one.since))
    return await store.known(tx, since)
