"""Every statement over processors and what was handed on."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from teahouse.infra.db.pool import Row, Tx
from teahouse.processors.model.proof import ProcessorKey, Revocation
from teahouse.processors.model.register import (
    Clearing,
    Handing,
    Processor,
    ProcessorBody,
    ProcessorState,
    Providing,
)

INSERT = """
insert into processors_processors (processor_id, content, state, proposed_by, proposed_at)
values ($1, $2, 'proposed', $3, $4)
on conflict (processor_id) do nothing"""

EVERY = """
select content, state, proposed_by, proposed_at, agreed_by, agreed_at, started_at, ended_at,
    end_reason, clearing
from processors_processors order by proposed_at desc, processor_id limit $1"""

ONE_LOCKED = """
select content, state, proposed_by, proposed_at, agreed_by, agreed_at, started_at, ended_at,
    end_reason, clearing
from processors_processors where processor_id = $1 for update"""

COUNT = "select count(*) from processors_processors"

MOVE = """
update processors_processors set state = $2, agreed_by = $3, agreed_at = $4, started_at = $5,
    ended_at = $6, end_reason = $7, clearing = $8
where processor_id = $1"""

# Rows come sorted, so that two workers lock them in one order.
ADD = """
insert into processors_providings as had (day, way, processor_id, host, sent, held)
select * from unnest($1::date[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[])
on conflict (day, way, processor_id, host) do update
set sent = had.sent + excluded.sent, held = had.held + excluded.held"""

PROVIDINGS = """
select day, way, processor_id, host, sent, held from processors_providings
where day >= $1 order by day desc, way, processor_id, host limit $2"""

SENT_SINCE = """
select coalesce(sum(sent), 0) from processors_providings where processor_id = $1 and day >= $2"""

FORGET_PROVIDINGS = "delete from processors_providings where day < $1"

HAND = """
insert into processors_handings (handing_id, processor_id, handed_at, handed_by, what, people,
    purposes)
values ($1, $2, $3, $4, $5, $6, $7)"""

HANDINGS = """
select handing_id, processor_id, handed_at, handed_by, what, people, purposes
from processors_handings where handed_at >= $1 order by handed_at desc, handing_id limit $2"""

HANDED_SINCE = """
select coalesce(sum(people), 0) from processors_handings
where processor_id = $1 and handed_at >= $2"""

FORGET_HANDINGS = "delete from processors_handings where handed_at < $1"


KEY = """
select recipient, digest, made_at, destroying_at, destroyed_at, lost
from processors_keys where processor_id = $1"""

KEYS = """
select processor_id, recipient, digest, made_at, destroying_at, destroyed_at, lost
from processors_keys limit $1"""

INSERT_KEY = """
insert into processors_keys (processor_id, recipient, digest, made_at) values ($1, $2, $3, $4)"""

DESTROYING = """
update processors_keys set destroying_at = $2, lost = $3
where processor_id = $1 and destroying_at is null"""

DESTROYED = """
update processors_keys set destroyed_at = $2
where processor_id = $1 and destroying_at is not null and destroyed_at is null"""

REVOKE = """
insert into processors_revocations (processor_id, kind, credential_id, revoked_at)
values ($1, $2, $3, $4) on conflict do nothing"""

REVOKED = """
select kind, credential_id, revoked_at from processors_revocations
where processor_id = $1 order by revoked_at, kind, credential_id"""


async def insert(tx: Tx, body: ProcessorBody, by: str, at: datetime) -> bool:
    """Keep a proposal; false when its name is taken."""
    content = msgspec.json.encode(body).decode()
    return await tx.run(INSERT, body.processor_id, content, by, at) == 1


async def every(tx: Tx, limit: int) -> list[Processor]:
    """Return processors, the newest first."""
    return [_processor(row) for row in await tx.rows(EVERY, limit)]


async def one_locked(tx: Tx, processor_id: str) -> Processor | None:
    """Return a processor, and hold it."""
    row = await tx.row(ONE_LOCKED, processor_id)
    return None if row is None else _processor(row)


async def count(tx: Tx) -> int:
    """Return how many there are."""
    return await tx.value(COUNT)


async def move(tx: Tx, one: Processor) -> None:
    """Write where a processor stands."""
    clearing = None if one.clearing is None else msgspec.json.encode(one.clearing).decode()
    agreed = (one.agreed_by, one.agreed_at)
    whose, state = one.body.processor_id, one.state.value
    times = (one.started_at, one.ended_at, one.end_reason, clearing)
    await tx.run(MOVE, whose, state, *agreed, *times)


async def add(tx: Tx, counted: Sequence[Providing]) -> None:
    """Add to what was handed on; ``counted`` is sorted, and has each key once."""
    columns = zip(*(msgspec.structs.astuple(one) for one in counted), strict=True)
    await tx.run(ADD, *(list(column) for column in columns))


async def providings(tx: Tx, since: date, limit: int) -> list[Providing]:
    """Return what was handed on from a day on, the newest first."""
    return [Providing(*row) for row in await tx.rows(PROVIDINGS, since, limit)]


async def sent_since(tx: Tx, processor_id: str, since: date) -> int:
    """Return how often something went to a processor from a day on."""
    return int(await tx.value(SENT_SINCE, processor_id, since))


async def hand(tx: Tx, one: Handing) -> None:
    """Keep what somebody handed over."""
    who = (one.handing_id, one.processor_id, one.at, one.by)
    await tx.run(HAND, *who, one.what, one.people, list(one.purposes))


async def handings(tx: Tx, since: datetime, limit: int) -> list[Handing]:
    """Return what was handed over from a moment on, the newest first."""
    return [
        Handing(
            handing_id=row[0],
            processor_id=row[1],
            at=row[2],
            by=row[3],
            what=row[4],
            people=row[5],
            purposes=tuple(row[6]),
        )
        for row in await tx.rows(HANDINGS, since, limit)
    ]


async def handed_since(tx: Tx, processor_id: str, since: datetime) -> int:
    """Return of how many people something was handed over to a processor, from a moment on."""
    return int(await tx.value(HANDED_SINCE, processor_id, since))


async def forget(tx: Tx, before: datetime) -> None:
    """Delete records of before a moment; the database refuses it for less than three years."""
    await tx.run(FORGET_PROVIDINGS, before.date())
    await tx.run(FORGET_HANDINGS, before)


async def key(tx: Tx, processor_id: str) -> ProcessorKey | None:
    """Return a processor's key, if it has one."""
    row = await tx.row(KEY, processor_id)
    return None if row is None else _key(row)


async def keys(tx: Tx, limit: int) -> dict[str, ProcessorKey]:
    """Return the keys that there are or were, by processor."""
    return {processor_id: _key(row) for processor_id, *row in await tx.rows(KEYS, limit)}


async def insert_key(tx: Tx, processor_id: str, made: ProcessorKey) -> None:
    """Keep what is known of a new key."""
    await tx.run(INSERT_KEY, processor_id, made.recipient, made.digest, made.made_at)


async def destroying(tx: Tx, processor_id: str, at: datetime, *, lost: bool) -> None:
    """Note that a key counts as gone; once."""
    await tx.run(DESTROYING, processor_id, at, lost)


async def destroyed(tx: Tx, processor_id: str, at: datetime) -> None:
    """Note that a key is gone; once."""
    await tx.run(DESTROYED, processor_id, at)


async def revoke(tx: Tx, processor_id: str, one: Revocation) -> None:
    """Note that a credential ended with a processor."""
    await tx.run(REVOKE, processor_id, one.kind, one.credential_id, one.at)


async def revoked(tx: Tx, processor_id: str) -> list[Revocation]:
    """Return the credentials that ended with a processor."""
    return [Revocation(*row) for row in await tx.rows(REVOKED, processor_id)]


def _key(row: Iterable[Any]) -> ProcessorKey:
    recipient, digest, made_at, destroying_at, destroyed_at, lost = row
    return ProcessorKey(
        recipient=recipient,
        digest=digest,
        made_at=made_at,
        destroying_at=destroying_at,
        destroyed_at=destroyed_at,
        lost=lost,
    )


def _processor(row: Row) -> Processor:
    return Processor(
        body=msgspec.json.decode(row[0], type=ProcessorBody),
        state=ProcessorState(row[1]),
        proposed_by=row[2],
        proposed_at=row[3],
        agreed_by=row[4],
        agreed_at=row[5],
        started_at=row[6],
        ended_at=row[7],
        end_reason=row[8],
        clearing=None if row[9] is None else msgspec.json.decode(row[9], type=Clearing),
    )
