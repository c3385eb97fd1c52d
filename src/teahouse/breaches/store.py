"""Every statement over the cases of breaches, and who is affected by them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from teahouse.breaches.model import Case, Notice, Part, Profile, Scope, State, Told
from teahouse.infra.db.pool import Row, Tx
from teahouse.infra.vault.field import Basis, Category, Necessity, PersonalField, Purpose, Wording

PURPOSE = Purpose(
    id="breaches.affected",
    version=1,
    name=Wording("您是否受到一次泄露的影响", "Whether a leak concerns you"),
    purpose=Wording(
        "在个人信息泄露后告知您，并向主管部门报告人数",
        "To tell you when personal data has leaked, and the authority how many people it concerns",
    ),
    means=Wording("仅保存账号编号", "Account ids only"),
    category=Category.ORDINARY,
    basis=Basis.LEGAL_DUTY,
    necessity=Necessity.NECESSARY,
    function=Wording("个人信息泄露的告知", "Telling people of a leak"),
    retention=Wording(
        "结案后三年，或直到您注销", "Three years after it is closed, or until your account ends"
    ),
    retention_days=1095,
    recipients=Wording("主管部门只得到人数", "The authority is told how many"),
)
ACCOUNT = PersonalField("breaches_affected", "account_id", PURPOSE, sealed=False)
FIELDS = (ACCOUNT,)

INSERT = """
insert into breaches_cases (
    case_id, title, profile, scope, told, state, known_at, opened_by, opened_at, erased_count
) values ($1, $2, $3, $4, $5, 'counting', $6, $7, $8, $9)"""

CASE = """
select case_id, title, profile, scope, told, state, known_at, opened_by, opened_at, place,
    rows_count, unnamed_count, erased_count, counted_at, authority_told_at, published_at,
    spared_why, closed_at, contacts_first, contacts_asked_at, contacts_second, contacts_until
from breaches_cases where case_id = $1"""

CASE_LOCKED = """
select case_id, title, profile, scope, told, state, known_at, opened_by, opened_at, place,
    rows_count, unnamed_count, erased_count, counted_at, authority_told_at, published_at,
    spared_why, closed_at, contacts_first, contacts_asked_at, contacts_second, contacts_until
from breaches_cases where case_id = $1 for update"""

CASES = """
select case_id, title, profile, scope, told, state, known_at, opened_by, opened_at, place,
    rows_count, unnamed_count, erased_count, counted_at, authority_told_at, published_at,
    spared_why, closed_at, contacts_first, contacts_asked_at, contacts_second, contacts_until
from breaches_cases order by opened_at desc, case_id limit $1"""

# In the order of the key, as everybody else locks them; a row that would not change is not written.
ADD_AFFECTED = """
insert into breaches_affected (case_id, account_id, tables_bits)
select $1, n.account_id, $3 from unnest($2::text[]) as n (account_id) order by n.account_id
on conflict (case_id, account_id)
do update set tables_bits = breaches_affected.tables_bits | excluded.tables_bits
where breaches_affected.tables_bits & excluded.tables_bits <> excluded.tables_bits"""

MOVE = """
update breaches_cases set place = $2, rows_count = rows_count + $3,
    unnamed_count = unnamed_count + $4
where case_id = $1"""

COUNTED = """
update breaches_cases set state = 'counted', counted_at = $2, erased_count = $3, place = ''
where case_id = $1"""
# Of those who left while all were counted; they are among the erased.
STRIKE = """
delete from breaches_affected where case_id = $1 and account_id = any ($2::text[])"""

WRITE = "update breaches_cases set told = $2 where case_id = $1"
# When they were first told; what is told later adds to it.
AUTHORITY_TOLD = """
update breaches_cases set authority_told_at = $2 where case_id = $1 and authority_told_at is null"""
PUBLISH = """
update breaches_cases set state = 'telling', published_at = $2, spared_why = ''
where case_id = $1"""
TOLD_ALL = "update breaches_cases set state = 'told' where case_id = $1 and state = 'telling'"
SPARE = "update breaches_cases set spared_why = $2 where case_id = $1"
CLOSE = "update breaches_cases set state = 'closed', closed_at = $2 where case_id = $1"
ASK_CONTACTS = """
update breaches_cases set contacts_first = $2, contacts_asked_at = $3, contacts_second = null,
    contacts_until = null
