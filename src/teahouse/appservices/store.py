"""Every statement over the tables of application services, and what is personal in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from teahouse.appservices.model import Kept, Shown
from teahouse.infra.db.pool import Tx
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

PURPOSE = Purpose(
    id="appservices.token",
    version=1,
    name=Wording("应用服务的访问令牌", "Tokens of application services"),
    purpose=Wording(
        "让桥接程序和机器人确认是本服务器在联系它",
        "For a bridge or bot to know that it is this server that speaks to it",
    ),
    means=Wording("加密保存", "Kept encrypted"),
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=Wording("连接桥接程序和机器人", "Connecting bridges and bots"),
    retention=Wording("直到运营者移除该服务", "Until operators put the service out"),
    retention_days=None,
    recipients=Wording("该应用服务", "The application service"),
)
HS_TOKEN = PersonalField("appservices_services", "hs_token", PURPOSE, gravity=Gravity.SECRET)
FIELDS = (HS_TOKEN,)
SEALED = (Sealed((HS_TOKEN,), ("service_id",), "subject_id", "service_id"),)
PURPOSES = (PURPOSE,)

LOCK = "select pg_advisory_xact_lock(7240630)"

INSERT = """
insert into appservices_services (
    service_id, subject_id, token_digest, hs_token, kept, file_digest, added_at, processor_id
) values ($1, $2, $3, $4, $5, $6, $7, $8)"""

CHANGE = """
update appservices_services set token_digest = $2, hs_token = $3, kept = $4, file_digest = $5,
    processor_id = $6
where service_id = $1"""

DELETE = "delete from appservices_services where service_id = $1"

ALL = """
select service_id, subject_id, token_digest, kept from appservices_services
order by service_id limit $1"""

ONE = """
select subject_id, token_digest, file_digest, processor_id
from appservices_services where service_id = $1"""

OF_SUBJECT = "select service_id from appservices_services where subject_id = $1"

WHOSE = """
select service_id, processor_id, kept from appservices_services order by service_id limit $1"""

OF_OTHER = """
select exists (
    select 1 from appservices_services where token_digest = $1 and service_id <> $2
)"""

SHOWN_TO = "select subject_id, hs_token from appservices_services where service_id = $1"

SHOWN = """
select service_id, kept, added_at, failure_count,
    (select count(*) from appservices_queue q where q.service_id = s.service_id)
from appservices_services s order by service_id limit $1"""

QUEUE = """
insert into appservices_queue (service_id, pos, event_id)
select new.service_id, new.pos, new.event_id
from unnest($1::text[], $2::bigint[], $3::text[]) as new (service_id, pos, event_id)
join appservices_services using (service_id)"""

# A lease that ends later than one can was taken by a clock that was ahead.
LEASE = """
update appservices_services set leased_until = $3
where service_id = $1 and (
    leased_until is null or leased_until <= $2
    or leased_until > $3::timestamptz + interval '10 minutes'
)
returning sent_count"""

RELEASE = "update appservices_services set leased_until = null where service_id = $1"

UNDER_WAY = """
select event_id from appservices_queue where service_id = $1 and number = $2 order by pos"""

NUMBER = """
update appservices_queue set number = $2
where service_id = $1 and pos in (
    select pos from appservices_queue where service_id = $1 and number is null
    order by pos limit $3
)"""

CONFIRMED = "delete from appservices_queue where service_id = $1 and number = $2"

SENT = """
update appservices_services set sent_count = $2, failure_count = 0
where service_id = $1 and sent_count < $2"""

FAILED = """
update appservices_services set failure_count = failure_count + 1 where service_id = $1
returning failure_count"""

WAITING = "select exists (select 1 from appservices_queue where service_id = $1)"

LIST = """
insert into appservices_listed (service_id, network_id, room_id, listed_at)
values ($1, $2, $3, $4) on conflict do nothing"""

LISTED = """
select distinct room_id from appservices_listed
where $1::text is null or service_id || '|' || network_id = $1 order by room_id limit $2"""

UNLIST = """
delete from appservices_listed where service_id = $1 and network_id = $2 and room_id = $3"""


class ServiceRow(NamedTuple):
    """A service, without the token that we show to it."""

    service_id: str
    subject_id: str
    token_digest: bytes
    kept: Kept


class FileRow(NamedTuple):
    """By what it is known whether a registration was let in before, and whose it is."""

    subject_id: str
    token_digest: bytes
    file_digest: bytes
    processor_id: str


class Sealing(NamedTuple):
    """What is kept of a registration beside what is shown of it."""

    hs_token: bytes
    digest: bytes
    processor_id: str


async def lock(tx: Tx) -> None:
    """Let only one at a time change which services there are."""
    await tx.run(LOCK)


async def insert(tx: Tx, row: ServiceRow, beside: Sealing, now: datetime) -> None:
    """Let a service in."""
    kept = msgspec.json.encode(row.kept).decode()
    whose = (row.service_id, row.subject_id, row.token_digest)
    await tx.run(INSERT, *whose, beside.hs_token, kept, beside.digest, now, beside.processor_id)


async def change(tx: Tx, row: ServiceRow, beside: Sealing) -> None:
    """Replace what a service's registration says."""
    kept = msgspec.json.encode(row.kept).decode()
    sealed, digest, whose = beside
    await tx.run(CHANGE, row.service_id, row.token_digest, sealed, kept, digest, whose)


