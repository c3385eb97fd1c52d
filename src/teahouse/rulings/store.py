"""Every statement over rulings and what is counted by the day."""

from collections.abc import Sequence
from datetime import date

from teahouse.infra.db.pool import Tx
from teahouse.rulings.model import Decided, Median, Period, PublicRuling, Ruling

INSERT = """
insert into rulings_rulings (
    ruling_id, on_day, case_id, measure, rule_id, conduct, decider, content, account_class, days,
    waited_seconds, is_first
)
select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
    not exists (select from rulings_rulings where case_id = $3)"""

END = """
update rulings_rulings set ended_on = $2, ended_by = $3
where case_id = $1 and ended_on is null and measure not in ('dismiss', 'lapse')"""

APPEAL = """
update rulings_rulings set appeal = $2, appeal_on = $3, appeal_seconds = $4 where case_id = $1"""

UNTIE = "update rulings_rulings set case_id = null where case_id = any ($1::text[])"

COUNT = """
insert into rulings_counts (on_day, what, part, count) values ($1, $2, $3, 1)
on conflict (on_day, what, part) do update set count = rulings_counts.count + 1"""

PAGE = """
with months as (
    select date_trunc('month', on_day) as month, count(*) >= $4 as many
    from rulings_rulings where on_day < $2 group by 1
)
select ruling_id, extract(year from on_day)::integer,
    case when many then to_char(on_day, 'YYYY-MM') end, measure, rule_id, conduct, decider,
    decider = 'automatic', measure = 'halt', case when many then content end,
    case when many then account_class end, days,
    case when measure not in ('dismiss', 'lapse') then ended_on - on_day end, ended_by, appeal
from rulings_rulings join months on months.month = date_trunc('month', on_day)
where on_day < $2 and (
    $1 = '' or (on_day, ruling_id) > (
        select on_day, ruling_id from rulings_rulings where ruling_id = $1
    )
)
order by on_day, ruling_id limit $3"""

DECIDED = """
select measure, rule_id, decider, content, account_class, count(*)
from rulings_rulings where on_day between $1 and $2
group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5"""

COUNTED = """
select what, part, sum(count)::bigint from rulings_counts where on_day between $1 and $2
group by 1, 2 order by 1, 2"""

WAITED = """
select percentile_cont(0.5) within group (order by waited_seconds), count(*)
from rulings_rulings where is_first and on_day between $1 and $2"""

ANSWERED = """
select percentile_cont(0.5) within group (order by appeal_seconds), count(*)
from rulings_rulings where is_first and appeal_on between $1 and $2"""


async def insert(tx: Tx, ruling_id: str, on_day: date, new: Ruling) -> None:
    """Keep a ruling."""
    await tx.run(
        INSERT, ruling_id, on_day, new.case_id, new.measure, new.rule_id, new.conduct, new.decider,
        new.content, new.account_class, new.days, new.waited_seconds,
    )  # fmt: skip


async def end(tx: Tx, case_id: str, on_day: date, by: str) -> None:
    """Note by what the measures of a case have ended that hold."""
    await tx.run(END, case_id, on_day, by)


async def appeal(
    tx: Tx, case_id: str, became: str, on_day: date | None, seconds: int | None
) -> None:
    """Note what became of an appeal, on which day and after how long."""
    await tx.run(APPEAL, case_id, became, on_day, seconds)


async def untie(tx: Tx, case_ids: Sequence[str]) -> None:
    """Forget of which cases some rulings were."""
    await tx.run(UNTIE, list(case_ids))


async def count(tx: Tx, on_day: date, what: str, part: str) -> None:
    """Count something once more."""
    await tx.run(COUNT, on_day, what, part)


async def page(tx: Tx, after: str, today: date, limit: int, small: int) -> list[PublicRuling]:
    """Return rulings of days that are over, in their order."""
    return [PublicRuling(*row) for row in await tx.rows(PAGE, after, today, limit, small)]


async def decided(tx: Tx, period: Period) -> list[Decided]:
    """Return how many rulings of a period are alike."""
    return [Decided(*row) for row in await tx.rows(DECIDED, *period)]


async def counted(tx: Tx, period: Period) -> dict[str, dict[str, int]]:
    """Return what was counted in a period, by what it is and its part."""
    found: dict[str, dict[str, int]] = {}
    for what, part, number in await tx.rows(COUNTED, *period):
        found.setdefault(what, {})[part] = number
    return found


async def waited(tx: Tx, period: Period) -> Median:
    """Return how long cases waited for their first decision."""
    row = await tx.row(WAITED, *period)
    assert row is not None, "a count is a row"
    return Median(*row)


async def answered(tx: Tx, period: Period) -> Median:
    """Return how long appeals waited for their answer."""
    row = await tx.row(ANSWERED, *period)
    assert row is not None, "a count is a row"
    return Median(*row)
