"""Every statement over requests of authorities, and what is personal in them."""

from datetime import datetime
from typing import NamedTuple

import msgspec

from teahouse.disclosures.model import DisclosureBody, RequestState
from teahouse.gate.model.policies import LegalBasis
from teahouse.infra.db.pool import Row, Tx
from teahouse.infra.vault.field import Basis, Category, Necessity, PersonalField, Purpose, Wording
from teahouse.infra.vault.sealed import Sealed

PURPOSE = Purpose(
    id="disclosures.request",
    version=1,
    name=Wording("主管机关调取数据的内容", "What authorities asked for and were given"),
    purpose=Wording(
        "证明向谁、依据什么、提供了什么", "To prove to whom, on what basis, what was given"
    ),
    means=Wording("加密保存，密钥专属于该请求", "Kept encrypted under a key of the request's own"),
    category=Category.ORDINARY,
    basis=Basis.LEGAL_DUTY,
    necessity=Necessity.NECESSARY,
    function=Wording("调取请求登记", "The register of requests"),
    retention=Wording("长期保存", "For as long as the house exists"),
    retention_days=None,
    recipients=Wording("不提供给任何人", "Given to nobody"),
)
ASKED = PersonalField("disclosures_requests", "asked", PURPOSE)
GIVEN = PersonalField("disclosures_requests", "given", PURPOSE)
FIELDS = (ASKED, GIVEN)
SEALED = (Sealed((ASKED, GIVEN), ("request_id",), "request_id", "request_id"),)

INSERT = """
insert into disclosures_requests (
    request_id, authority, authority_country, reference, legal_basis, region, asked, accounts_asked,
    received_at, approval, state, recorded_by, recorded_at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'received', $11, $12)"""

NEWEST = """
select request_id, authority, authority_country, reference, legal_basis, region, asked,
    accounts_asked, received_at, approval, state, given, accounts_given, reason, recorded_by,
    first_by, second_by, decided_at
from disclosures_requests order by received_at desc, request_id desc limit $1"""

ONE_LOCKED = """
select request_id, authority, authority_country, reference, legal_basis, region, asked,
    accounts_asked, received_at, approval, state, given, accounts_given, reason, recorded_by,
    first_by, second_by, decided_at
from disclosures_requests where request_id = $1 for update"""

MOVE = """
update disclosures_requests set state = $2, given = $3, accounts_given = $4, reason = $5,
    first_by = $6, second_by = $7, decided_at = $8, approval = $9
where request_id = $1"""

COUNTED = """
select extract(year from received_at at time zone 'utc')::int, authority_country, state, count(*),
    coalesce(sum(accounts_given) filter (where state = 'given'), 0)::bigint
from disclosures_requests group by 1, 2, 3"""


class DisclosureRow(NamedTuple):
    """A request still sealed."""

    request_id: str
    authority: str
    authority_country: str
    reference: str
    legal_basis: tuple[LegalBasis, ...]
    region: str
    asked: bytes
    accounts_asked: int
    received_at: datetime
    approval: str
    state: RequestState
    given: bytes | None
    accounts_given: int
    reason: str
    recorded_by: str
    first_by: str | None
    second_by: str | None
    decided_at: datetime | None


async def insert(
    tx: Tx, request_id: str, body: DisclosureBody, asked: bytes, by: str, at: datetime
) -> None:
    """Keep a request."""
    basis = msgspec.json.encode(body.legal_basis).decode()
    who = (body.authority.strip(), body.authority_country, body.reference.strip(), basis)
    what = (body.region, asked, body.accounts_asked, body.received_at, body.approval.strip())
    await tx.run(INSERT, request_id, *who, *what, by, at)


async def newest(tx: Tx, limit: int) -> list[DisclosureRow]:
    """Return requests, the newest first."""
    return [_request(row) for row in await tx.rows(NEWEST, limit)]


async def one_locked(tx: Tx, request_id: str) -> DisclosureRow | None:
    """Return a request, and hold it."""
    row = await tx.row(ONE_LOCKED, request_id)
    return None if row is None else _request(row)


async def move(tx: Tx, row: DisclosureRow) -> None:
    """Write where a request stands."""
    what = (row.given, row.accounts_given, row.reason)
    who = (row.first_by, row.second_by, row.decided_at, row.approval)
    await tx.run(MOVE, row.request_id, row.state.value, *what, *who)


async def counted(tx: Tx) -> list[tuple[int, str, str, int, int]]:
    """Count requests by year, country and state, with the accounts of which something was given."""
    return [(row[0], row[1], row[2], row[3], row[4]) for row in await tx.rows(COUNTED)]


def _request(row: Row) -> DisclosureRow:
    basis = msgspec.json.decode(row[4], type=tuple[LegalBasis, ...])
    return DisclosureRow(*row)._replace(legal_basis=basis, state=RequestState(row[10]))
