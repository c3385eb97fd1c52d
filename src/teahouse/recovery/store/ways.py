# ruff: noqa: S105 - statements about tokens, none of which is one
"""The rows of ways back: printed codes, waits, links, tickets, claims."""

from datetime import datetime
from typing import NamedTuple

from teahouse.infra.db.pool import Tx

INSERT_CODES = """
insert into recovery_codes (code_digest, account_id, made_at)
select digest, $1, $3 from unnest($2::bytea[]) as made (digest)"""
DELETE_CODES = "delete from recovery_codes where account_id = $1"
CODES_LEFT = "select count(*) from recovery_codes where account_id = $1 and used_at is null"
USE_CODE = """
update recovery_codes set used_at = $2 where code_digest = $1 and used_at is null
returning account_id"""
USE_CODE_OF = """
update recovery_codes set used_at = $3
where code_digest = $1 and account_id = $2 and used_at is null returning account_id"""

OPEN_RETURN = """
select return_id, ready_at from recovery_returns where account_id = $1 and ended_at is null"""
INSERT_RETURN = """
insert into recovery_returns (return_id, account_id, token_digest, begun_at, ready_at)
values ($1, $2, $3, $4, $5)"""
RETURN_BY_TOKEN = """
select return_id, account_id, ready_at from recovery_returns
where token_digest = $1 and ended_at is null for update"""
END_RETURN = """
update recovery_returns set ended_at = $2 where account_id = $1 and ended_at is null
returning return_id"""
PURGE_RETURNS = "delete from recovery_returns where ready_at < $1"
DELETE_RETURNS = "delete from recovery_returns where account_id = $1"

INSERT_UNDO = """
insert into recovery_undos (undo_id, account_id, what, kind, expires_at)
values ($1, $2, $3, $4, $5)"""
USE_UNDO = """
update recovery_undos set used_at = $2
where undo_id = $1 and used_at is null and expires_at > $2 returning account_id, what, kind"""
PURGE_UNDOS = "delete from recovery_undos where expires_at < $1"
DELETE_UNDOS = "delete from recovery_undos where account_id = $1"

INSERT_TICKET = """
insert into recovery_tickets (ticket_digest, account_id, kind, needs, expires_at)
values ($1, $2, $3, $4, $5)"""
TRY_TICKET = """
update recovery_tickets set attempts = attempts + 1
where ticket_digest = $1 and expires_at > $2 and attempts < $3
returning account_id, kind, needs"""
TICKET = """
select account_id, kind, needs from recovery_tickets
where ticket_digest = $1 and expires_at > $2"""
COMPLETE_TICKET = "update recovery_tickets set needs = '{}' where ticket_digest = $1"
DELETE_TICKET = "delete from recovery_tickets where ticket_digest = $1"
PURGE_TICKETS = "delete from recovery_tickets where expires_at < $1"
DELETE_TICKETS = "delete from recovery_tickets where account_id = $1"

CLAIM = """
select begun_at, objected_at from recovery_claims where account_id = $1 and kind = $2"""
INSERT_CLAIM = """
insert into recovery_claims (account_id, kind, begun_at) values ($1, $2, $3)
on conflict (account_id, kind) do nothing"""
RENEW_CLAIM = """
update recovery_claims set begun_at = $3, objected_at = null where account_id = $1 and kind = $2"""
OBJECT = """
insert into recovery_claims (account_id, kind, begun_at, objected_at) values ($1, $2, $3, $3)
on conflict (account_id, kind) do update set objected_at = excluded.objected_at"""
DELETE_CLAIM = "delete from recovery_claims where account_id = $1 and kind = $2"
DELETE_CLAIMS = "delete from recovery_claims where account_id = $1"
OPEN_CLAIMS = """
select kind, begun_at from recovery_claims where account_id = $1 and objected_at is null"""


class Ticket(NamedTuple):
    """What a code proved, and what must be shown too."""

    account_id: str
    kind: str
    needs: list[str]


async def put_codes(tx: Tx, account_id: str, digests: list[bytes], now: datetime) -> None:
    """Replace an account's printed codes."""
    await tx.run(DELETE_CODES, account_id)
    await tx.run(INSERT_CODES, account_id, digests, now)


async def codes_left(tx: Tx, account_id: str) -> int:
    """Return how many printed codes are still good."""
    return await tx.value(CODES_LEFT, account_id)


async def use_code(tx: Tx, digest: bytes, now: datetime) -> str | None:
    """Spend a printed code and return whose it was."""
    return await tx.value(USE_CODE, digest, now)


