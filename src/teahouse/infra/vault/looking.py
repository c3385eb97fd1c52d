"""Who is shown what the vault opens: an operator, while a request of theirs is answered.

Whatever is opened meanwhile is held to be for their eyes, unless the house says by its own word that it
only computes with it. So no route can show what a guard withholds, whoever writes it. The reader goes
with the request's own context, because between them and the vault lie services that serve everybody.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.field import PersonalField
from teahouse.infra.vault.model import HOUSE, Withheld


@dataclass
class Looking:
    """A request of somebody who runs the house. ``reader``: as in ``audit``.

    ``decided``: by subject, under which permission it is open, or that it needs none (empty);
    ``seen``: by permission, the fields that were opened. ``over``: what goes on is nobody's look.
    """

    reader: str
    decided: dict[str, str] = field(default_factory=dict[str, str])
    seen: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    over: bool = False


# Returns under which permission a subject is open to a reader, and empty: it needs none. Raises ``Withheld``.
Guard = Callable[[Tx, str, str], Awaitable[str]]

_NOW: ContextVar[Looking | None] = ContextVar("looking", default=None)


@contextmanager
def looking(reader: str) -> Iterator[Looking]:
    """Hold what is opened within to be shown to ``reader``."""
    one = Looking(reader)
    before = _NOW.set(one)
    try:
        yield one
    finally:
        one.over = True  # a task that was begun within goes on, and is not theirs
        _NOW.reset(before)


async def check_shown(
    tx: Tx, guards: Sequence[Guard], personal: PersonalField, subject_id: str, own: bool
) -> None:
    """Raise ``Withheld`` for what a guard keeps from who looks; note what is open to them.

    Not asked: what people show to everybody, what they wrote to operators, and what the house opens
    by its ``own`` word.
    """
    one = _NOW.get()
    if one is None or one.over or own or subject_id == HOUSE or personal.shown or personal.letter:
        return
    for guard in guards:
        permission = one.decided.get(subject_id)
        if permission is None:
            permission = one.decided[subject_id] = await guard(tx, one.reader, subject_id)
        if permission:
            one.seen.setdefault(permission, set()).add(personal.name)


async def is_withheld(tx: Tx, guards: Sequence[Guard], subject_id: str) -> bool:
    """Tell whether a guard keeps a subject from who looks; nothing is opened by it."""
    one = _NOW.get()
    if one is None or one.over:
        return False
    try:
        for guard in guards:
            await guard(tx, one.reader, subject_id)
    except Withheld:
        return True
    return False
