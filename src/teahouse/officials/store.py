"""Every statement over officials' tables, and what their columns are for."""

from datetime import datetime
from typing import NamedTuple

from teahouse.approvals.model import State, Verdict
from teahouse.infra.db.pool import Row, Tx
from teahouse.infra.vault.field import (
    Basis,
    Category,
    Gravity,
    Necessity,
    PersonalField,
    Purpose,
    Wording,
)
from teahouse.infra.vault.sealed import Sealed
from teahouse.officials.model import Change, ChangeRound

PURPOSE = Purpose(
    id="officials.subject",
    version=1,
    name=Wording(
        "公众号名称、主体名称与证照信息",
        "An official account's name, its subject's name and licence",
    ),
    purpose=Wording("登记公众号的主体", "To register who is behind an official account"),
    means=Wording(
        "加密保存，密钥专属于您的账号", "Kept encrypted under a key that belongs to the account"
    ),
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=Wording("注册公众号", "Registering an official account"),
    retention=Wording("直到注销公众号", "Until the official account is deleted"),
    retention_days=None,
    recipients=Wording("不提供给任何人", "Given to nobody"),
)
NAME = PersonalField("officials_accounts", "name", PURPOSE)
SUBJECT_NAME = PersonalField(
    "officials_accounts", "subject_name", PURPOSE, gravity=Gravity.IDENTITY
)
LICENCE = PersonalField("officials_accounts", "licence", PURPOSE, gravity=Gravity.IDENTITY)
CHANGED = PersonalField("officials_changes", "details", PURPOSE, gravity=Gravity.IDENTITY)
FIELDS = (NAME, SUBJECT_NAME, LICENCE, CHANGED)
SEALED = (
    Sealed((NAME, SUBJECT_NAME, LICENCE)),
    Sealed((CHANGED,), ("change_id",), row="change_id"),
)

INSERT = """
insert into officials_accounts (
    account_id, region, subject_kind, name, subject_name, licence, state, created_at
) values ($1, $2, $3, $4, $5, $6, 'registered', $7)"""

ONE = """
select region, subject_kind, name, subject_name, licence, state, created_at
from officials_accounts where account_id = $1"""

HOLD = """
select region, subject_kind, name, subject_name, licence, state, created_at
from officials_accounts where account_id = $1 for update"""

REPLACE = """
update officials_accounts set subject_kind = $2, name = $3, subject_name = $4, licence = $5,
    state = 'registered'
where account_id = $1"""

SET_STATE = "update officials_accounts set state = $3 where account_id = $1 and state = $2"

INSERT_CHANGE = """
insert into officials_changes (
    change_id, account_id, fields, details, lang, state, created_at, expires_at
) values ($1, $2, $3, $4, $5, 'waiting', $6, $7)"""

AMEND = """
update officials_changes set fields = $2, details = $3, state = 'waiting', expires_at = $4
where change_id = $1 and state = 'more'"""

UNDECIDED_OF = """
select change_id, account_id, fields, lang, state, rounds, template, words, decided_by, decided_at,
    created_at, expires_at
from officials_changes where account_id = $1 and state in ('waiting', 'more') for update"""

LATEST = """
select change_id, account_id, fields, lang, state, rounds, template, words, decided_by, decided_at,
    created_at, expires_at
from officials_changes where account_id = $1
order by state in ('waiting', 'more') desc, created_at desc, change_id desc limit 1"""

CHANGE = """
select change_id, account_id, fields, lang, state, rounds, template, words, decided_by, decided_at,
    created_at, expires_at
from officials_changes where change_id = $1"""

HOLD_CHANGE = """
select change_id, account_id, fields, lang, state, rounds, template, words, decided_by, decided_at,
    created_at, expires_at
from officials_changes where change_id = $1 for update"""

CHANGES_WAITING = """
select change_id, account_id, fields, lang, state, rounds, template, words, decided_by, decided_at,
    created_at, expires_at
from officials_changes where state in ('waiting', 'more') order by change_id limit $1"""

CHANGES_DECIDED = """
select change_id, account_id, fields, lang, state, rounds, template, words, decided_by, decided_at,
    created_at, expires_at
from officials_changes where state not in ('waiting', 'more') order by change_id desc limit $1"""

DETAILS_OF = "select details from officials_changes where change_id = $1"

DECIDE = """
update officials_changes set state = $2, template = $3, words = $4, decided_by = $5,
    decided_at = $6, details = case when $2 = 'more' then details end,
    rounds = rounds + case when $2 = 'more' then 1 else 0 end, expires_at = $7
where change_id = $1"""

END = """
update officials_changes set state = $2, details = null
where change_id = $1 and state in ('waiting', 'more')"""

DUE = """
select change_id from officials_changes
where state in ('waiting', 'more') and expires_at <= $1 order by change_id limit $2
for update skip locked"""

PURGE = """
delete from officials_changes where state not in ('waiting', 'more') and expires_at <= $1"""

FORGET = "delete from officials_changes where account_id = $1"

INSERT_ROUND = """
insert into officials_rounds (change_id, number, template, words, asked_by, asked_at)
values ($1, $2, $3, $4, $5, $6)"""

ANSWER_ROUND = """
update officials_rounds set answered_at = $2 where change_id = $1 and answered_at is null"""

ROUNDS = """
select number, template, words, asked_at, answered_at
from officials_rounds where change_id = $1 order by number"""


