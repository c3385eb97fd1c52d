"""Every statement over the tables of detectors, and what is personal in them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from teahouse.detectors.model.lists import (
    Description,
    DetectorHit,
    InForce,
    ListKind,
    ListVersion,
    Mode,
)
from teahouse.detectors.model.velocity import Echo
from teahouse.infra.db.pool import Row, Tx
from teahouse.infra.vault.field import Basis, Category, Necessity, PersonalField, Purpose, Wording

PURPOSE = Purpose(
    id="detectors.looking",
    version=1,
    name=Wording(
        "公开场合的言论与名单的比对", "Comparing what is said in public with the house's lists"
    ),
    purpose=Wording(
        "由程序提示可能违规的公开内容，由人核实并决定；程序不作任何处理",
        "To point people who decide at public content that may break a rule; the programme decides nothing",
    ),
    means=Wording(
        "只看公开房间与公众号的明文消息（运营者可改为全部明文或关闭），不看加密内容；"
        "只存消息编号与命中位置，重复发言只存摘要，一天后删除",
        "Plain text in public rooms and of official accounts is looked at, unless the operator chose all"
        " plain text or none; nothing encrypted is. The number of a message and where a word stands in it"
        " are kept; of what is repeated a digest, for a day",
    ),
    category=Category.ORDINARY,
    basis=Basis.LEGAL_DUTY,
    necessity=Necessity.NECESSARY,
    function=Wording("处理违规与申诉", "Enforcing rules, and appeals"),
    retention=Wording("180 天；重复发言的摘要一天", "180 days; digests of what is repeated, a day"),
    retention_days=180,
    recipients=Wording("不提供给任何人", "Given to nobody"),
)
TARGET = PersonalField("detectors_hits", "target", PURPOSE, sealed=False)
ECHO = PersonalField("detectors_echoes", "user_id", PURPOSE, sealed=False)
FIELDS = (TARGET, ECHO)

LOCK = "select pg_advisory_xact_lock(7240695)"

ADD = """
insert into detectors_lists (list_id, kind, category, language, name, made_by, made_at)
values ($1, $2, $3, $4, $5, $6, $7) on conflict (list_id) do nothing"""

COUNT = "select count(*) from detectors_lists"

LISTS = """
select list_id, kind, category, language, name from detectors_lists order by list_id limit $1"""

ONE = "select list_id, kind, category, language, name from detectors_lists where list_id = $1"

HELD = """
select list_id, kind, category, language, name from detectors_lists where list_id = $1 for update"""

KEEP = """
insert into detectors_versions (
    list_id, version, mode, effective_at, entries, entries_count, note, made_by, made_at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"""

LAST = "select coalesce(max(version), 0) from detectors_versions where list_id = $1"

VERSIONS = """
select version, mode, effective_at, entries_count, note, made_by, made_at
from detectors_versions where list_id = $1 order by version desc limit $2"""

ENTRIES = "select entries from detectors_versions where list_id = $1 and version = $2"

IN_FORCE = """
select list_id, version, kind, mode, category from (
    select distinct on (list_id) list_id, version, mode from detectors_versions
    where effective_at <= $1 order by list_id, version desc
) newest join detectors_lists using (list_id) where mode <> 'off' order by list_id"""

NOW = """
select distinct on (list_id) list_id, version, mode, effective_at, entries_count, note, made_by, made_at
from detectors_versions where effective_at <= $1 order by list_id, version desc"""

NEXT = """
select distinct on (list_id) list_id, version, mode, effective_at, entries_count, note, made_by, made_at
from detectors_versions later where effective_at > $1 and not exists (
    select from detectors_versions newer
    where newer.list_id = later.list_id and newer.version > later.version
        and newer.effective_at <= later.effective_at
) order by list_id, effective_at"""

HIT = """
insert into detectors_hits (
    list_id, version, kind, target, room_id, mode, entry, begins, ends, found_at, distance
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (list_id, kind, target) do nothing"""

WAITING = """
select list_id, version, kind, target, room_id, mode, entry, begins, ends, found_at, case_id,
    distance
from detectors_hits where mode = 'suggest' and case_id is null order by found_at limit $1"""

SETTLE = """
update detectors_hits set case_id = $4 where list_id = $1 and kind = $2 and target = $3"""

HITS = """
select list_id, version, kind, target, room_id, mode, entry, begins, ends, found_at, case_id,
    distance
from detectors_hits where list_id = $1 order by found_at desc, target limit $2"""

HITS_OF_CASE = """
select list_id, version, kind, target, room_id, mode, entry, begins, ends, found_at, case_id,
    distance
from detectors_hits where case_id = $1 order by list_id, target limit $2"""

FOUND = "select list_id, count(*) from detectors_hits group by list_id"

CASES = """
select case_id from detectors_hits where list_id = $1 and case_id <> ''
order by found_at desc, target limit $2"""

KNOWN = """
select hit.list_id, hit.entry, max(hit.found_at)
from unnest($1::text[], $2::text[], $3::timestamptz[]) as wanted (list_id, entry, since)
join detectors_hits hit on hit.list_id = wanted.list_id and hit.entry = wanted.entry
    and hit.found_at > wanted.since
group by hit.list_id, hit.entry"""

ECHOES = """
insert into detectors_echoes (event_id, text_digest, user_id, room_id, said_at)
select * from unnest($1::text[], $2::bytea[], $3::text[], $4::text[], $5::timestamptz[])
on conflict (event_id) do nothing"""

# Of what is heard at once, a message knows what came before it only.
SAID = """
with asked as (
    select * from unnest($1::int[], $2::bytea[], $3::text[], $4::timestamptz[])
        with ordinality as one (at, text_digest, user_id, since, nth)
), fresh as (
    select * from unnest($5::text[]) with ordinality as one (event_id, nth)
)
select asked.nth - 1, count(*), count(distinct echo.user_id), count(distinct echo.room_id)
from asked join detectors_echoes echo
    on echo.text_digest = asked.text_digest and echo.said_at > asked.since
left join fresh on fresh.event_id = echo.event_id
where (asked.user_id = '' or echo.user_id = asked.user_id)
    and (fresh.nth is null or fresh.nth - 1 <= asked.at)
group by asked.nth"""

FORGET = "delete from detectors_echoes where user_id = $1"

OLD_HITS = "delete from detectors_hits where found_at < $1"

OLD_ECHOES = "delete from detectors_echoes where said_at < $1"


class NewEcho(NamedTuple):
    """Something said, by its digest."""

    event_id: str
    text_digest: bytes
    user_id: str
    room_id: str
    said_at: datetime


class Counting(NamedTuple):
    """What is to be counted: an echo like one of those heard, by one account or by any, since when."""

    at: int  # of those heard
    text_digest: bytes
    user_id: str  # empty: by any
    since: datetime


async def lock(tx: Tx) -> None:
    """Let lists be made one after the other."""
    await tx.run(LOCK)


async def add(tx: Tx, one: Description, actor: str, now: datetime) -> bool:
    """Keep a new list; false when there is one of that name."""
    return await tx.run(ADD, one[0], one.kind.value, *one[2:], actor, now) == 1


async def count(tx: Tx) -> int:
    """Return how many lists there are."""
    return await tx.value(COUNT)


async def lists(tx: Tx, limit: int) -> list[Description]:
    """Return the lists that there are."""
    return [_description(row) for row in await tx.rows(LISTS, limit)]


async def one(tx: Tx, list_id: str) -> Description | None:
    """Return a list."""
    row = await tx.row(ONE, list_id)
    return None if row is None else _description(row)


async def held(tx: Tx, list_id: str) -> Description | None:
    """Return a list and hold it, to give it another version."""
    row = await tx.row(HELD, list_id)
    return None if row is None else _description(row)


async def keep(tx: Tx, list_id: str, version: ListVersion, entries: Sequence[str]) -> None:
    """Keep a new version."""
    written = msgspec.json.encode(entries).decode()
    await tx.run(
        KEEP, list_id, version.version, version.mode, version.effective_at, written,
        version.entries_count, version.note, version.made_by, version.made_at,
    )  # fmt: skip


async def last(tx: Tx, list_id: str) -> int:
    """Return the number of a list's newest version, 0 for none."""
    return await tx.value(LAST, list_id)


async def versions(tx: Tx, list_id: str, limit: int) -> list[ListVersion]:
    """Return a list's versions, the newest first."""
    return [ListVersion(*row) for row in await tx.rows(VERSIONS, list_id, limit)]


async def entries(tx: Tx, list_id: str, version: int) -> list[str] | None:
    """Return the entries of a version."""
    found = await tx.value(ENTRIES, list_id, version)
    return None if found is None else msgspec.json.decode(found, type=list[str])


async def in_force(tx: Tx, now: datetime) -> list[InForce]:
    """Return the version of each list that counts now, but of those that are off."""
    return [
        InForce(row[0], row[1], ListKind(row[2]), Mode(row[3]), row[4])
        for row in await tx.rows(IN_FORCE, now)
    ]


async def now_and_next(
    tx: Tx, now: datetime
) -> tuple[dict[str, ListVersion], dict[str, ListVersion]]:
    """Return, by list, the version that counts now and the one that will next."""
    here = {row[0]: ListVersion(*row[1:]) for row in map(tuple, await tx.rows(NOW, now))}
    later = {row[0]: ListVersion(*row[1:]) for row in map(tuple, await tx.rows(NEXT, now))}
    return here, later


async def hit(tx: Tx, found: DetectorHit) -> bool:
    """Keep a find; false when the list has found it before."""
    values = msgspec.structs.astuple(found)
    return await tx.run(HIT, *values[:-2], values[-1]) == 1


async def waiting(tx: Tx, limit: int) -> list[DetectorHit]:
    """Return finds that are to be suggested, the oldest first."""
    return [DetectorHit(*row) for row in await tx.rows(WAITING, limit)]


async def settle(tx: Tx, found: DetectorHit, case_id: str) -> None:
    """Note the case that was made of a find; an empty one when it was gone."""
    await tx.run(SETTLE, found.list_id, found.kind, found.target, case_id)


async def hits(tx: Tx, list_id: str, limit: int) -> list[DetectorHit]:
    """Return the newest finds of a list."""
    return [DetectorHit(*row) for row in await tx.rows(HITS, list_id, limit)]


async def hits_of_case(tx: Tx, case_id: str, limit: int) -> list[DetectorHit]:
    """Return the finds that a case was made of."""
    return [DetectorHit(*row) for row in await tx.rows(HITS_OF_CASE, case_id, limit)]


async def found(tx: Tx) -> dict[str, int]:
    """Return how much each list has found, as far as it is kept."""
    return {row[0]: row[1] for row in await tx.rows(FOUND)}


async def cases(tx: Tx, list_id: str, limit: int) -> list[str]:
    """Return the newest cases that a list began."""
    return [row[0] for row in await tx.rows(CASES, list_id, limit)]


async def known(
    tx: Tx, since: Mapping[tuple[str, str], datetime]
) -> dict[tuple[str, str], datetime]:
    """Return when each (list, entry) found something last, of those that did since."""
    lists, entries = [key[0] for key in since], [key[1] for key in since]
    found = await tx.rows(KNOWN, lists, entries, list(since.values()))
    return {(row[0], row[1]): row[2] for row in found}


async def echo(tx: Tx, said: Sequence[NewEcho]) -> None:
    """Keep what was said, by digests."""
    await tx.run(ECHOES, *(list(column) for column in zip(*said, strict=True)))


async def said(tx: Tx, heard: Sequence[NewEcho], asked: Sequence[Counting]) -> dict[int, Echo]:
    """Return, by the number of what is asked, how often that was said."""
    columns = [list(column) for column in zip(*asked, strict=True)]
    found = await tx.rows(SAID, *columns, [one.event_id for one in heard])
    return {row[0]: Echo(row[1], row[2], row[3]) for row in found}


async def forget(tx: Tx, user_id: str) -> None:
    """Forget what somebody said."""
    await tx.run(FORGET, user_id)


async def purge(tx: Tx, hits_before: datetime, echoes_before: datetime) -> None:
    """Forget what was found long ago, and echoes of more than a day."""
    await tx.run(OLD_HITS, hits_before)
    await tx.run(OLD_ECHOES, echoes_before)


def _description(row: Row) -> Description:
    return Description(row[0], ListKind(row[1]), row[2], row[3], row[4])