async def use_code_of(tx: Tx, digest: bytes, account_id: str, now: datetime) -> bool:
    """Spend a printed code of this account; false when it has none such."""
    return await tx.value(USE_CODE_OF, digest, account_id, now) is not None


async def open_return(tx: Tx, account_id: str) -> tuple[str, datetime] | None:
    """Return (id, when it is ready) of the way back that is under way."""
    row = await tx.row(OPEN_RETURN, account_id)
    return None if row is None else (row[0], row[1])


async def insert_return(
    tx: Tx, return_id: str, account_id: str, digest: bytes, begun: datetime, ready: datetime
) -> None:
    """Begin a way back."""
    await tx.run(INSERT_RETURN, return_id, account_id, digest, begun, ready)


async def return_by_token(tx: Tx, digest: bytes) -> tuple[str, str, datetime] | None:
    """Return (id, account, when it is ready), and hold it."""
    row = await tx.row(RETURN_BY_TOKEN, digest)
    return None if row is None else (row[0], row[1], row[2])


async def end_return(tx: Tx, account_id: str, now: datetime) -> bool:
    """End the way back that is under way; false when there is none."""
    return await tx.value(END_RETURN, account_id, now) is not None


async def insert_undo(
    tx: Tx, undo_id: str, account_id: str, what: str, kind: str, expires_at: datetime
) -> None:
    """Let a link take something back."""
    await tx.run(INSERT_UNDO, undo_id, account_id, what, kind, expires_at)


async def use_undo(tx: Tx, undo_id: str, now: datetime) -> tuple[str, str, str] | None:
    """Spend a link and return (account, what, kind)."""
    row = await tx.row(USE_UNDO, undo_id, now)
    return None if row is None else (row[0], row[1], row[2])


async def insert_ticket(tx: Tx, digest: bytes, new: Ticket, expires_at: datetime) -> None:
    """Keep what a code proved."""
    await tx.run(INSERT_TICKET, digest, *new, expires_at)


async def try_ticket(tx: Tx, digest: bytes, now: datetime, attempts_max: int) -> Ticket | None:
    """Count an attempt and return the ticket."""
    row = await tx.row(TRY_TICKET, digest, now, attempts_max)
    return None if row is None else Ticket(*row)


async def ticket(tx: Tx, digest: bytes, now: datetime) -> Ticket | None:
    """Return a ticket."""
    row = await tx.row(TICKET, digest, now)
    return None if row is None else Ticket(*row)


async def complete_ticket(tx: Tx, digest: bytes) -> None:
    """Note that everything was shown that a ticket needs."""
    await tx.run(COMPLETE_TICKET, digest)


async def delete_ticket(tx: Tx, digest: bytes) -> None:
    """Spend a ticket."""
    await tx.run(DELETE_TICKET, digest)


async def claim(tx: Tx, account_id: str, kind: str) -> tuple[datetime, datetime | None] | None:
    """Return (when it began, when the owner objected)."""
    row = await tx.row(CLAIM, account_id, kind)
    return None if row is None else (row[0], row[1])


async def begin_claim(tx: Tx, account_id: str, kind: str, now: datetime) -> bool:
    """Begin a claim; false when there is one."""
    return await tx.run(INSERT_CLAIM, account_id, kind, now) == 1


async def renew_claim(tx: Tx, account_id: str, kind: str, now: datetime) -> None:
    """Begin a claim anew, after an old objection."""
    await tx.run(RENEW_CLAIM, account_id, kind, now)


async def object_to_claim(tx: Tx, account_id: str, kind: str, now: datetime) -> None:
    """Note that the owner keeps the contact."""
    await tx.run(OBJECT, account_id, kind, now)


async def end_claim(tx: Tx, account_id: str, kind: str) -> None:
    """End a claim."""
    await tx.run(DELETE_CLAIM, account_id, kind)


async def open_claims(tx: Tx, account_id: str) -> list[tuple[str, datetime]]:
    """Return (kind, when it began) of the contacts that somebody else says are theirs."""
    return [(row[0], row[1]) for row in await tx.rows(OPEN_CLAIMS, account_id)]


async def purge(tx: Tx, now: datetime, returns_before: datetime) -> None:
    """Delete what expired."""
    await tx.run(PURGE_TICKETS, now)
    await tx.run(PURGE_UNDOS, now)
    await tx.run(PURGE_RETURNS, returns_before)


async def forget(tx: Tx, account_id: str) -> None:
    """Delete an account's ways back."""
    for statement in (
        DELETE_CODES, DELETE_RETURNS, DELETE_UNDOS, DELETE_TICKETS, DELETE_CLAIMS,
    ):  # fmt: skip
        await tx.run(statement, account_id)
