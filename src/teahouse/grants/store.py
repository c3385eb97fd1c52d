"""The rows of apps, of what they ask, and of the sessions that they have."""

from datetime import datetime
from typing import NamedTuple

import msgspec

from teahouse.grants.model import Asking, Scope, Stage, Way
from teahouse.grants.model.clients import Client, Metadata
from teahouse.infra.db.pool import Row, Tx
from teahouse.infra.vault.field import PersonalField

FIELDS: tuple[
    PersonalField, ...
] = ()  # apps say who they are in public; a device's name is accounts'

REGISTER = """
insert into grants_clients (client_id, metadata_digest, metadata, used_at) values ($1, $2, $3, $4)
on conflict (metadata_digest) do update set used_at = excluded.used_at
returning client_id"""
CLIENT = "select client_id, metadata from grants_clients where client_id = $1"
USED = "update grants_clients set used_at = $2 where client_id = $1"
PURGE_CLIENTS = """
delete from grants_clients c where used_at < $1
    and not exists (select 1 from grants_sessions s where s.client_id = c.client_id)
    and not exists (
        select 1 from grants_requests r where r.client_id = c.client_id and r.expires_at > $2
    )"""

INSERT_REQUEST = """
insert into grants_requests (
    request_id, way, client_id, word_digest, code_digest, device_id, scope, redirect_uri,
    client_state, response_mode, challenge, stage, expires_at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'asked', $12)"""
BY_WORD = """
select request_id, way, client_id, device_id, scope, redirect_uri, client_state, response_mode,
    challenge, stage, account_id, allowed_by, session_id, wait_seconds, asked_at, expires_at
from grants_requests where word_digest = $1 for update"""
BY_CODE = """
select request_id, way, client_id, device_id, scope, redirect_uri, client_state, response_mode,
    challenge, stage, account_id, allowed_by, session_id, wait_seconds, asked_at, expires_at
from grants_requests where code_digest = $1 and way = $2 for update"""
ANSWERED = """
update grants_requests set stage = $2, account_id = $3, allowed_by = $4,
    code_digest = coalesce($5, code_digest), expires_at = $6
where request_id = $1"""
MOVED = "update grants_requests set stage = $2 where request_id = $1"
ASKED_AGAIN = """
update grants_requests set asked_at = $2, wait_seconds = $3 where request_id = $1"""
CAME_OF_IT = "update grants_requests set session_id = $2 where request_id = $1"
FORGET_REQUESTS = "delete from grants_requests where account_id = $1"
FORGET_RESETS = "delete from grants_resets where account_id = $1"
PURGE_REQUESTS = "delete from grants_requests where expires_at < $1"

INSERT_SESSION = """
insert into grants_sessions (session_id, account_id, device_id, client_id, scope, granted_at)
values ($1, $2, $3, $4, $5, $6)"""
SESSION = """
select session_id, account_id, device_id, client_id, scope, granted_at
from grants_sessions where session_id = $1"""
SESSIONS_OF = """
select s.device_id, c.metadata, s.granted_at
from grants_sessions s join grants_clients c using (client_id)
where s.account_id = $1 order by s.granted_at, s.session_id limit $2"""
DELETE_SESSION = "delete from grants_sessions where session_id = $1"
GIVEN = """
insert into grants_refreshes (refresh_digest, session_id, given_at) values ($1, $2, $3)"""
SESSION_GIVEN = """
select s.session_id, s.account_id, s.device_id, s.client_id, s.scope, s.granted_at
from grants_refreshes r join grants_sessions s using (session_id) where r.refresh_digest = $1"""
PURGE_REFRESHES = "delete from grants_refreshes where given_at < $1"

MAY_RESET = """
insert into grants_resets (account_id, until) values ($1, $2)
on conflict (account_id) do update set until = excluded.until"""
TAKE_RESET = "delete from grants_resets where account_id = $1 and until > $2"
PURGE_RESETS = "delete from grants_resets where until < $1"


class RequestRow(NamedTuple):
    """What an app asked, and how far it is."""

    request_id: str
    way: Way
    client_id: str
    device_id: str
    scope: str
    redirect_uri: str
    client_state: str | None
    response_mode: str
    challenge: str
    stage: Stage
    account_id: str | None
    allowed_by: str | None
    session_id: str | None
    wait_seconds: int
    asked_at: datetime | None
    expires_at: datetime


class SessionRow(NamedTuple):
    """A session that an app has."""

    session_id: str
    account_id: str
    device_id: str
    client_id: str
    scope: str
    granted_at: datetime


class Digests(NamedTuple):
    """Of what the owner's browser comes with, and of what the app comes with."""

    word: bytes
    code: bytes | None


async def register(tx: Tx, client_id: str, digest: bytes, metadata: Metadata, now: datetime) -> str:
    """Keep an app, and return its id: the one that it has already if it said the same before."""
    written = msgspec.json.encode(metadata).decode()
    return await tx.value(REGISTER, client_id, digest, written, now)


async def client(tx: Tx, client_id: str) -> Client | None:
    """Return an app."""
    row = await tx.row(CLIENT, client_id)
    return None if row is None else Client(row[0], _metadata(row[1]))