async def delete(tx: Tx, service_id: str) -> bool:
    """Put a service out, with what waits for it; false when there is none."""
    return await tx.run(DELETE, service_id) == 1


async def every(tx: Tx, limit: int) -> list[ServiceRow]:
    """Return the services."""
    rows = await tx.rows(ALL, limit)
    return [ServiceRow(row[0], row[1], row[2], _kept(row[3])) for row in rows]


async def one(tx: Tx, service_id: str) -> FileRow | None:
    """Return by what it is known whether a registration was let in before."""
    row = await tx.row(ONE, service_id)
    return None if row is None else FileRow(*row)


async def of_subject(tx: Tx, subject_id: str) -> str | None:
    """Return the service under whose subject our token to it is sealed."""
    return await tx.value(OF_SUBJECT, subject_id)


async def whose(tx: Tx, limit: int) -> list[tuple[str, str, str]]:
    """Return of each service to which entry of the register it belongs, if any, and its address."""
    return [(row[0], row[1], _kept(row[2]).url or "") for row in await tx.rows(WHOSE, limit)]


async def token_of_other(tx: Tx, digest: bytes, service_id: str) -> bool:
    """Tell whether another service has a token."""
    return await tx.value(OF_OTHER, digest, service_id)


async def hs_token(tx: Tx, service_id: str) -> tuple[str, bytes] | None:
    """Return the subject and the sealed token that we show to a service."""
    row = await tx.row(SHOWN_TO, service_id)
    return None if row is None else (row[0], row[1])


async def shown(tx: Tx, limit: int, server_name: str) -> list[Shown]:
    """Return the services as operators see them."""
    found: list[Shown] = []
    for service_id, text, added_at, failure_count, waiting in await tx.rows(SHOWN, limit):
        kept = _kept(text)
        sender = f"@{kept.sender_localpart}:{server_name}"
        found.append(Shown(service_id, kept.url, sender, added_at, waiting, failure_count))
    return found


async def queue(tx: Tx, rows: Sequence[tuple[str, int, str]]) -> None:
    """Queue events: service, position, event id."""
    await tx.run(
        QUEUE, [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]
    )


async def lease(tx: Tx, service_id: str, now: datetime, until: datetime) -> int | None:
    """Take the right to send to a service; return the last number, ``None`` when another has it."""
    return await tx.value(LEASE, service_id, now, until)


async def release(tx: Tx, service_id: str) -> None:
    """Give the right back."""
    await tx.run(RELEASE, service_id)


async def under_way(tx: Tx, service_id: str, number: int, limit: int) -> list[str]:
    """Return the events of a transaction; those that wait longest become it when there is none."""
    found = await tx.rows(UNDER_WAY, service_id, number)
    if not found and await tx.run(NUMBER, service_id, number, limit):
        found = await tx.rows(UNDER_WAY, service_id, number)
    return [row[0] for row in found]


async def confirmed(tx: Tx, service_id: str, number: int) -> None:
    """Forget the events of a transaction that the service has."""
    await tx.run(CONFIRMED, service_id, number)
    await tx.run(SENT, service_id, number)


async def failed(tx: Tx, service_id: str) -> int:
    """Count a try that failed; return how many there were in a row."""
    return await tx.value(FAILED, service_id) or 0


async def waiting(tx: Tx, service_id: str) -> bool:
    """Tell whether something waits for a service."""
    return await tx.value(WAITING, service_id)


async def list_room(tx: Tx, place: tuple[str, str, str], now: datetime) -> None:
    """List a room: service, network, room."""
    await tx.run(LIST, *place, now)


async def listed(tx: Tx, instance_id: str | None, limit: int) -> list[str]:
    """Return the rooms that are listed for a network, or for any."""
    return [row[0] for row in await tx.rows(LISTED, instance_id, limit)]


async def unlist_room(tx: Tx, place: tuple[str, str, str]) -> None:
    """List a room no more."""
    await tx.run(UNLIST, *place)


def _kept(text: str) -> Kept:
    return msgspec.json.decode(text, type=Kept)
