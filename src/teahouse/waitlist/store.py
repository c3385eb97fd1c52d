"""Statements over the lines and places, and what is personal in them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from teahouse.gate.model.queues import Line
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
from teahouse.infra.vault.index import BlindIndex, Slots
from teahouse.infra.vault.normal import EMAIL, PHONE
from teahouse.infra.vault.sealed import OF_HOUSE, Indexed, Sealed
from teahouse.waitlist.model import BLOCK_PLACES, LineRow, Place, Stage

PURPOSE = Purpose(
    id="waitlist.contact",
    version=1,
    name=Wording("候补名单上的手机号或邮箱", "The number or address on the waiting list"),
    purpose=Wording("轮到您注册时通知您", "To tell you when it is your turn to register"),
    means=Wording(
        "加密保存；您注册、退出或名额过期并通知您之后即删除",
        "Kept encrypted; deleted when you register or leave, and once you are told that a turn "
        "has passed",
    ),
    category=Category.ORDINARY,
    basis=Basis.CONSENT,
    necessity=Necessity.OPTIONAL,
    function=Wording("排队等候注册", "Waiting for one's turn to register"),
    retention=Wording("在名单上期间，最长一年", "While you are on the list, a year at most"),
    retention_days=365,
    recipients=Wording("短信或邮件服务商", "The SMS or mail provider"),
)
CONTACT = PersonalField("waitlist_places", "contact", PURPOSE, gravity=Gravity.CONTACT)
FIELDS = (CONTACT,)
WRITTEN_AS = {"phone": PHONE, "email": EMAIL}
CONTACT_OF = {kind: replace(CONTACT, normaliser=way) for kind, way in WRITTEN_AS.items()}


def _found_by(value: str, kind: str) -> tuple[PersonalField, str]:
    return CONTACT_OF[kind], value


SEALED = (
    Sealed(
        (CONTACT,),
        ("place_id",),
        OF_HOUSE,
        "place_id",
        indexed=(
            Indexed(
                CONTACT,
                also=("contact_kind",),
                found_by=_found_by,
                when="ended_at is null",
            ),
        ),
    ),
)

INSERT = """
insert into waitlist_places (
    place_id, ticket_digest, region, account_class, door, lang, state, receipt_id, contact_kind,
    contact, code_id, at, expires_at, odd_version, odd_digest, even_version, even_digest
)
select $1, $2, $3, $4, $5, $6, 'asked', $7, $8, $9, $10, $11, $12, $13, $14, $15, $16
where vault_current($17)"""

FIND = """
select place_id, region, account_class, door, lang, ordinal, state, receipt_id, contact_kind,
    contact, code_id, pass_digest, at, expires_at
from waitlist_places where ticket_digest = $1"""

ONE = """
select place_id, region, account_class, door, lang, ordinal, state, receipt_id, contact_kind,
    contact, code_id, pass_digest, at, expires_at
from waitlist_places where place_id = $1"""

BY_CONTACT = """
select place_id from waitlist_places
where (odd_version = $1 and odd_digest = $2 or even_version = $1 and even_digest = $2)
    and region = $3 and account_class = $4 and door = $5 and state in ('waiting', 'called')"""

BY_TURN = """
select place_id, region, account_class, door, lang, ordinal, state, receipt_id, contact_kind,
    contact, code_id, pass_digest, at, expires_at
from waitlist_places where pass_digest = $1"""

TAKE_OVER = "update waitlist_places set ticket_digest = $2 where place_id = $1"

DELETE = "delete from waitlist_places where place_id = $1"

PLACED = """
update waitlist_places
set state = 'waiting', ordinal = $2, at = $3, code_id = null, expires_at = null
where place_id = $1 and state = 'asked'"""

# Holds the line until the commit; makes it the first time.
HOLD_LINE = """
insert into waitlist_lines (region, account_class, door, filled_at) values ($1, $2, $3, $4)
on conflict (region, account_class, door) do update set paused = waitlist_lines.paused
returning region, account_class, door, last_ordinal, called_through, waiting, tokens, filled_at,
    paused"""

LINE = """
select region, account_class, door, last_ordinal, called_through, waiting, tokens, filled_at, paused
from waitlist_lines where region = $1 and account_class = $2 and door = $3"""

LINES = """
select region, account_class, door, last_ordinal, called_through, waiting, tokens, filled_at, paused
from waitlist_lines order by region, account_class, door"""

SAVE_LINE = """
update waitlist_lines set last_ordinal = $4, called_through = $5, waiting = $6, tokens = $7,
    filled_at = $8, paused = $9