async def used(tx: Tx, client_id: str, now: datetime) -> None:
    """Note that an app was used."""
    await tx.run(USED, client_id, now)


async def insert_browser(
    tx: Tx, request_id: str, client_id: str, word_digest: bytes, asking: Asking, until: datetime
) -> None:
    """Add what an app asks by a browser."""
    await tx.run(
        INSERT_REQUEST, request_id, Way.BROWSER.value, client_id, word_digest, None,
        asking.scope.device_id, asking.scope.text, asking.redirect_uri, asking.state,
        asking.response_mode, asking.challenge, until,
    )  # fmt: skip


async def insert_device(
    tx: Tx, request_id: str, client_id: str, digests: Digests, scope: Scope, until: datetime
) -> None:
    """Add what an app asks that shows a code."""
    await tx.run(
        INSERT_REQUEST, request_id, Way.DEVICE.value, client_id, digests.word, digests.code,
        scope.device_id, scope.text, "", None, "query", "", until,
    )  # fmt: skip


async def by_word(tx: Tx, word_digest: bytes) -> RequestRow | None:
    """Return a request by what the owner's browser comes with, and hold it."""
    return _request(await tx.row(BY_WORD, word_digest))


async def by_code(tx: Tx, code_digest: bytes, way: Way) -> RequestRow | None:
    """Return a request by what the app comes with, and hold it."""
    return _request(await tx.row(BY_CODE, code_digest, way.value))


async def answered(
    tx: Tx,
    request_id: str,
    stage: Stage,
    by: tuple[str, str],
    code_digest: bytes | None,
    until: datetime,
) -> None:
    """Note the answer of (account, session)."""
    await tx.run(ANSWERED, request_id, stage.value, *by, code_digest, until)


async def moved(tx: Tx, request_id: str, stage: Stage) -> None:
    """Note how far a request is."""
    await tx.run(MOVED, request_id, stage.value)


async def asked_again(tx: Tx, request_id: str, now: datetime, wait_seconds: int) -> None:
    """Note that a device asked how far it is, and how long it has to wait until it may again."""
    await tx.run(ASKED_AGAIN, request_id, now, wait_seconds)


async def came_of_it(tx: Tx, request_id: str, session_id: str) -> None:
    """Note which session came of a request."""
    await tx.run(CAME_OF_IT, request_id, session_id)


async def insert_session(tx: Tx, row: SessionRow) -> None:
    """Note that an app has a session."""
    await tx.run(INSERT_SESSION, *row)


async def session(tx: Tx, session_id: str) -> SessionRow | None:
    """Return what is known of an app's session."""
    row = await tx.row(SESSION, session_id)
    return None if row is None else SessionRow(*row)


async def sessions_of(tx: Tx, account_id: str, limit: int) -> list[tuple[str, Metadata, datetime]]:
    """Return (device, app, since when) of the apps that are signed in as somebody."""
    rows = await tx.rows(SESSIONS_OF, account_id, limit)
    return [(row[0], _metadata(row[1]), row[2]) for row in rows]


async def delete_session(tx: Tx, session_id: str) -> None:
    """Note that a session is no app's any more."""
    await tx.run(DELETE_SESSION, session_id)


async def given(tx: Tx, refresh_digest: bytes, session_id: str, now: datetime) -> None:
    """Note which refresh token a session was given."""
    await tx.run(GIVEN, refresh_digest, session_id, now)


async def session_given(tx: Tx, refresh_digest: bytes) -> SessionRow | None:
    """Return the session that was given a refresh token, whether or not that is good still."""
    row = await tx.row(SESSION_GIVEN, refresh_digest)
    return None if row is None else SessionRow(*row)


async def may_reset(tx: Tx, account_id: str, until: datetime) -> None:
    """Note that somebody's apps may replace their cross-signing keys, once."""
    await tx.run(MAY_RESET, account_id, until)


async def take_reset(tx: Tx, account_id: str, now: datetime) -> bool:
    """Tell whether somebody's app may replace their cross-signing keys; it may not again."""
    return await tx.run(TAKE_RESET, account_id, now) == 1


async def forget(tx: Tx, account_id: str) -> None:
    """Delete what somebody answered; their sessions go by themselves."""
    await tx.run(FORGET_REQUESTS, account_id)
    await tx.run(FORGET_RESETS, account_id)


async def purge(tx: Tx, now: datetime, lives: tuple[datetime, datetime, datetime]) -> None:
    """Delete requests, refresh tokens and unused apps from before each of three moments."""
    requests, refreshes, clients = lives
    await tx.run(PURGE_REQUESTS, requests)
    await tx.run(PURGE_REFRESHES, refreshes)
    await tx.run(PURGE_RESETS, now)
    await tx.run(PURGE_CLIENTS, clients, now)


def _metadata(written: str) -> Metadata:
    return msgspec.json.decode(written, type=Metadata)


def _request(row: Row | None) -> RequestRow | None:
    if row is None:
        return None
    values = list(row)
    values[1], values[9] = Way(values[1]), Stage(values[9])
    return RequestRow(*values)