where case_id = $1"""
AGREE_CONTACTS = """
update breaches_cases set contacts_second = $2, contacts_until = $3 where case_id = $1"""

COUNT = """
select count(*) filter (where not gone), count(*) filter (where gone)
from breaches_affected where case_id = $1"""
COUNTS = """
select case_id, count(*) filter (where not gone), count(*) filter (where gone)
from breaches_affected where case_id = any ($1::text[]) group by case_id"""
PAGE = """
select account_id, tables_bits, told_at from breaches_affected
where case_id = $1 and account_id > $2 and not gone order by account_id limit $3"""
# Not locked: whoever ends an account holds it first and these rows after, and to tell somebody asks
# for their account.
UNTOLD = """
select account_id from breaches_affected
where case_id = $1 and account_id > $2 and told_at is null and not gone
order by account_id limit $3"""
SAID = """
update breaches_affected set told_at = $3 where case_id = $1 and account_id = any ($2::text[])"""
# By the key: there is no index by account, and there are few cases. While a case is counted they are
# taken off it, as whoever has left is counted at its end; then they stay in it as nobody.
UNCOUNT = """
delete from breaches_affected where account_id = $1
and case_id = any (array(select case_id from breaches_cases where state = 'counting'))"""
FORGET = """
update breaches_affected set account_id = 'gone.' || gen_random_uuid(), gone = true
where account_id = $1 and case_id = any (array(select case_id from breaches_cases))"""
KEEP_NOTICE = """
insert into breaches_notices (case_id, number, whom, told_at, told_by, parts)
select $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5 from breaches_notices where case_id = $1"""
NOTICES = """
select whom, told_at, parts from breaches_notices where case_id = $1 order by number desc"""
FORGET_OLD = """
delete from breaches_affected a using breaches_cases c
where c.case_id = a.case_id and c.closed_at <= $1"""


class Count(NamedTuple):
    """How many accounts are affected, and how many more were when they were counted."""

    accounts: int
    gone: int


def _case(row: Row) -> Case:
    parts = list(row)
    parts[2], parts[5] = Profile(parts[2]), State(parts[5])
    parts[3] = msgspec.json.decode(parts[3], type=Scope)
    parts[4] = msgspec.json.decode(parts[4], type=Told)
    return Case(**dict(zip(Case.__struct_fields__, parts, strict=True)))


def _json(value: Scope | Told) -> str:
    return msgspec.json.encode(value).decode()


async def insert(tx: Tx, case: Case) -> None:
    """Open a case."""
    await tx.run(
        INSERT,
        case.case_id,
        case.title,
        case.profile.value,
        _json(case.scope),
        _json(case.told),
        case.known_at,
        case.opened_by,
        case.opened_at,
        case.erased_count,
    )


async def case(tx: Tx, case_id: str) -> Case | None:
    """Return a case."""
    row = await tx.row(CASE, case_id)
    return _case(row) if row else None


async def case_locked(tx: Tx, case_id: str) -> Case | None:
    """Return a case, held until the commit."""
    row = await tx.row(CASE_LOCKED, case_id)
    return _case(row) if row else None


async def cases(tx: Tx, limit: int) -> list[Case]:
    """Return the newest cases."""
    return [_case(row) for row in await tx.rows(CASES, limit)]


async def add_affected(tx: Tx, case_id: str, account_ids: Sequence[str], bit: int) -> None:
    """Note who is affected, and in which table; once more does no harm."""
    await tx.run(ADD_AFFECTED, case_id, account_ids, bit)


async def move(tx: Tx, case_id: str, place: str, rows: int, unnamed: int) -> None:
    """Note how far the counting is, and what has come to it."""
    await tx.run(MOVE, case_id, place, rows, unnamed)


async def strike(tx: Tx, case_id: str, account_ids: Sequence[str]) -> None:
    """Take off who left while all were counted."""
    await tx.run(STRIKE, case_id, account_ids)


async def counted(tx: Tx, case_id: str, now: datetime, erased: int) -> None:
    """Note that everybody is counted, and how many of them are erased by now."""
    await tx.run(COUNTED, case_id, now, erased)


async def write(tx: Tx, case_id: str, told: Told) -> None:
    """Change what the notices say."""
    await tx.run(WRITE, case_id, _json(told))


async def authority_told(tx: Tx, case_id: str, at: datetime) -> None:
    """Note when the authority was told, if it is for the first time."""
    await tx.run(AUTHORITY_TOLD, case_id, at)


async def publish(tx: Tx, case_id: str, now: datetime) -> None:
    """Note that people are being told."""
    await tx.run(PUBLISH, case_id, now)


async def told_all(tx: Tx, case_id: str) -> None:
    """Note that everybody was told."""
    await tx.run(TOLD_ALL, case_id)


async def spare(tx: Tx, case_id: str, why: str) -> None:
    """Note why people need not be told."""
    await tx.run(SPARE, case_id, why)


async def close(tx: Tx, case_id: str, now: datetime) -> None:
    """Close a case."""
    await tx.run(CLOSE, case_id, now)


async def ask_contacts(tx: Tx, case_id: str, actor: str, now: datetime) -> None:
    """Note that the first person asks to read contacts."""
    await tx.run(ASK_CONTACTS, case_id, actor, now)


async def agree_contacts(tx: Tx, case_id: str, actor: str, until: datetime) -> None:
    """Note that the second person agrees."""
    await tx.run(AGREE_CONTACTS, case_id, actor, until)


async def count(tx: Tx, case_id: str) -> Count:
    """Return how many are affected."""
    row = await tx.row(COUNT, case_id)
    return Count(*row) if row else Count(0, 0)


async def counts(tx: Tx, case_ids: Sequence[str]) -> dict[str, Count]:
    """Return how many are affected by each case, where there are any."""
    return {row[0]: Count(row[1], row[2]) for row in await tx.rows(COUNTS, list(case_ids))}


async def page(
    tx: Tx, case_id: str, after: str, limit: int
) -> list[tuple[str, int, datetime | None]]:
    """Return who is affected, in the order of account ids: tables as bits, when they were told."""
    return [(row[0], row[1], row[2]) for row in await tx.rows(PAGE, case_id, after, limit)]


async def untold(tx: Tx, case_id: str, after: str, limit: int) -> list[str]:
    """Return the next who have not been told."""
    return [row[0] for row in await tx.rows(UNTOLD, case_id, after, limit)]


async def said(tx: Tx, case_id: str, account_ids: Sequence[str], now: datetime) -> None:
    """Note who was told."""
    await tx.run(SAID, case_id, list(account_ids), now)


async def keep_notice(tx: Tx, case_id: str, notice: Notice, told_by: str) -> None:
    """Keep a notice as it goes out."""
    parts = msgspec.json.encode(notice.parts).decode()
    await tx.run(KEEP_NOTICE, case_id, notice.whom, notice.told_at, told_by, parts)


async def notices(tx: Tx, case_id: str) -> list[Notice]:
    """Return the notices that went out, the newest first."""
    return [
        Notice(whom, at, msgspec.json.decode(parts, type=list[Part]))
        for whom, at, parts in await tx.rows(NOTICES, case_id)
    ]


async def forget(tx: Tx, account_id: str) -> None:
    """Forget an account that ends; how many are affected stays as it was."""
    await tx.run(UNCOUNT, account_id)
    await tx.run(FORGET, account_id)


async def forget_old(tx: Tx, before: datetime) -> None:
    """Forget who was affected by cases closed long ago."""
    await tx.run(FORGET_OLD, before)
