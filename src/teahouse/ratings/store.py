"""Statements over labels and ceilings; and what of it is personal."""

from collections.abc import Sequence
from datetime import datetime

from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.field import (
    Basis,
    Category,
    Necessity,
    PersonalField,
    Purpose,
    Wording,
)
from teahouse.minors.model.families import Link
from teahouse.ratings.model import Rated, Rating, Voice, Word

CEILING = Purpose(
    id="ratings.ceiling",
    version=1,
    name=Wording("监护人设定的内容分级上限", "Up to which age a guardian lets a minor see things"),
    purpose=Wording(
        "不向未成年人展示超出上限的内容", "So that a minor is not shown what is above it"
    ),
    means=Wording("只保存一个年龄，不加密", "One age, not sealed"),
    category=Category.ORDINARY,
    basis=Basis.LEGAL_DUTY,  # Regulation on the Protection of Minors Online, art. 43
    necessity=Necessity.NECESSARY,
    function=Wording("未成年人保护", "The protection of minors"),
    retention=Wording(
        "监护人清除、监护关系结束或注销账号时删除",
        "Until the guardian clears it or stops, or the account ends",
    ),
    retention_days=None,
    recipients=Wording("本人和监护人", "The person, and guardians"),
)
YEARS = PersonalField("ratings_ceilings", "years", CEILING, sealed=False)
FIELDS = (YEARS,)

OF_TARGETS = """
select target, years, borderline from ratings_words where kind = $1 and target = any ($2::text[])"""

WORDS = """
select source, years, borderline, reason, set_by, case_id, set_at from ratings_words
where kind = $1 and target = $2 order by source"""

SAY = """
insert into ratings_words
    (kind, target, source, years, borderline, reason, set_by, case_id, set_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (kind, target, source) do update set years = excluded.years,
    borderline = excluded.borderline, reason = excluded.reason, set_by = excluded.set_by,
    case_id = excluded.case_id, set_at = excluded.set_at"""

UNSAY = "delete from ratings_words where kind = $1 and target = $2 and source = $3"

UNSAY_CASE = "delete from ratings_words where case_id = $1 and source = 'case'"

UNSAY_ALL = "delete from ratings_words where kind = $1 and target = $2"

MOVE = """
insert into ratings_words
    (kind, target, source, years, borderline, reason, set_by, case_id, set_at)
select kind, $3, source, years, borderline, reason, set_by, case_id, set_at
from ratings_words where kind = $1 and target = $2
on conflict (kind, target, source) do nothing"""

CEILINGS = "select guardian_id, years from ratings_ceilings where child_id = $1"

SET_CEILING = """
insert into ratings_ceilings (child_id, guardian_id, years, set_at) values ($1, $2, $3, $4)
on conflict (child_id, guardian_id) do update
set years = excluded.years, set_at = excluded.set_at"""

CLEAR_CEILING = "delete from ratings_ceilings where child_id = $1 and guardian_id = $2"

PART = """
delete from ratings_ceilings where child_id = $1 and ($2::text is null or guardian_id = $2)"""

FORGET_CEILINGS = "delete from ratings_ceilings where child_id = $1 or guardian_id = $1"


async def of_targets(tx: Tx, kind: Rated, targets: Sequence[str]) -> list[tuple[str, Rating]]:
    """Return (target, label) of all words on some things of one kind."""
    rows = await tx.rows(OF_TARGETS, kind.value, list(targets))
    return [(row[0], Rating(row[1], row[2])) for row in rows]


async def words(tx: Tx, kind: Rated, target: str) -> list[Word]:
    """Return what was said of one thing, and by whom."""
    rows = await tx.rows(WORDS, kind.value, target)
    return [Word(Voice(row[0]), Rating(row[1], row[2]), *tuple(row)[3:]) for row in rows]


async def say(tx: Tx, kind: Rated, target: str, word: Word) -> None:
    """Note a label; whoever says another takes back what they said."""
    rating = word.rating
    said = (rating.years, rating.borderline, word.reason, word.set_by, word.case_id, word.set_at)
    await tx.run(SAY, kind.value, target, word.voice.value, *said)


async def unsay(tx: Tx, kind: Rated, target: str, voice: Voice) -> bool:
    """Take a word back; false when there was none."""
    return await tx.run(UNSAY, kind.value, target, voice.value) == 1


async def unsay_case(tx: Tx, case_id: str) -> int:
    """Take back what was said by a case; return how many."""
    return await tx.run(UNSAY_CASE, case_id)


async def unsay_all(tx: Tx, kind: Rated, target: str) -> None:
    """Forget everything that was said of a thing."""
    await tx.run(UNSAY_ALL, kind.value, target)


async def move(tx: Tx, kind: Rated, target: str, new_target: str) -> None:
    """Have what replaces something carry the words of it, where it has none of its own."""
    await tx.run(MOVE, kind.value, target, new_target)


async def ceilings(tx: Tx, child_id: str) -> dict[str, int]:
    """Return what guardians set for a minor, by guardian."""
    return {row[0]: row[1] for row in await tx.rows(CEILINGS, child_id)}


async def set_ceiling(tx: Tx, link: Link, years: int | None, now: datetime) -> None:
    """Set a guardian's ceiling for a ward, or clear it."""
    if years is None:
        await tx.run(CLEAR_CEILING, link.child_id, link.guardian_id)
    else:
        await tx.run(SET_CEILING, link.child_id, link.guardian_id, years, now)


async def part(tx: Tx, child_id: str, guardian_id: str | None) -> None:
    """Forget what a guardian set for a child, or with ``None`` all of them."""
    await tx.run(PART, child_id, guardian_id)


async def forget(tx: Tx, account_id: str) -> None:
    """Forget ceilings of and by an account that ends."""
    await tx.run(FORGET_CEILINGS, account_id)
