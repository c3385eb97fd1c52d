"""Statements over what was seen of sign-ups, and over the clusters that they form."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from teahouse.infra.db.pool import Row, Tx
from teahouse.infra.vault.field import Basis, Category, Necessity, PersonalField, Purpose, Wording
from teahouse.screening.model.bursts import Flow
from teahouse.screening.model.findings import Found, findings
from teahouse.screening.model.likeness import Population, Verdict
from teahouse.screening.model.signals import Neighbour, Signals

PURPOSE = Purpose(
    id="screening.sightings",
    version=1,
    name=Wording("注册时的网络与设备特征（摘要）", "Traces of the network and device at sign-up"),
    purpose=Wording("防止机器批量注册", "To keep machines from registering in bulk"),
    means=Wording(
        "只保存加密摘要，不保存地址本身；网络摘要的密钥两天后销毁",
        "Kept as keyed digests only, never the address; the networks' key is destroyed in two days",
    ),
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=Wording("注册", "Signing up"),
    retention=Wording("三天", "Three days"),
    retention_days=3,
    recipients=Wording("不提供给任何人", "Given to nobody"),
)
PREFIX = PersonalField("screening_sightings", "prefix_digest", PURPOSE, sealed=False)
AGENT = PersonalField("screening_sightings", "agent_digest", PURPOSE, sealed=False)
CONTACT = PersonalField("screening_sightings", "contact_digest", PURPOSE, sealed=False)
FIELDS = (PREFIX, AGENT, CONTACT)

SEE = """
insert into screening_sightings (
    registration_digest, at, began_at, door, region, account_class, prefix_digest,
    prefix_before_digest, agent_digest, contact_digest, mail_kind, invite_digest, held
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
on conflict (registration_digest) do update set
    door = $4, region = $5, prefix_digest = $7, prefix_before_digest = $8, agent_digest = $9,
    contact_digest = $10, mail_kind = $11, held = $13
where screening_sightings.verdict = ''"""

SEEN = """
select registration_digest, at, began_at, door, region, account_class, prefix_digest,
    prefix_before_digest, agent_digest, contact_digest, mail_kind, invite_digest, held, verdict
from screening_sightings where registration_digest = $1"""

NEIGHBOURS = """
with near as (
    (select registration_digest from screening_sightings
        where prefix_digest = any ($2::bytea[]) and at > $7 order by at desc limit $8)
    union (select registration_digest from screening_sightings
        where agent_digest = $3 and at > $7 order by at desc limit $8)
    union (select registration_digest from screening_sightings
        where contact_digest = $4 and at > $7 order by at desc limit $8)
    union (select registration_digest from screening_sightings
        where stem_digest = $5 and at > $7 order by at desc limit $8)
    union (select registration_digest from screening_sightings
        where invite_digest = $6 and at > $7 order by at desc limit $8)
)
select s.registration_digest, s.at, s.prefix_digest, s.prefix_before_digest, s.agent_digest,
    s.contact_digest, s.mail_kind, s.invite_digest, s.stem_digest, s.shape, s.passwordless, s.pace,
    s.gap, s.cluster_id, coalesce(c.decision = 'ignore', false)
from near join screening_sightings s using (registration_digest)
left join screening_clusters c using (cluster_id)
where s.finished_at is not null and s.registration_digest <> $1"""

WEIGHED = """
update screening_sightings set stem_digest = $2, shape = $3, passwordless = $4, pace = $5,
    gap = $6, finished_at = $7, neighbours = $8, verdict = $9, cluster_id = $10, rules = $11
where registration_digest = $1"""

VERDICT = "select verdict from screening_sightings where registration_digest = $1"

FOUND = """
select s.verdict, s.finished_at, s.rules, s.neighbours, coalesce(
    (select min(c.at) from screening_sightings c where c.cluster_id = s.cluster_id), s.at
)
from screening_sightings s
where s.finished_at is not null and (s.registration_digest = $1 or s.account_id = $2)"""

BECAME = "update screening_sightings set account_id = $2 where registration_digest = $1"

POPULATION = """
with recent as (
    select prefix_digest, agent_digest, contact_digest, mail_kind, stem_digest, shape,
        passwordless, pace, gap, invite_digest
    from screening_sightings where finished_at is not null and at > $1 order by at desc limit $2
), told as (
    select t.signal, t.value, r.prefix_digest from recent r, lateral (values
        ('agent', encode(agent_digest, 'hex')), ('contact', encode(contact_digest, 'hex')),
        ('mail_kind', mail_kind), ('stem', encode(stem_digest, 'hex')), ('shape', shape),
        ('passwordless', passwordless::text), ('pace', pace::text), ('gap', gap::text),
        ('invite', encode(invite_digest, 'hex'))
    ) t (signal, value) where t.value <> ''
)
select '', '', count(distinct prefix_digest) from recent
union all
(select signal, value, count(distinct prefix_digest) from told group by signal, value
    having count(distinct prefix_digest) > 1 order by 3 desc limit $3)"""

CLUSTER_NEW = "insert into screening_clusters (cluster_id, began_at) values ($1, $2)"

JOIN_CLUSTER = """
update screening_sightings set cluster_id = $2
where registration_digest in (
    select registration_digest from screening_sightings
    where registration_digest = any ($1::bytea[]) and cluster_id is null
    order by registration_digest for update skip locked
)"""

FLOWS = """
select region, account_class, door, count(*), count(*) filter (where verdict <> 'pass')
from screening_sightings where account_id is not null and finished_at > $1
group by region, account_class, door"""

LATE = """
update screening_sightings set verdict = 'stage'
where registration_digest in (
    select registration_digest from screening_sightings join screening_clusters using (cluster_id)
    where verdict = 'pass' and account_id is not null and decision <> 'ignore'
    order by at limit $1
) returning account_id"""

WOULD_BE_LATE = """
select count(*) from screening_sightings join screening_clusters using (cluster_id)
where verdict = 'pass' and account_id is not null and decision <> 'ignore'"""

CLUSTERS = """
select c.cluster_id, c.began_at, c.decision, c.decided_by, c.decided_at, max(s.at), count(*),
    count(*) filter (where s.account_id is not null), count(*) filter (where s.verdict = 'pass'),
    count(*) filter (where s.verdict = 'stage'), count(*) filter (where s.verdict = 'hold'),
    count(*) filter (where s.verdict = 'refuse'), count(distinct s.prefix_digest),
    count(distinct s.agent_digest), count(distinct s.contact_digest), min(s.door), min(s.region),
    mode() within group (order by s.shape)
from screening_clusters c join screening_sightings s using (cluster_id)
group by c.cluster_id order by max(s.at) desc limit $1"""

CLUSTER_DECIDE = """
update screening_clusters set decision = $2, decided_by = $3, decided_at = $4
where cluster_id = $1"""

CLUSTER_ACCOUNTS = """
select account_id from screening_sightings
where cluster_id = $1 and account_id is not null order by at limit $2"""

CLUSTER_STAGED = """
update screening_sightings set verdict = 'stage' where cluster_id = $1 and verdict = 'pass'"""

REPLAY = """
select count(*) filter (where neighbours >= $2), count(*) filter (where mail_kind = 'disposable'),
    count(*), count(*) filter (where held)
from screening_sightings where at > $1"""

REPLAY_PREFIX = """
select coalesce(sum(greatest(n - $2, 0)), 0)::bigint from (
    select count(*) as n from screening_sightings where at > $1
    group by prefix_digest, date_trunc('hour', at)
) hours"""

PURGE = "delete from screening_sightings where at <= $1"

PURGE_CLUSTERS = """
delete from screening_clusters c where began_at <= $1
and not exists (select from screening_sightings s where s.cluster_id = c.cluster_id)"""


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen of a sign-up at its contact step."""

    registration_digest: bytes
    at: datetime
    began_at: datetime
    door: str
    region: str
    account_class: str
    prefix_digest: bytes
    prefix_before_digest: bytes
    agent_digest: bytes
    contact_digest: bytes
    mail_kind: str
    invite_digest: bytes | None
    held: bool
    verdict: str = ""


class Finish(msgspec.Struct, frozen=True, kw_only=True):
    """What the last step adds."""

    stem_digest: bytes | None
    shape: str
    passwordless: bool
    pace: int
    gap: int | None
    finished_at: datetime
    neighbours: int
    verdict: str
    cluster_id: str | None
    rules: list[str]


async def see(tx: Tx, one: Sighting) -> None:
    """Keep a sighting; a contact that is corrected takes the place of the first."""
    await tx.run(SEE, *msgspec.structs.astuple(one)[:-1])


async def seen(tx: Tx, digest: bytes) -> Sighting | None:
    """Return the sighting of a registration."""
    row = await tx.row(SEEN, digest)
    if row is None:
        return None
    names = Sighting.__struct_fields__
    return Sighting(**dict(zip(names, row, strict=True)))


async def neighbours(
    tx: Tx, one: Sighting, stem: bytes | None, since: datetime, limit: int
) -> list[Neighbour]:
    """Return the newest finished sign-ups that share a prefix, agent, contact, stem or invite."""
    prefixes = [one.prefix_digest, one.prefix_before_digest]
    rows = await tx.rows(
        NEIGHBOURS,
        one.registration_digest,
        prefixes,
        one.agent_digest,
        one.contact_digest,
        stem,
        one.invite_digest,
        since,
        limit,
    )
    return [_neighbour(row) for row in rows]


async def weighed(tx: Tx, digest: bytes, finish: Finish) -> None:
    """Keep what the last step showed, and the verdict."""
    await tx.run(WEIGHED, digest, *msgspec.structs.astuple(finish))


async def verdict(tx: Tx, digest: bytes) -> str:
    """Return the verdict on a registration, empty when there is none."""
    return await tx.value(VERDICT, digest) or ""


async def found(tx: Tx, digest: bytes | None, account_id: str | None) -> Found:
    """Return what was found about a registration, or about the one that an account was."""
    row = await tx.row(FOUND, digest, account_id)
    if row is None:
        return Found()
    return Found(Verdict(row[0]), row[1], findings(row[2], row[3], row[4]))


async def became(tx: Tx, digest: bytes, account_id: str) -> None:
    """Note which account a registration became."""
    await tx.run(BECAME, digest, account_id)


async def population(tx: Tx, since: datetime, rows_max: int, values_max: int) -> Population:
    """Return in how many places each value was seen."""
    rows = await tx.rows(POPULATION, since, rows_max, values_max)
    seen_in = {(row[0], row[1]): row[2] for row in rows}
    return Population(seen_in.pop(("", ""), 0), seen_in)


async def new_cluster(tx: Tx, cluster_id: str, began_at: datetime) -> None:
    """Begin a cluster."""
    await tx.run(CLUSTER_NEW, cluster_id, began_at)


async def join_cluster(tx: Tx, digests: Sequence[bytes], cluster_id: str) -> None:
    """Put sign-ups that are in no cluster into one."""
    await tx.run(JOIN_CLUSTER, sorted(digests), cluster_id)


async def flows(tx: Tx, since: datetime) -> list[Flow]:
    """Return how many accounts were made since a moment, by scope, and how many look made."""
    return [Flow(*row) for row in await tx.rows(FLOWS, since)]


async def late(tx: Tx, limit: int) -> list[str]:
    """Stage accounts that passed before their cluster was known; return which."""
    return [row[0] for row in await tx.rows(LATE, limit)]


async def would_be_late(tx: Tx) -> int:
    """Return how many accounts passed before their cluster was known."""
    return await tx.value(WOULD_BE_LATE)


async def clusters(tx: Tx, limit: int) -> Sequence[Row]:
    """Return the clusters with what they are made of, the liveliest first."""
    return await tx.rows(CLUSTERS, limit)


async def decide_cluster(tx: Tx, cluster_id: str, decision: str, by: str, now: datetime) -> bool:
    """Keep what an operator decided; false when there is no such cluster."""
    return await tx.run(CLUSTER_DECIDE, cluster_id, decision, by, now) == 1


async def cluster_accounts(tx: Tx, cluster_id: str, limit: int) -> list[str]:
    """Return the accounts of a cluster."""
    return [row[0] for row in await tx.rows(CLUSTER_ACCOUNTS, cluster_id, limit)]


async def stage_cluster(tx: Tx, cluster_id: str) -> None:
    """Note that the accounts of a cluster are staged."""
    await tx.run(CLUSTER_STAGED, cluster_id)


async def replay(tx: Tx, since: datetime, alike: int) -> tuple[int, int, int, int]:
    """Return how many had so many alike, used thrown-away mail, were seen at all, were held."""
    row = await tx.row(REPLAY, since, alike)
    assert row is not None, "a count has a row"
    return row[0], row[1], row[2], row[3]


async def replay_prefix(tx: Tx, since: datetime, amount: int) -> int:
    """Return how many sign-ups went beyond an amount an hour from one prefix."""
    return await tx.value(REPLAY_PREFIX, since, amount)


async def purge(tx: Tx, before: datetime) -> None:
    """Delete old sightings, and the clusters that nothing is left of."""
    await tx.run(PURGE, before)
    await tx.run(PURGE_CLUSTERS, before)


def _neighbour(row: Row) -> Neighbour:
    return Neighbour(
        digest=row[0],
        at=row[1],
        signals=Signals(
            prefix=hexed(row[2]),
            prefix_before=hexed(row[3]),
            agent=hexed(row[4]),
            contact=hexed(row[5]),
            mail_kind=row[6],
            invite=hexed(row[7]),
            stem=hexed(row[8]),
            shape=row[9],
            passwordless="" if row[10] is None else str(row[10]).lower(),
            pace=_number(row[11]),
            gap=_number(row[12]),
        ),
        cluster_id=row[13],
        ignored=row[14],
    )


def hexed(digest: bytes | None) -> str:
    """Return a digest as signals write it."""
    return "" if digest is None else digest.hex()


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
