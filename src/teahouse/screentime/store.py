"""Statements over minutes and plans; and what of it is personal."""

from datetime import date, datetime

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
from teahouse.minors.model.hours import Hours
from teahouse.screentime.model import WEEK, DayPlan, Plan, Used

TIME = Purpose(
    id="screentime.minutes",
    version=1,
    name=Wording("未成年人每天的使用时长", "How many minutes of a day a minor used the house"),
    purpose=Wording(
        "不超过规定和监护人设定的每日时长",
        "To stay within the day's time of the rules and guardians",
    ),
    means=Wording(
        "只保存当天的分钟数和最后一分钟，不加密，不记录做了什么；没有时长限制的人不计时",
        (
            "The number of minutes and the last one, not sealed; not what was done. Nothing is measured "
            "of whom nothing is limited"
        ),
    ),
    category=Category.ORDINARY,
    basis=Basis.LEGAL_DUTY,  # Regulation on the Protection of Minors Online, arts. 42 to 46
    necessity=Necessity.NECESSARY,
    function=Wording("未成年人保护", "The protection of minors"),
    retention=Wording("七天后删除", "For seven days"),
    retention_days=7,
    recipients=Wording("本人和监护人", "The person, and guardians"),
)
MINUTES = PersonalField("screentime_days", "minutes", TIME, sealed=False)
SCHOOL = Purpose(
    id="screentime.school",
    version=1,
    name=Wording("上学所在的地区", "In which region a minor goes to school"),
    purpose=Wording("知道哪些天是学校假期", "To know which days are school holidays"),
    means=Wording(
        "由监护人自愿填写，只到省或州，不加密",
        "A guardian may tell it: a province or state; not sealed",
    ),
    category=Category.ORDINARY,
    basis=Basis.LEGAL_DUTY,
    necessity=Necessity.NECESSARY,
    function=Wording("未成年人保护", "The protection of minors"),
    retention=Wording(
        "监护人清除或注销账号时删除", "Until a guardian clears it or the account ends"
    ),
    retention_days=None,
    recipients=Wording("本人和监护人", "The person, and guardians"),
)
LAST_MINUTE = PersonalField("screentime_days", "last_minute", TIME, sealed=False)
REGION = PersonalField("screentime_schools", "region", SCHOOL, sealed=False)
FIELDS = (MINUTES, LAST_MINUTE, REGION)

USED = """
select day, minutes, last_minute, granted_minutes from screentime_days
where account_id = $1 and day = $2"""

# Whoever comes second in a minute, from another device or worker, changes nothing.
COUNT = """
insert into screentime_days as d (account_id, day, minutes, last_minute, granted_minutes)
values ($1, $2, 1, $3, 0) on conflict (account_id, day) do update
set minutes = d.minutes + 1, last_minute = excluded.last_minute
where d.last_minute < excluded.last_minute
    and ($4::int is null or d.minutes < $4 + d.granted_minutes)"""

GRANT = """
insert into screentime_days as d (account_id, day, minutes, last_minute, granted_minutes)
values ($1, $2, 0, -1, $3) on conflict (account_id, day) do update
set granted_minutes = d.granted_minutes + excluded.granted_minutes
where d.granted_minutes + excluded.granted_minutes <= $4"""

DAYS = """
select day, minutes, last_minute, granted_minutes from screentime_days
where account_id = $1 and day >= $2 order by day desc"""

PURGE = "delete from screentime_days where day < $1"

PLAN = """
select weekday, minutes, begins_minute, ends_minute from screentime_plans where child_id = $1"""

# Of two guardians who set a plan at once, the second replaces the first's whole.
LOCK = "select pg_advisory_xact_lock(hashtextextended('screentime ' || $1::text, 0))"

DROP_PLAN = "delete from screentime_plans where child_id = $1"

PUT_DAY = """
insert into screentime_plans (
    child_id, weekday, guardian_id, minutes, begins_minute, ends_minute, set_at
) values ($1, $2, $3, $4, $5, $6, $7)"""

PART = """
delete from screentime_plans where child_id = $1 and ($2::text is null or guardian_id = $2)"""

REGION_OF = "select region from screentime_schools where child_id = $1"

DROP_SCHOOL = "delete from screentime_schools where child_id = $1"

PUT_SCHOOL = """
insert into screentime_schools (child_id, guardian_id, region) values ($1, $2, $3)"""

PART_SCHOOL = """
delete from screentime_schools where child_id = $1 and ($2::text is null or guardian_id = $2)"""

FORGET_SCHOOLS = "delete from screentime_schools where child_id = $1 or guardian_id = $1"

FORGET_PLANS = "delete from screentime_plans where child_id = $1 or guardian_id = $1"

FORGET_DAYS = "delete from screentime_days where account_id = $1"


async def used(tx: Tx, account_id: str, day: date) -> Used:
    """Return what was used of a day."""
    row = await tx.row(USED, account_id, day)
    return Used(day) if row is None else Used(*row)


async def count(tx: Tx, account_id: str, day: date, minute: int, cap: int | None) -> None:
    """Count a minute of the day, if it was not counted and the cap, without grants, allows it."""
    await tx.run(COUNT, account_id, day, minute, cap)


async def grant(tx: Tx, account_id: str, day: date, minutes: int, at_most: int) -> bool:
    """Give minutes of a day besides; false when it would be more than ``at_most`` together."""
    return await tx.run(GRANT, account_id, day, minutes, at_most) == 1


async def days(tx: Tx, account_id: str, since: date) -> list[Used]:
    """Return what was used of each day, the newest first."""
    return [Used(*row) for row in await tx.rows(DAYS, account_id, since)]


async def purge(tx: Tx, before: date) -> None:
    """Forget days before one."""
    await tx.run(PURGE, before)


async def plan(tx: Tx, child_id: str) -> Plan:
    """Return what a guardian set."""
    found = {
        row[0]: DayPlan(row[1], None if row[2] is None else Hours(row[2], row[3]))
        for row in await tx.rows(PLAN, child_id)
    }
    week = tuple(found.get(weekday, DayPlan()) for weekday in range(WEEK))
    return Plan(week, found.get(WEEK), await tx.value(REGION_OF, child_id) or "")


async def set_plan(tx: Tx, link: Link, plan: Plan, at: datetime) -> None:
    """Keep what a guardian set, instead of what was set before."""
    await tx.run(LOCK, link.child_id)
    await tx.run(DROP_PLAN, link.child_id)
    await tx.run(DROP_SCHOOL, link.child_id)
    if plan.region:
        await tx.run(PUT_SCHOOL, link.child_id, link.guardian_id, plan.region)
    for weekday, day in enumerate((*plan.week, plan.off)):
        if day is None:
            continue
        hours = (
            (None, None) if day.hours is None else (day.hours.begins_minute, day.hours.ends_minute)
        )
        whose = (link.child_id, weekday, link.guardian_id)
        await tx.run(PUT_DAY, *whose, day.minutes, *hours, at)


async def part(tx: Tx, child_id: str, guardian_id: str | None) -> None:
    """Forget what a guardian set who no longer is one; ``None``: any."""
    await tx.run(PART, child_id, guardian_id)
    await tx.run(PART_SCHOOL, child_id, guardian_id)


async def forget(tx: Tx, account_id: str) -> None:
    """Forget an account that ends."""
    await tx.run(FORGET_PLANS, account_id)
    await tx.run(FORGET_SCHOOLS, account_id)
    await tx.run(FORGET_DAYS, account_id)
