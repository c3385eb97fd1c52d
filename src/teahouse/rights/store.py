"""Every statement over the tables of rights, and what is personal in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

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
from teahouse.infra.vault.sealed import Sealed
from teahouse.rights.model.exports import Export
from teahouse.rights.model.requests import ClockedRequest, ErasuresCounted

_SEALED = Wording("加密保存，密钥专属于此事", "Kept encrypted under a key of its own")

REQUEST_PURPOSE = Purpose(
    id="rights.request",
    version=1,
    name=Wording("您的请求、投诉或申诉", "Your request, complaint or appeal"),
    purpose=Wording("处理您的请求并答复您", "To deal with what you ask, and to answer you"),
    means=_SEALED,
    category=Category.ORDINARY,
    basis=Basis.LEGAL_DUTY,
    necessity=Necessity.NECESSARY,
    function=Wording("行使个人信息权利", "Exercising your rights"),
    retention=Wording("答复后一年", "One year after it was answered"),
    retention_days=365,
    recipients=Wording("不提供给任何人", "Given to nobody"),
)
EXPORT_PURPOSE = Purpose(
    id="rights.export",
    version=1,
    name=Wording("您的个人信息副本", "The copy of your data that you asked for"),
    purpose=Wording("让您取走自己的信息", "So that you can take your data with you"),
    means=Wording(
        "加密保存，密钥专属于您的账号", "Kept encrypted under a key that belongs to your account"
    ),
    category=Category.ORDINARY,
    basis=Basis.LEGAL_DUTY,
    necessity=Necessity.NECESSARY,
    function=Wording("导出个人信息", "Taking your data with you"),
    retention=Wording("七天", "Seven days"),
    retention_days=7,
    recipients=Wording("不提供给任何人", "Given to nobody"),
)
TEXT = PersonalField("rights_requests", "text", REQUEST_PURPOSE)
CONTACT = PersonalField("rights_requests", "contact", REQUEST_PURPOSE, gravity=Gravity.CONTACT)
ANSWER = PersonalField("rights_requests", "answer", REQUEST_PURPOSE)
SECRET = PersonalField("rights_exports", "secret", EXPORT_PURPOSE, gravity=Gravity.SECRET)
FIELDS = (TEXT, CONTACT, ANSWER, SECRET)
SEALED = (
    Sealed((TEXT, CONTACT, ANSWER), ("request_id",), "request_id", "request_id"),
    Sealed((SECRET,), ("export_id",), row="export_id"),
)

LOCK_EXPORTS = "select pg_advisory_xact_lock(7240690, hashtext($1))"

INSERT_EXPORT = """
insert into rights_exports (
    export_id, account_id, user_id, account_class, session_id, state, asked_at
) values ($1, $2, $3, $4, $5, 'asked', $6)"""

ASKED_SINCE = """
select exists (
    select 1 from rights_exports where account_id = $1 and state <> 'failed' and asked_at > $2
)"""

EXPORTS = """
select export_id, state, asked_at, ready_at, expires_at, bytes_count
from rights_exports where account_id = $1 order by asked_at desc limit $2"""

EXPORT = """
select export_id, account_id, user_id, account_class, session_id, state, blob, secret, expires_at
from rights_exports where export_id = $1"""

EXPORT_READY = """
update rights_exports set state = 'ready', ready_at = $2, expires_at = $3, blob = $4,
    bytes_count = $5, secret = $6
