"""Every statement over appearances, and what of it is personal."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from teahouse.appearances.model import Appearance, Box, State
from teahouse.infra.db.pool import Row, Tx
from teahouse.infra.vault.field import (
    Basis,
    Category,
    Necessity,
    PersonalField,
    Purpose,
    Wording,
)
from teahouse.infra.vault.sealed import Sealed

PURPOSE = Purpose(
    id="appearances.words",
    version=1,
    name=Wording("您对出镜复核的说明", "What you say in a review of a child on camera"),
    purpose=Wording("由运营者复核时考虑", "So that operators consider it"),
    means=Wording("加密保存，密钥专属于该案件", "Kept encrypted under a key of the case's own"),
    category=Category.ORDINARY,
    basis=Basis.LEGAL_DUTY,
    necessity=Necessity.NECESSARY,
    function=Wording("未成年人保护", "The protection of minors"),
    retention=Wording(
        "注销账号时，或案件最后一步之后三年",
        "Until the account ends, or three years after the case",
    ),
    retention_days=1095,
    recipients=Wording("不提供给任何人", "Given to nobody"),
)
WORDS = PersonalField("appearances_appearances", "words", PURPOSE)
FIELDS = (WORDS,)
SEALED = (Sealed((WORDS,), ("case_id",), "case_id", "case_id"),)

INSERT = """
insert into appearances_appearances (
    case_id, account_id, kind, target, state, begun_at, moved_at
) values ($1, $2, $3, $4, 'review', $5, $5) on conflict do nothing"""

ONE = """
select case_id, account_id, kind, target, state, guardian_id, words, begun_at, moved_at
from appearances_appearances where case_id = $1"""

ONE_LOCKED = """
select case_id, account_id, kind, target, state, guardian_id, words, begun_at, moved_at
from appearances_appearances where case_id = $1 for no key update"""

OF_ACCOUNT = """
select case_id, account_id, kind, target, state, guardian_id, words, begun_at, moved_at
from appearances_appearances where account_id = $1 order by begun_at desc, case_id limit $2"""

MOVE = """
update appearances_appearances set state = $2, guardian_id = $3, moved_at = $4
where case_id = $1"""

SAY = "update appearances_appearances set words = $2 where case_id = $1"

FORGET = "delete from appearances_appearances where account_id = $1"

PART = "update appearances_appearances set guardian_id = null where guardian_id = $1"


IS_SCORED = "select exists (select from appearances_scores where media_id = $1)"

NOTE_SCORE = """
insert into appearances_scores (media_id, score_percent, boxes, scored_at)
values ($1, $2, $3, $4) on conflict do nothing"""

PURGE_SCORES = "delete from appearances_scores where scored_at < $1"


async def insert(
    tx: Tx, case_id: str, account_id: str, about: tuple[str, str], now: datetime
) -> None:
    """Keep that a case is about an appearance."""
    await tx.run(INSERT, case_id, account_id, *about, now)


async def one(tx: Tx, case_id: str) -> Appearance | None:
    """Return an appearance."""
    row = await tx.row(ONE, case_id)
    return None if row is None else _appearance(row)


async def one_locked(tx: Tx, case_id: str) -> Appearance | None:
    """Return an appearance and hold it."""
    row = await tx.row(ONE_LOCKED, case_id)
    return None if row is None else _appearance(row)


async def of_account(tx: Tx, account_id: str, limit: int) -> list[Appearance]:
    """Return an author's, the newest first."""
    return [_appearance(row) for row in await tx.rows(OF_ACCOUNT, account_id, limit)]


async def move(tx: Tx, after: Appearance) -> None:
    """Write where one stands."""
    where = (after.case_id, after.state.value, after.guardian_id)
    await tx.run(MOVE, *where, after.moved_at)


async def say(tx: Tx, case_id: str, words: bytes) -> None:
    """Keep what its author says."""
    await tx.run(SAY, case_id, words)


async def forget(tx: Tx, account_id: str) -> None:
    """Forget the reviews of an account that ends, and that somebody answered as a guardian."""
    await tx.run(FORGET, account_id)
    await tx.run(PART, account_id)


async def is_scored(tx: Tx, media_id: str) -> bool:
    """Tell whether a picture was scored."""
    return await tx.value(IS_SCORED, media_id)


async def note_score(
    tx: Tx, media_id: str, percent: int, boxes: Sequence[Box], now: datetime
) -> bool:
    """Keep how a picture was scored; tell whether it was not before."""
    text = msgspec.json.encode(boxes).decode()
    return await tx.run(NOTE_SCORE, media_id, percent, text, now) == 1


async def purge_scores(tx: Tx, before: datetime) -> None:
    """Forget scores of long ago."""
    await tx.run(PURGE_SCORES, before)


def _appearance(row: Row) -> Appearance:
    case_id, account_id, kind, target, state, guardian_id, words, begun_at, moved_at = row
    return Appearance(
        case_id=case_id, account_id=account_id, kind=kind, target=target, state=State(state),
        guardian_id=guardian_id, words=words, begun_at=begun_at, moved_at=moved_at,
    )  # fmt: skip