class SealedOfficial(NamedTuple):
    """An official account's particulars as they are kept."""

    region: str
    subject_kind: str
    name: bytes
    subject_name: bytes
    licence: bytes
    state: str
    created_at: datetime


async def insert(tx: Tx, account_id: str, official: SealedOfficial) -> None:
    """Add an official account's particulars."""
    await tx.run(
        INSERT,
        account_id,
        official.region,
        official.subject_kind,
        official.name,
        official.subject_name,
        official.licence,
        official.created_at,
    )


async def one(tx: Tx, account_id: str) -> SealedOfficial | None:
    """Return an official account's particulars."""
    row = await tx.row(ONE, account_id)
    return None if row is None else SealedOfficial(*row)


async def hold(tx: Tx, account_id: str) -> SealedOfficial | None:
    """Return an official account's particulars, held until the commit."""
    row = await tx.row(HOLD, account_id)
    return None if row is None else SealedOfficial(*row)


async def replace(
    tx: Tx, account_id: str, subject_kind: str, sealed: tuple[bytes, bytes, bytes]
) -> None:
    """Put other particulars in force: the kind of subject, and name, subject and licence, sealed."""
    await tx.run(REPLACE, account_id, subject_kind, *sealed)


async def set_state(tx: Tx, account_id: str, before: str, after: str) -> bool:
    """Put a registration into another state; false when it was not in the one before."""
    return await tx.run(SET_STATE, account_id, before, after) == 1


async def insert_change(
    tx: Tx,
    change_id: str,
    account_id: str,
    proposed: tuple[tuple[str, ...], bytes],
    lang: str,
    at: datetime,
    until: datetime,
) -> None:
    """Add a change that waits: which fields differ, and what all would be, sealed."""
    fields, sealed = proposed
    await tx.run(INSERT_CHANGE, change_id, account_id, list(fields), sealed, lang, at, until)


async def amend(
    tx: Tx, change_id: str, fields: tuple[str, ...], sealed: bytes, until: datetime
) -> None:
    """Write what was asked for; it waits again."""
    await tx.run(AMEND, change_id, list(fields), sealed, until)


async def undecided(tx: Tx, account_id: str) -> Change | None:
    """Return an account's change that was not decided, held."""
    row = await tx.row(UNDECIDED_OF, account_id)
    return None if row is None else _change(row)


async def latest(tx: Tx, account_id: str) -> Change | None:
    """Return an account's last change."""
    row = await tx.row(LATEST, account_id)
    return None if row is None else _change(row)


async def change(tx: Tx, change_id: str) -> Change | None:
    """Return a change as it is."""
    row = await tx.row(CHANGE, change_id)
    return None if row is None else _change(row)


async def hold_change(tx: Tx, change_id: str) -> Change | None:
    """Return a change, held until the commit."""
    row = await tx.row(HOLD_CHANGE, change_id)
    return None if row is None else _change(row)


async def changes(tx: Tx, waiting: bool, limit: int) -> list[Change]:
    """Return changes that wait, oldest first, or those that wait no more, newest first."""
    rows = await tx.rows(CHANGES_WAITING if waiting else CHANGES_DECIDED, limit)
    return [_change(row) for row in rows]


async def sealed_details(tx: Tx, change_id: str) -> bytes | None:
    """Return what a change proposes, while it waits."""
    return await tx.value(DETAILS_OF, change_id)


async def decide(
    tx: Tx, change_id: str, state: State, verdict: Verdict, who: tuple[str, datetime, datetime]
) -> None:
    """Write a decision: by whom, when, and until when the change stands."""
    await tx.run(DECIDE, change_id, state.value, verdict.template, verdict.words, *who)


async def end(tx: Tx, change_id: str, state: State) -> None:
    """End a change that nobody decided, and delete what it proposed."""
    await tx.run(END, change_id, state.value)


async def due(tx: Tx, now: datetime, limit: int) -> list[str]:
    """Return the changes whose time is up, held."""
    return [row[0] for row in await tx.rows(DUE, now, limit)]


async def purge(tx: Tx, before: datetime) -> None:
    """Delete the records of what was decided long ago."""
    await tx.run(PURGE, before)


async def forget(tx: Tx, account_id: str) -> None:
    """Delete the changes of an account that ends."""
    await tx.run(FORGET, account_id)


async def insert_round(tx: Tx, change_id: str, by: str, asked: ChangeRound) -> None:
    """Note what more was asked for."""
    await tx.run(
        INSERT_ROUND, change_id, asked.number, asked.template, asked.words, by, asked.asked_at
    )


async def answer_round(tx: Tx, change_id: str, at: datetime) -> None:
    """Note that the account has answered."""
    await tx.run(ANSWER_ROUND, change_id, at)


async def rounds(tx: Tx, change_id: str) -> list[ChangeRound]:
    """Return what more was asked for, and when it came."""
    return [ChangeRound(*row) for row in await tx.rows(ROUNDS, change_id)]


def _change(row: Row) -> Change:
    return Change(
        change_id=row[0],
        account_id=row[1],
        fields=tuple(row[2]),
        lang=row[3],
        state=State(row[4]),
        rounds=row[5],
        template=row[6],
        words=row[7],
        decided_by=row[8],
        decided_at=row[9],
        created_at=row[10],
        expires_at=row[11],
    )
