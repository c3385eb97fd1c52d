"""Statements over where accounts stand, what they used today, and the rules."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec

from teahouse.infra.db.pool import Row, Tx
from teahouse.standing.model import Act, Place, Reached, Rules, Stage, Why

PLACE = """
select p.stage, p.since, p.why, p.reason, p.active_days, p.active_on,
    coalesce((
        select why from standing_silences where account_id = $1 order by since, why limit 1
    ), '') as silenced
from (select $1::text as account_id) a left join standing_accounts p using (account_id)"""

SILENCE = """
insert into standing_silences (account_id, why, since) values ($1, $2, $3)
on conflict do nothing"""

IS_SILENT = "select exists (select from standing_silences where account_id = $1)"

UNSILENCE = "delete from standing_silences where account_id = $1 and why = $2"

FORGET_SILENCE = "delete from standing_silences where account_id = $1"


PLACE_HELD = """
select stage, since, why, reason, active_days, active_on
from standing_accounts where account_id = $1 for update"""

PUT = """
insert into standing_accounts (account_id, stage, since, why, reason)
values ($1, $2, $3, $4, $5)
on conflict (account_id) do update set stage = excluded.stage, since = excluded.since,
    why = excluded.why, reason = excluded.reason, active_days = 0, active_on = null"""

ACTIVE = """
update standing_accounts set active_days = active_days + 1, active_on = $2
where account_id = $1 and stage = 'newcomer' and (active_on is null or active_on < $2)"""

NEWCOMERS = """
select account_id, stage, since, why, reason, active_days, active_on
from standing_accounts where stage = 'newcomer' and why <> 'operator'
    and case why
        when 'setting' then since <= $4
        when 'burst' then since <= $5
        else since <= $2 or (since <= $1 and active_days >= $3)
    end
order by account_id limit $6 for update skip locked"""

DUE = """
select count(*) from standing_accounts where stage = 'newcomer' and why <> 'operator'
    and case why
        when 'setting' then since <= $4
        when 'burst' then since <= $5
        else since <= $2 or (since <= $1 and active_days >= $3)
    end"""

COUNTS = "select stage, why, count(*) from standing_accounts group by stage, why"

REACHED = """
select l.stage, l.act, count(*)
from unnest($1::text[], $2::text[], $3::bigint[]) l (stage, act, per_day)
join standing_uses u on u.act = l.act and u.on_day = $4 and u.used >= l.per_day
left join standing_accounts p using (account_id)
where coalesce(p.stage, 'member') = l.stage and u.used > 0
group by l.stage, l.act order by l.stage, l.act"""

SPEND = """
insert into standing_uses (account_id, on_day, act, used) values ($1, $2, $3, $4)
on conflict (account_id, on_day, act) do update set used = standing_uses.used + excluded.used
where standing_uses.used + excluded.used <= $5"""

USED = "select act, used from standing_uses where account_id = $1 and on_day = $2"

PURGE = "delete from standing_uses where on_day < $1"

FORGET_PLACE = "delete from standing_accounts where account_id = $1"

FORGET_USES = "delete from standing_uses where account_id = $1"

RULES = "select rules from standing_rules"

SET_RULES = """
insert into standing_rules (one, rules) values (true, $1)
on conflict (one) do update set rules = excluded.rules"""


async def place(tx: Tx, account_id: str) -> Place:
    """Return where an account stands."""
    row = await tx.row(PLACE, account_id)
    assert row is not None, "who has no place has an empty row"
    if row["stage"] is None:
        return Place(silenced=row["silenced"])
    return msgspec.structs.replace(_place(row), silenced=row["silenced"])


async def hold(tx: Tx, account_id: str) -> Place:
    """Return where an account stands, held until the commit if it has a row."""
    row = await tx.row(PLACE_HELD, account_id)
    return Place() if row is None else _place(row)


async def put(tx: Tx, account_id: str, new: Place) -> None:
    """Write where an account stands from now on."""
    assert new.why is not None, "a stage has a cause"
    await tx.run(PUT, account_id, new.stage.value, new.since, new.why.value, new.reason)


async def active(tx: Tx, account_id: str, today: date) -> None:
    """Count a day on which a newcomer was here."""
    await tx.run(ACTIVE, account_id, today)


async def newcomers(tx: Tx, rules: Rules, now: datetime, limit: int) -> list[tuple[str, Place]]:
    """Return newcomers whose time is up, held."""
    rows = await tx.rows(NEWCOMERS, *_ends(rules, now), limit)
    return [(row[0], _place(row)) for row in rows]


async def due(tx: Tx, rules: Rules, now: datetime) -> int:
    """Return how many newcomers' time would be up by these rules."""
    return await tx.value(DUE, *_ends(rules, now))


