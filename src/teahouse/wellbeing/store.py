"""Statements over operators' preferences and what they have looked at today."""

from datetime import date

from teahouse.infra.db.pool import Tx
from teahouse.wellbeing.model import Preferences

ONE = """
select blur, greyscale, mute, daily_limit, categories
from wellbeing_preferences where operator_id = $1"""

PUT = """
insert into wellbeing_preferences (operator_id, blur, greyscale, mute, daily_limit, categories)
values ($1, $2, $3, $4, $5, $6)
on conflict (operator_id) do update set blur = excluded.blur, greyscale = excluded.greyscale,
    mute = excluded.mute, daily_limit = excluded.daily_limit, categories = excluded.categories"""

LOOKED = """
insert into wellbeing_looks (operator_id, on_day, thing) values ($1, $2, $3)
on conflict do nothing"""

SEEN = "select count(*) from wellbeing_looks where operator_id = $1 and on_day = $2"

PURGE = "delete from wellbeing_looks where on_day < $1"


async def one(tx: Tx, operator_id: str) -> Preferences:
    """Return what an operator has chosen, or what holds for everybody."""
    row = await tx.row(ONE, operator_id)
    if row is None:
        return Preferences()
    return Preferences(row[0], row[1], row[2], row[3], tuple(row[4]))


async def put(tx: Tx, operator_id: str, chosen: Preferences) -> None:
    """Keep what an operator has chosen."""
    await tx.run(
        PUT, operator_id, chosen.blur, chosen.greyscale, chosen.mute, chosen.daily_limit,
        list(chosen.categories),
    )  # fmt: skip


async def looked(tx: Tx, operator_id: str, on_day: date, thing: str) -> None:
    """Note that an operator has looked at something disturbing."""
    await tx.run(LOOKED, operator_id, on_day, thing)


async def seen(tx: Tx, operator_id: str, on_day: date) -> int:
    """Return at how many disturbing things an operator has looked on a day."""
    return await tx.value(SEEN, operator_id, on_day)


async def purge(tx: Tx, before: date) -> None:
    """Forget what was looked at on days gone by."""
    await tx.run(PURGE, before)