where region = $1 and account_class = $2 and door = $3"""

NEXT = """
select place_id, ordinal from waitlist_places
where region = $1 and account_class = $2 and door = $3 and ordinal > $4 and state = 'waiting'
order by ordinal limit $5"""

CALLED = """
update waitlist_places p
set state = 'called', called_at = $3, expires_at = $4, pass_digest = given.digest
from unnest($1::text[], $2::bytea[]) as given (place_id, digest)
where p.place_id = given.place_id and p.state = 'waiting'"""

COUNT_CALLS = """
insert into waitlist_calls (region, account_class, door, minute, called)
values ($1, $2, $3, date_trunc('minute', $4::timestamptz), $5)
on conflict (region, account_class, door, minute) do update
set called = waitlist_calls.called + excluded.called"""

CALLS_SINCE = """
select coalesce(sum(called), 0)::bigint, min(minute) from waitlist_calls
where region = $1 and account_class = $2 and door = $3 and minute > $4"""

PURGE_CALLS = "delete from waitlist_calls where minute <= $1"

END = """
update waitlist_places
set state = $2, ended_at = $3, contact = null, contact_kind = null, code_id = null,
    expires_at = null, odd_version = null, odd_digest = null, even_version = null,
    even_digest = null
where place_id = $1 and state = $4"""

USED = """
update waitlist_places
set state = 'used', ended_at = coalesce(ended_at, $2), contact = null, contact_kind = null,
    expires_at = null, odd_version = null, odd_digest = null, even_version = null,
    even_digest = null
where pass_digest = $1 and state in ('called', 'lapsed')"""

# The contact is left for telling, and erased with that.
LAPSE = """
update waitlist_places
set state = 'lapsed', ended_at = $1, expires_at = null, odd_version = null, odd_digest = null,
    even_version = null, even_digest = null
where place_id in (
    select place_id from waitlist_places where state = 'called' and expires_at <= $1
    order by expires_at limit $2 for update skip locked
) returning place_id"""

# Those who wait longest are the first in line, so it need not look at the others.
EXPIRE = """
update waitlist_places
set state = 'expired', ended_at = $6, odd_version = null, odd_digest = null, even_version = null,
    even_digest = null
where place_id in (
    select place_id from (
        select place_id, at from waitlist_places
        where region = $1 and account_class = $2 and door = $3 and ordinal > $4
            and state = 'waiting'
        order by ordinal limit $7
    ) as first where at < $5
) returning place_id, ordinal"""

ERASE = """
update waitlist_places set contact = null, contact_kind = null
where place_id = $1 and ended_at is not null"""

ERASE_UNTOLD = """
update waitlist_places set contact = null, contact_kind = null
where ended_at <= $1 and contact is not null"""

FORGET_ASKED = "delete from waitlist_places where state = 'asked' and expires_at <= $1"

PURGE = """
delete from waitlist_places p using waitlist_lines l
where p.ended_at <= $1 and l.region = p.region and l.account_class = p.account_class
    and l.door = p.door and p.ordinal <= l.called_through"""

ADD_GAP = """
insert into waitlist_gaps (region, account_class, door, block, gone)
values ($1, $2, $3, $4::bigint / $5::bigint, 1)
on conflict (region, account_class, door, block) do update set gone = waitlist_gaps.gone + 1"""

PURGE_GAPS = """
delete from waitlist_gaps g using waitlist_lines l
where l.region = g.region and l.account_class = g.account_class
    and l.door = g.door and (g.block + 1) * $1::bigint <= l.called_through"""

# Whole blocks from the counts, the rest one by one: at most two blocks' worth.
GONE_BETWEEN = """
with span as (
    select $4::bigint as first, $5::bigint as last, $4::bigint / $6::bigint as first_block,
        $5::bigint / $6::bigint as last_block, $6::bigint as size
)
select (
    select coalesce(sum(gone), 0) from waitlist_gaps
    where region = $1 and account_class = $2 and door = $3
        and block > first_block and block < last_block
)::bigint + (
    select count(*) from waitlist_places
    where region = $1 and account_class = $2 and door = $3 and state = 'left'
        and ordinal > first and ordinal < least(last, (first_block + 1) * size)
) + (
    select count(*) from waitlist_places
    where region = $1 and account_class = $2 and door = $3 and state = 'left'
        and last_block > first_block and ordinal >= last_block * size and ordinal < last
) from span"""

FACTS = """
select (
    select count(*) from waitlist_places
    where region = $1 and account_class = $2 and door = $3 and state = 'called'
), (
    select count(*) from waitlist_places
    where region = $1 and account_class = $2 and door = $3 and ended_at > $4 and state = 'used'
), (
    select count(*) from waitlist_places
    where region = $1 and account_class = $2 and door = $3 and ended_at > $4 and state = 'lapsed'
), (
    select at from waitlist_places
    where region = $1 and account_class = $2 and door = $3 and ordinal > $5 and state = 'waiting'
    order by ordinal limit 1
), (
    select at from waitlist_places
    where region = $1 and account_class = $2 and door = $3 and ordinal > $5 and state = 'waiting'
    order by ordinal desc limit 1
)"""

OLDEST = """
select at from waitlist_places
where region = $1 and account_class = $2 and door = $3 and ordinal > $4 and state = 'waiting'
order by ordinal limit 1"""

SHOWN = """
select place_id, region, account_class, door, lang, ordinal, state, receipt_id, contact_kind,
    contact, code_id, pass_digest, at, expires_at