async def counts(tx: Tx) -> list[tuple[str, str, int]]:
    """Return how many accounts have a row, by stage and why."""
    return [(row[0], row[1], row[2]) for row in await tx.rows(COUNTS)]


async def reached(tx: Tx, rules: Rules, today: date) -> list[Reached]:
    """Return how many accounts have used today what limits allow, or more."""
    limits = [(one, act, n) for one, acts in rules.limits.items() for act, n in acts.items()]
    stages, acts, amounts = zip(*limits, strict=True) if limits else ((), (), ())
    rows = await tx.rows(REACHED, list(stages), list(acts), list(amounts), today)
    return [Reached(*row) for row in rows]


async def spend(tx: Tx, account_id: str, today: date, act: Act, count: int, per_day: int) -> bool:
    """Count what is used; false when it would be more than the day allows."""
    if count > per_day:
        return False
    return await tx.run(SPEND, account_id, today, act.value, count, per_day) == 1


async def used(tx: Tx, account_id: str, today: date) -> dict[str, int]:
    """Return what an account has used today."""
    rows: Sequence[Row] = await tx.rows(USED, account_id, today)
    return {row[0]: row[1] for row in rows}


async def purge(tx: Tx, before: date) -> None:
    """Delete the counts of days gone by."""
    await tx.run(PURGE, before)


async def forget(tx: Tx, account_id: str) -> None:
    """Delete what is kept of an account."""
    await tx.run(FORGET_PLACE, account_id)
    await tx.run(FORGET_USES, account_id)
    await tx.run(FORGET_SILENCE, account_id)


async def silence(tx: Tx, account_id: str, why: str, at: datetime) -> bool:
    """Note why an account may not speak; false when that was known."""
    return await tx.run(SILENCE, account_id, why, at) == 1


async def unsilence(tx: Tx, account_id: str, why: str) -> bool:
    """Note that one reason for silence is gone; false when there was none such."""
    return await tx.run(UNSILENCE, account_id, why) == 1


async def is_silent(tx: Tx, account_id: str) -> bool:
    """Tell whether there is any reason for which an account may not speak."""
    return await tx.value(IS_SILENT, account_id)


async def rules(tx: Tx) -> Rules:
    """Return the rules, ours unless operators have set theirs."""
    found: str | None = await tx.value(RULES)
    return Rules() if found is None else msgspec.json.decode(found, type=Rules)


async def set_rules(tx: Tx, new: Rules) -> None:
    """Keep the rules that operators set."""
    await tx.run(SET_RULES, msgspec.json.encode(new).decode())


def _ends(rules: Rules, now: datetime) -> tuple[datetime, datetime, int, datetime, datetime]:
    return (
        now - timedelta(days=rules.member_after_days),
        now - timedelta(days=rules.at_most_days),
        rules.active_days,
        now - timedelta(days=rules.newcomer_days),
        now - timedelta(days=rules.burst_days),
    )


def _place(row: Row) -> Place:
    return Place(
        stage=Stage(row["stage"]),
        since=row["since"],
        why=Why(row["why"]),
        reason=row["reason"],
        active_days=row["active_days"],
        active_on=row["active_on"],
    )
