"""Statements over regimes, over what accounts have satisfied, and over what they are asked."""

from datetime import datetime

import msgspec

from teahouse.gate.model.policies import Both
from teahouse.infra.db.pool import Row, Tx
from teahouse.infra.vault.field import Basis, Category, Necessity, PersonalField, Purpose, Wording
from teahouse.infra.vault.sealed import Sealed
from teahouse.regimes.model import Regime, State, Task

PURPOSE = Purpose(
    id="regimes.appeal",
    version=1,
    name=Wording("您的申诉内容", "What you write in an appeal"),
    purpose=Wording("由人审阅您的申诉", "So that a person can look at your appeal"),
    means=Wording(
        "加密保存，密钥专属于您的账号", "Kept encrypted under a key that belongs to your account"
    ),
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=Wording("申诉", "Appealing"),
    retention=Wording("任务结束时删除", "Until the task is done"),
    retention_days=None,
    recipients=Wording("审阅申诉的运营人员", "The operators who decide"),
)
APPEAL = PersonalField("regimes_tasks", "appeal", PURPOSE, letter=True)
FIELDS = (APPEAL,)
SEALED = (Sealed((APPEAL,)),)

LOCK = "select pg_advisory_xact_lock(7240654)"

LAST_VERSION = """
select coalesce(max(version), 0) from regimes_regimes where region = $1 and account_class = $2"""

INSERT_REGIME = """
insert into regimes_regimes (
    region, account_class, version, realname, limits_speaking, per_day, days, reason,
    effective_from, published_by, published_at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"""

REGIMES = """
select region, account_class, version, realname, limits_speaking, per_day, days, reason,
    effective_from, published_by, published_at
from regimes_regimes order by published_at desc, version desc limit $1"""

CURRENT = """
select region, account_class, version, realname, limits_speaking, per_day, days, reason,
    effective_from, published_by, published_at
from regimes_regimes where region = $1 and account_class = $2 and effective_from <= $3
order by version desc limit 1"""

CURRENT_EACH = """
select distinct on (region, account_class) region, account_class, version, realname,
    limits_speaking, per_day, days, reason, effective_from, published_by, published_at
from regimes_regimes where effective_from <= $1
order by region, account_class, version desc"""

REGIME = """
select region, account_class, version, realname, limits_speaking, per_day, days, reason,
    effective_from, published_by, published_at
from regimes_regimes where region = $1 and account_class = $2 and version = $3"""

INSERT_ACCOUNT = """
insert into regimes_accounts (account_id, region, account_class, version)
values ($1, $2, $3, $4)
on conflict (account_id) do update set version = excluded.version  -- a guest who registers"""

SATISFIED = "update regimes_accounts set version = greatest(version, $2) where account_id = $1"

LOWERED = "update regimes_accounts set version = 0 where account_id = $1"

ASKED_SINCE = """
select count(*) from regimes_accounts
where region = $1 and account_class = $2 and asked_at > $3"""

ASKED = "update regimes_accounts set asked_at = $2 where account_id = $1"

BEHIND = """
select a.account_id from regimes_accounts a left join regimes_tasks t using (account_id)
where a.region = $1 and a.account_class = $2 and a.version < $3
    and (t.account_id is null or (t.state = 'exempt' and t.version < $3))
order by a.version, a.account_id limit $4 for update of a skip locked"""

GIVE = """
insert into regimes_tasks (account_id, region, account_class, version, state, given_at, due_at)
values ($1, $2, $3, $4, 'open', $5, $6) on conflict (account_id) do update
set region = excluded.region, account_class = excluded.account_class, version = excluded.version,
    state = 'open', given_at = excluded.given_at, due_at = excluded.due_at, appeal = null,
    appealed_at = null, decided_by = null, decision = '', decided_at = null
where regimes_tasks.state = 'exempt' and regimes_tasks.version < excluded.version"""

TASK = """
select account_id, region, account_class, version, state, given_at, due_at, appeal, appealed_at,
    decision
from regimes_tasks where account_id = $1"""

HOLD_TASK = """
select account_id, region, account_class, version, state, given_at, due_at, appeal, appealed_at,
    decision
from regimes_tasks where account_id = $1 for update"""

DUE = """
select account_id, region, account_class, version, state, given_at, due_at, appeal, appealed_at,
    decision
from regimes_tasks where state = 'open' and due_at <= $1 order by account_id limit $2
for update skip locked"""

APPEALED = """
select account_id, region, account_class, version, state, given_at, due_at, appeal, appealed_at,
    decision
from regimes_tasks where state = 'appealed' order by appealed_at limit $1"""

SET_STATE = "update regimes_tasks set state = $2 where account_id = $1"

KEEP_APPEAL = """
update regimes_tasks set state = 'appealed', appeal = $2, appealed_at = $3 where account_id = $1"""

DECIDE = """
update regimes_tasks set state = $2, due_at = $3, decided_by = $4, decision = $5, decided_at = $6
where account_id = $1"""

DELETE_TASK = "delete from regimes_tasks where account_id = $1"

FORGET = "delete from regimes_accounts where account_id = $1"


async def lock(tx: Tx) -> None:
    """Let only one at a time publish."""
    await tx.row(LOCK)