from waitlist_places
where region = $1 and account_class = $2 and door = $3 and ordinal > $4 and state = 'waiting'
order by ordinal limit $5"""


class Facts(NamedTuple):
    """What is told of a line beside its numbers."""

    called: int
    used_lately: int
    lapsed_lately: int
    oldest_at: datetime | None
    newest_at: datetime | None


async def insert(tx: Tx, place: Place, ticket_digest: bytes, index: Slots) -> bool:
    """Add a place whose contact is not proved yet.

    False: the index was made under keys that may not be written under any more.
    """
    added = await tx.run(
        INSERT,
        place.place_id,
        ticket_digest,
        place.region,
        place.account_class,
        place.door,
        place.lang,
        place.receipt_id,
        place.contact_kind,
        place.contact,
        place.code_id,
        place.at,
        place.expires_at,
        *index,
    )
    return added == 1


async def find(tx: Tx, ticket_digest: bytes) -> Place | None:
    """Return a ticket's place."""
    row = await tx.row(FIND, ticket_digest)
    return None if row is None else _place(row)


async def one(tx: Tx, place_id: str) -> Place | None:
    """Return a place."""
    row = await tx.row(ONE, place_id)
    return None if row is None else _place(row)


async def by_pass(tx: Tx, pass_digest: bytes) -> Place | None:
    """Return the place whose turn a pass is."""
    row = await tx.row(BY_TURN, pass_digest)
    return None if row is None else _place(row)


async def by_contact(tx: Tx, line: Line, wanted: Sequence[BlindIndex]) -> str | None:
    """Return the place that a contact has in a line."""
    for index in wanted:
        found: str | None = await tx.value(BY_CONTACT, index.version, index.digest, *line)
        if found is not None:
            return found
    return None


async def take_over(tx: Tx, place_id: str, ticket_digest: bytes) -> None:
    """Give a place a new ticket; the old one is good for nothing."""
    await tx.run(TAKE_OVER, place_id, ticket_digest)


async def delete(tx: Tx, place_id: str) -> None:
    """Delete a place that was never taken."""
    await tx.run(DELETE, place_id)


async def placed(tx: Tx, place_id: str, ordinal: int, at: datetime) -> bool:
    """Put a place in line; false when another request has."""
    return await tx.run(PLACED, place_id, ordinal, at) == 1


async def hold_line(tx: Tx, line: Line, now: datetime) -> LineRow:
    """Return a line, held until the commit: whatever changes who waits holds it."""
    row = await tx.row(HOLD_LINE, *line, now)
    assert row is not None, "it is made when it is not there"
    return _line(row)


async def line_row(tx: Tx, line: Line) -> LineRow | None:
    """Return a line as it is."""
    row = await tx.row(LINE, *line)
    return None if row is None else _line(row)


async def lines(tx: Tx) -> list[LineRow]:
    """Return every line that there ever was."""
    return [_line(row) for row in await tx.rows(LINES)]


async def save_line(tx: Tx, line: LineRow) -> None:
    """Write a line that is held."""
    await tx.run(
        SAVE_LINE,
        line.region,
        line.account_class,
        line.door,
        line.last_ordinal,
        line.called_through,
        line.waiting,
        line.tokens,
        line.filled_at,
        line.paused,
    )