where export_id = $1 and state = 'asked'"""

EXPORTS_FAILED = """
update rights_exports set state = 'failed' where state = 'asked' and asked_at <= $1"""

DELETE_EXPIRED = """
delete from rights_exports
where expires_at <= $1 or (state <> 'ready' and asked_at <= $2) returning blob"""

EXPORTS_LEFT = """
select count(*), max(expires_at) from rights_exports where state = 'ready' and ready_at <= $1"""

BLOBS = "select blob from rights_exports where blob is not null"
DELETE_EXPORTS_OF = "delete from rights_exports where account_id = $1 returning blob"

INSERT_REQUEST = """
insert into rights_requests (
    request_id, reference_digest, account_id, kind, lang, text, contact, opened_at, due_at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"""

OPEN_OF = """
select count(*) from rights_requests where account_id = $1 and answered_at is null"""

REQUEST = """
select request_id, account_id, kind, lang, text, contact, opened_at, due_at, answered_at, outcome,
    answer
from rights_requests where request_id = $1"""

REQUEST_LOCKED = """
select request_id, account_id, kind, lang, text, contact, opened_at, due_at, answered_at, outcome,
    answer
from rights_requests where request_id = $1 for update"""

BY_REFERENCE = """
select request_id, account_id, kind, lang, text, contact, opened_at, due_at, answered_at, outcome,
    answer
from rights_requests where reference_digest = $1"""

REQUESTS_OF = """
select request_id, account_id, kind, lang, text, contact, opened_at, due_at, answered_at, outcome,
    answer
from rights_requests where account_id = $1 order by opened_at desc limit $2"""

REQUESTS = """
select request_id, account_id, kind, lang, text, contact, opened_at, due_at, answered_at, outcome,
    answer
from rights_requests where (answered_at is null) = $1
order by (case when $1 then due_at end), answered_at desc limit $2"""

ANSWER_REQUEST = """
update rights_requests set answered_at = $2, answered_by = $3, outcome = $4, answer = $5
where request_id = $1"""

FIGURES = """
select count(*) filter (where answered_at is null),
    count(*) filter (where answered_at is null and due_at <= $1),
    count(*) filter (where answered_at > $2),
    count(*) filter (where answered_at > $2 and answered_at > due_at)
from rights_requests where answered_at is null or answered_at > $2"""

COUNTED = """
select count(*), count(answered_at), count(*) filter (where answered_at > due_at)
from rights_requests where opened_at >= $1 and opened_at < $2"""

CLOCKED = """
select kind, opened_at, due_at, answered_at, outcome from rights_requests
order by opened_at desc limit $1"""

DELETE_ANSWERED = "delete from rights_requests where answered_at <= $1 returning request_id"

UNNAME_REQUESTS = "update rights_requests set account_id = null where account_id = $1"

ERASED = """
select count(*), count(*) filter (where done), count(*) filter (where found <> '')
from rights_erasures"""

INSERT_ERASURE = """
insert into rights_erasures (account_id, user_id, erase, ended_at) values ($1, $2, $3, $4)
on conflict (account_id) do update
set erase = excluded.erase, ended_at = excluded.ended_at, held_until = null, held_because = ''
where rights_erasures.held_until is not null"""

PUT_OFF = """
insert into rights_erasures (account_id, user_id, erase, ended_at, held_until, held_because)
values ($1, $2, $3, $4, $5, $6)
on conflict (account_id) do update
set held_until = excluded.held_until, held_because = excluded.held_because"""

CALLED_BACK = "delete from rights_erasures where account_id = $1 and held_until is not null"

PUT_OFF_UNTIL = """
select held_until, held_because from rights_erasures
where account_id = $1 and held_until is not null"""

LOOKED = """
update rights_erasures set looked_at = $2, times = times + 1, found = $3, held = $4, done = $5
where account_id = $1"""

ERASURES = """
select account_id, user_id, erase, ended_at, looked_at, times, found, done, held_until, held,
    combed_at, traces
from rights_erasures where not done or traces <> '' or looked_at > $1
order by done and traces = '', ended_at desc limit $2"""

UNCOMBED = """
select account_id, user_id from rights_erasures
where done and combed_at is null and ended_at <= $1 order by ended_at limit $2"""

COMBED = """
update rights_erasures set traces = $3, combed_at = case when $3 = '' then $2::timestamptz end
where account_id = $1"""

ERASURE = """
select account_id, user_id, erase, ended_at, looked_at, times, found, done, held_until, held,
    combed_at, traces
from rights_erasures where account_id = $1"""


class ExportRow(NamedTuple):
    """An export, its key still sealed."""

    export_id: str
    account_id: str
    user_id: str
    account_class: str
    session_id: str
    state: str
    blob: str | None
    secret: bytes | None
    expires_at: datetime | None


class RequestRow(NamedTuple):
    """A request, still sealed."""

    request_id: str
    account_id: str | None
    kind: str
    lang: str
    text: bytes
    contact: bytes | None
    opened_at: datetime
    due_at: datetime
    answered_at: datetime | None
    outcome: str | None
    answer: bytes | None


class ErasureRow(NamedTuple):
    """What was found of an account that ended. ``found``, ``held``, ``traces`` have names and counts.

    One that a legal hold puts off has a day until which; what of one stays for holds is ``held``.
    One in which a combing has found nothing has ``combed_at``.
    """

    account_id: str
    user_id: str
    erase: bool
    ended_at: datetime
    looked_at: datetime | None
    times: int
    found: str
    done: bool
    held_until: datetime | None
    held: str
    combed_at: datetime | None
    traces: str


async def lock_exports(tx: Tx, account_id: str) -> None:
    """Let an account ask for one export at a time."""
    await tx.run(LOCK_EXPORTS, account_id)


async def insert_export(
    tx: Tx, export_id: str, whose: tuple[str, str, str, str], now: datetime
) -> None:
    """Note an export; ``whose`` is (account, user, class, session)."""
    await tx.run(INSERT_EXPORT, export_id, *whose, now)


async def asked_since(tx: Tx, account_id: str, since: datetime) -> bool:
    """Tell whether an account asked for an export since a moment."""
    return await tx.value(ASKED_SINCE, account_id, since)


async def exports(tx: Tx, account_id: str, limit: int) -> list[Export]:
    """Return an account's exports, newest first."""
    return [Export(*row) for row in await tx.rows(EXPORTS, account_id, limit)]


async def export(tx: Tx, export_id: str) -> ExportRow | None:
    """Return an export."""
    row = await tx.row(EXPORT, export_id)
    return ExportRow(*row) if row else None


async def export_ready(
    tx: Tx, export_id: str, life: tuple[datetime, datetime], stored: tuple[str, int], secret: bytes
) -> bool:
    """Note that an export is there; false when it is not awaited any more."""
    return await tx.run(EXPORT_READY, export_id, *life, *stored, secret) == 1


async def exports_failed(tx: Tx, before: datetime) -> None:
    """Note which exports could not be made, of those asked for before a moment."""
    await tx.run(EXPORTS_FAILED, before)


async def exports_left(tx: Tx, made_before: datetime) -> tuple[int, datetime | None]:
    """Return how many exports from before a moment there are still, and when the last is deleted."""
    row = await tx.row(EXPORTS_LEFT, made_before)
    assert row is not None, "a count is a row"
    return row[0], row[1]


async def delete_expired(tx: Tx, now: datetime, unmade_before: datetime) -> list[str]:
    """Delete exports that are over and return their blobs."""
    rows = await tx.rows(DELETE_EXPIRED, now, unmade_before)
    return [row[0] for row in rows if row[0] is not None]


async def blobs(tx: Tx) -> list[str]:
    """Return the names of every export's blob."""
    return [row[0] for row in await tx.rows(BLOBS)]


async def delete_exports_of(tx: Tx, account_id: str) -> list[str]:
    """Delete an account's exports and return their blobs."""
    rows = await tx.rows(DELETE_EXPORTS_OF, account_id)
    return [row[0] for row in rows if row[0] is not None]


async def insert_request(tx: Tx, digest: bytes, row: RequestRow) -> None:
    """Keep a new request."""
    await tx.run(INSERT_REQUEST, row[0], digest, *row[1:8])


async def open_of(tx: Tx, account_id: str) -> int:
    """Return how many requests of an account wait for an answer."""
    return await tx.value(OPEN_OF, account_id)


def _request(row: Row | None) -> RequestRow | None:
    return RequestRow(*row) if row else None


async def request(tx: Tx, request_id: str) -> RequestRow | None:
    """Return a request."""
    return _request(await tx.row(REQUEST, request_id))


async def request_locked(tx: Tx, request_id: str) -> RequestRow | None:
    """Return a request and hold it, to answer it."""
    return _request(await tx.row(REQUEST_LOCKED, request_id))


async def by_reference(tx: Tx, digest: bytes) -> RequestRow | None:
    """Return the request of a reference."""
    return _request(await tx.row(BY_REFERENCE, digest))


async def requests_of(tx: Tx, account_id: str, limit: int) -> Sequence[RequestRow]:
    """Return an account's requests, newest first."""
    return [RequestRow(*row) for row in await tx.rows(REQUESTS_OF, account_id, limit)]


async def requests(tx: Tx, is_open: bool, limit: int) -> Sequence[RequestRow]:
    """Return requests: the open ones by their day, or those answered, newest first."""
    return [RequestRow(*row) for row in await tx.rows(REQUESTS, is_open, limit)]


async def answer_request(
    tx: Tx, request_id: str, now: datetime, operator_id: str, outcome: str, answer: bytes
) -> None:
    """Write the answer."""
    await tx.run(ANSWER_REQUEST, request_id, now, operator_id, outcome, answer)


async def figures(tx: Tx, now: datetime, since: datetime) -> tuple[int, int, int, int]:
    """Return how many are open, overdue, answered since, and answered late."""
    row = await tx.row(FIGURES, now, since)
    assert row is not None, "counting returns a row"
    return row[0], row[1], row[2], row[3]


async def delete_answered(tx: Tx, before: datetime) -> list[str]:
    """Delete requests answered long ago and return their ids."""
    return [row[0] for row in await tx.rows(DELETE_ANSWERED, before)]


async def unname_requests(tx: Tx, account_id: str) -> None:
    """Forget whose requests they were: the account is gone, the reference stays good."""
    await tx.run(UNNAME_REQUESTS, account_id)


async def insert_erasure(tx: Tx, whose: tuple[str, str], erase: bool, now: datetime) -> None:
    """Note that an account ended, and has to be looked for; ``whose`` is (account, user)."""
    await tx.run(INSERT_ERASURE, *whose, erase, now)


async def put_off(
    tx: Tx, whose: tuple[str, str], erase: bool, now: datetime, until: datetime, told: str
) -> None:
    """Note that an erasure has to wait, and what may be told of why."""
    await tx.run(PUT_OFF, *whose, erase, now, until, told)


async def called_back(tx: Tx, account_id: str) -> None:
    """Forget an erasure that waited: its owner does not want it any more."""
    await tx.run(CALLED_BACK, account_id)


async def put_off_until(tx: Tx, account_id: str) -> tuple[datetime, str] | None:
    """Return until when an account's erasure waits, and what may be told of why; if it does."""
    row = await tx.row(PUT_OFF_UNTIL, account_id)
    return None if row is None else (row[0], row[1])


async def looked(
    tx: Tx, account_id: str, now: datetime, found: tuple[str, str], done: bool
) -> None:
    """Note what was found: what was missed, and what is held."""
    await tx.run(LOOKED, account_id, now, *found, done)


async def erasures(tx: Tx, since: datetime, limit: int) -> list[ErasureRow]:
    """Return erasures that are not done, and those found done since."""
    return [ErasureRow(*row) for row in await tx.rows(ERASURES, since, limit)]


async def erasure(tx: Tx, account_id: str) -> ErasureRow | None:
    """Return what was found of an account."""
    row = await tx.row(ERASURE, account_id)
    return ErasureRow(*row) if row else None


async def uncombed(tx: Tx, before: datetime, limit: int) -> list[tuple[str, str]]:
    """Return accounts, by id and name, that are erased and that no combing has found clean."""
    return [(row[0], row[1]) for row in await tx.rows(UNCOMBED, before, limit)]


async def combed(tx: Tx, account_id: str, now: datetime, traces: str) -> None:
    """Note what a combing found of an account; nothing is the end of it."""
    await tx.run(COMBED, account_id, now, traces)


async def counted(tx: Tx, begun: datetime, ended: datetime) -> tuple[int, int, int]:
    """Count the requests of a time: filed, answered, answered late."""
    row = await tx.row(COUNTED, begun, ended)
    assert row is not None, "a count is one row"
    return row[0], row[1], row[2]


async def clocked(tx: Tx, limit: int) -> list[ClockedRequest]:
    """Return how requests were dealt with in time, and not whose they are."""
    return [ClockedRequest(*row) for row in await tx.rows(CLOCKED, limit)]


async def erased(tx: Tx) -> ErasuresCounted:
    """Count erasures."""
    row = await tx.row(ERASED)
    assert row is not None, "a count is one row"
    return ErasuresCounted(*row)