async def last_version(tx: Tx, region: str, account_class: str) -> int:
    """Return the newest version of a region and class, 0 when there is none."""
    return await tx.value(LAST_VERSION, region, account_class)


async def insert_regime(tx: Tx, regime: Regime) -> None:
    """Add a version."""
    values = {**msgspec.structs.asdict(regime)}
    values["reason"] = msgspec.json.encode(regime.reason).decode()
    await tx.run(INSERT_REGIME, *values.values())


async def regimes(tx: Tx, limit: int) -> list[Regime]:
    """Return the versions, newest first."""
    return [_regime(row) for row in await tx.rows(REGIMES, limit)]


async def current(tx: Tx, region: str, account_class: str, now: datetime) -> Regime | None:
    """Return the version that holds for a region and class."""
    row = await tx.row(CURRENT, region, account_class, now)
    return None if row is None else _regime(row)


async def current_each(tx: Tx, now: datetime) -> list[Regime]:
    """Return the version that holds, of each region and class that has one."""
    return [_regime(row) for row in await tx.rows(CURRENT_EACH, now)]


async def regime(tx: Tx, task: Task) -> Regime:
    """Return the version that a task is about."""
    row = await tx.row(REGIME, task.region, task.account_class, task.version)
    assert row is not None, "versions are never deleted"
    return _regime(row)


async def insert_account(
    tx: Tx, account_id: str, region: str, account_class: str, version: int
) -> None:
    """Note which version a new account satisfies."""
    await tx.run(INSERT_ACCOUNT, account_id, region, account_class, version)


async def satisfied(tx: Tx, account_id: str, version: int) -> None:
    """Note that an account satisfies a version."""
    await tx.run(SATISFIED, account_id, version)


async def lowered(tx: Tx, account_id: str) -> None:
    """Note that what an account had shown counts no more."""
    await tx.run(LOWERED, account_id)


async def asked_since(tx: Tx, regime: Regime, since: datetime) -> int:
    """Return how many accounts were asked since a moment, also those that are done already."""
    return await tx.value(ASKED_SINCE, regime.region, regime.account_class, since)


async def behind(tx: Tx, regime: Regime, limit: int) -> list[str]:
    """Return accounts that have yet to be asked, held."""
    rows = await tx.rows(BEHIND, regime.region, regime.account_class, regime.version, limit)
    return [row[0] for row in rows]


async def give(tx: Tx, account_id: str, regime: Regime, now: datetime, due_at: datetime) -> None:
    """Ask an account."""
    scope = (regime.region, regime.account_class, regime.version)
    await tx.run(GIVE, account_id, *scope, now, due_at)
    await tx.run(ASKED, account_id, now)


async def task(tx: Tx, account_id: str) -> Task | None:
    """Return what an account is asked."""
    row = await tx.row(TASK, account_id)
    return None if row is None else _task(row)


async def hold_task(tx: Tx, account_id: str) -> Task | None:
    """Return what an account is asked, held."""
    row = await tx.row(HOLD_TASK, account_id)
    return None if row is None else _task(row)


async def due(tx: Tx, now: datetime, limit: int) -> list[Task]:
    """Return open tasks whose date has passed, held."""
    return [_task(row) for row in await tx.rows(DUE, now, limit)]


async def appealed(tx: Tx, limit: int) -> list[Task]:
    """Return the tasks against which somebody appealed, oldest first."""
    return [_task(row) for row in await tx.rows(APPEALED, limit)]


async def set_state(tx: Tx, account_id: str, state: State) -> None:
    """Note how a task stands."""
    await tx.run(SET_STATE, account_id, state.value)


async def keep_appeal(tx: Tx, account_id: str, sealed: bytes, at: datetime) -> None:
    """Keep a sealed appeal."""
    await tx.run(KEEP_APPEAL, account_id, sealed, at)


async def decide(
    tx: Tx, account_id: str, outcome: tuple[State, datetime], by: str, said: tuple[str, datetime]
) -> None:
    """Note an operator's decision: the new state and date, by whom, in which words and when."""
    state, due_at = outcome
    words, at = said
    await tx.run(DECIDE, account_id, state.value, due_at, by, words, at)


async def delete_task(tx: Tx, account_id: str) -> None:
    """Delete a task that is done."""
    await tx.run(DELETE_TASK, account_id)


async def forget(tx: Tx, account_id: str) -> None:
    """Delete what is kept of an account that ends."""
    await tx.run(DELETE_TASK, account_id)
    await tx.run(FORGET, account_id)


def _regime(row: Row) -> Regime:
    return Regime(
        region=row[0],
        account_class=row[1],
        version=row[2],
        realname=row[3],
        limits_speaking=row[4],
        per_day=row[5],
        days=row[6],
        reason=msgspec.json.decode(row[7], type=Both),
        effective_from=row[8],
        published_by=row[9],
        published_at=row[10],
    )


def _task(row: Row) -> Task:
    return Task(
        account_id=row[0],
        region=row[1],
        account_class=row[2],
        version=row[3],
        state=State(row[4]),
        given_at=row[5],
        due_at=row[6],
        appeal=row[7],
        appealed_at=row[8],
        decision=row[9],
    )