async def next_places(tx: Tx, line: LineRow, count: int) -> list[tuple[str, int]]:
    """Return the first who wait in a line: ids and numbers."""
    rows = await tx.rows(NEXT, *line.line, line.called_through, count)
    return [(row[0], row[1]) for row in rows]


async def called(
    tx: Tx, turns: Sequence[tuple[str, bytes]], at: datetime, expires_at: datetime
) -> int:
    """Note that it is the turn of some places, and by which passes."""
    ids, digests = [one[0] for one in turns], [one[1] for one in turns]
    return await tx.run(CALLED, ids, digests, at, expires_at)


async def count_calls(tx: Tx, line: Line, at: datetime, count: int) -> None:
    """Add to what was called in this minute."""
    await tx.run(COUNT_CALLS, *line, at, count)


async def calls_since(tx: Tx, line: Line, since: datetime) -> tuple[int, datetime | None]:
    """Return how many were called since a moment, and the first minute of them."""
    row = await tx.row(CALLS_SINCE, *line, since)
    assert row is not None, "a sum has a row"
    return row[0], row[1]


async def end(tx: Tx, place_id: str, stage: Stage, at: datetime, was: Stage) -> bool:
    """End a place and erase what is personal in it; false when it is not as it was."""
    return await tx.run(END, place_id, stage.value, at, was.value) == 1


async def used(tx: Tx, pass_digest: bytes, at: datetime) -> None:
    """End the place whose turn was used, and erase what is personal in it."""
    await tx.run(USED, pass_digest, at)


async def lapse(tx: Tx, now: datetime, limit: int) -> list[str]:
    """End places whose turn was not used in time; return which they were."""
    return [row[0] for row in await tx.rows(LAPSE, now, limit)]


async def expire(
    tx: Tx, line: LineRow, before: datetime, now: datetime, limit: int
) -> list[tuple[str, int]]:
    """End places that were taken before a moment; return ids and numbers."""
    rows = await tx.rows(EXPIRE, *line.line, line.called_through, before, now, limit)
    return [(row[0], row[1]) for row in rows]


async def erase(tx: Tx, place_id: str) -> None:
    """Erase the contact of a place that has ended."""
    await tx.run(ERASE, place_id)


async def purge(tx: Tx, now: datetime, untold: datetime, before: datetime) -> None:
    """Forget contacts that were not proved, and those that could not be told; delete old rows."""
    await tx.run(FORGET_ASKED, now)
    await tx.run(ERASE_UNTOLD, untold)
    await tx.run(PURGE, before)
    await tx.run(PURGE_GAPS, BLOCK_PLACES)
    await tx.run(PURGE_CALLS, before)


async def add_gap(tx: Tx, line: Line, ordinal: int) -> None:
    """Count a place that was given up."""
    await tx.run(ADD_GAP, *line, ordinal, BLOCK_PLACES)


async def gone_between(tx: Tx, line: LineRow, ordinal: int) -> int:
    """Return how many gave up their place, of those who would be before ``ordinal``."""
    return await tx.value(GONE_BETWEEN, *line.line, line.called_through, ordinal, BLOCK_PLACES)


async def facts(tx: Tx, line: LineRow, since: datetime) -> Facts:
    """Return what operators are told of a line."""
    row = await tx.row(FACTS, *line.line, since, line.called_through)
    assert row is not None, "counts have a row"
    return Facts(*row)


async def oldest(tx: Tx, line: LineRow) -> datetime | None:
    """Return since when the first of a line has waited."""
    return await tx.value(OLDEST, *line.line, line.called_through)


async def shown(tx: Tx, line: LineRow, limit: int) -> list[Place]:
    """Return the first who wait in a line."""
    rows = await tx.rows(SHOWN, *line.line, line.called_through, limit)
    return [_place(row) for row in rows]


def _line(row: Row) -> LineRow:
    return LineRow(
        region=row[0],
        account_class=row[1],
        door=row[2],
        last_ordinal=row[3],
        called_through=row[4],
        waiting=row[5],
        tokens=row[6],
        filled_at=row[7],
        paused=row[8],
    )


def _place(row: Row) -> Place:
    return Place(
        place_id=row[0],
        region=row[1],
        account_class=row[2],
        door=row[3],
        lang=row[4],
        ordinal=row[5],
        stage=Stage(row[6]),
        receipt_id=row[7],
        contact_kind=row[8],
        contact=row[9],
        code_id=row[10],
        pass_digest=row[11],
        at=row[12],
        expires_at=row[13],
    )
