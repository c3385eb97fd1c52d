"""Statements over rules, requests, rounds and letters, and what is personal in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from teahouse.approvals.model import Request, Round, Rule, State, Verdict
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
from teahouse.infra.vault.sealed import OF_HOUSE, Sealed
from teahouse.screening.model.findings import Finding

REASON_PURPOSE = Purpose(
    id="approvals.reason",
    version=1,
    name=Wording("您填写的加入原因", "What you write about why you would like to join"),
    purpose=Wording(
        "供运营者决定是否通过注册申请", "For operators to decide about your registration"
    ),
    means=Wording(
        "加密保存，作出决定后立即删除", "Kept encrypted, and deleted at once with the decision"
    ),
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=Wording("需要审核的注册", "Signing up where somebody has to agree"),
    retention=Wording("直到作出决定，最长十四天", "Until the decision, fourteen days at most"),
    retention_days=15,
    recipients=Wording("不提供给任何人", "Given to nobody"),
)
LETTER_PURPOSE = Purpose(
    id="approvals.letter",
    version=1,
    name=Wording("告知审核结果的手机号或邮箱", "The number or address to which a decision is sent"),
    purpose=Wording("告知注册申请的结果", "To tell you what became of your registration"),
    means=Wording(
        "加密保存，发出后立即删除", "Kept encrypted, and deleted at once when it was sent"
    ),
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=Wording("需要审核的注册", "Signing up where somebody has to agree"),
    retention=Wording("发出后立即删除，最长一天", "Until it was sent, a day at most"),
    retention_days=2,
    recipients=Wording("不提供给任何人", "Given to nobody"),
)
REASON = PersonalField("approvals_requests", "reason", REASON_PURPOSE)
LETTER = PersonalField("approvals_letters", "contact", LETTER_PURPOSE, gravity=Gravity.CONTACT)
FIELDS = (REASON, LETTER)
SEALED = (
    Sealed((REASON,), ("request_id",), OF_HOUSE, "request_id"),
    Sealed((LETTER,), ("letter_id",), OF_HOUSE, "letter_id"),
)

RULES = """
select rule_id, region, account_class, door, needed, asks_reason, set_by, set_at
from approvals_rules where ended_at is null order by set_at, rule_id"""

END_RULE = """
update approvals_rules set ended_at = $4
where region = $1 and account_class = $2 and door = $3 and ended_at is null"""

INSERT_RULE = """
insert into approvals_rules (
    rule_id, region, account_class, door, needed, asks_reason, set_by, set_at
) values ($1, $2, $3, $4, $5, $6, $7, $8)"""

RULES_LOCK = "select pg_advisory_xact_lock(7240647)"

INSERT = """
insert into approvals_requests (
    request_id, digest, waits_for, account_class, region, doors, lang, signals, asks_reason,
    state, created_at, expires_at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', $10, $11)
on conflict (digest) do nothing"""

BY_DIGEST = """
select request_id, digest, waits_for, account_class, region, doors, lang, signals, asks_reason,
    reason, state, rounds, template, words, decided_by, decided_at, created_at, expires_at
from approvals_requests where digest = $1"""

HOLD = """
select request_id, digest, waits_for, account_class, region, doors, lang, signals, asks_reason,
    reason, state, rounds, template, words, decided_by, decided_at, created_at, expires_at
from approvals_requests where request_id = $1 for update"""

ONE = """
select request_id, digest, waits_for, account_class, region, doors, lang, signals, asks_reason,
    reason, state, rounds, template, words, decided_by, decided_at, created_at, expires_at
from approvals_requests where request_id = $1"""

PAGE_WAITING = """
select request_id, digest, waits_for, account_class, region, doors, lang, signals, asks_reason,
    reason, state, rounds, template, words, decided_by, decided_at, created_at, expires_at
from approvals_requests where state = any ($1) and request_id > $2
order by request_id limit $3"""

PAGE_DECIDED = """
select request_id, digest, waits_for, account_class, region, doors, lang, signals, asks_reason,
    reason, state, rounds, template, words, decided_by, decided_at, created_at, expires_at
from approvals_requests where state <> all ($1) and request_id < $2
order by request_id desc limit $3"""

COUNTS = "select state, count(*) from approvals_requests group by state"

DUE = """
select request_id from approvals_requests
where state in ('waiting', 'more', 'approved') and expires_at <= $1
order by request_id limit $2"""

SET_REASON = """
update approvals_requests set reason = $2, state = 'waiting'
where request_id = $1 and state in ('waiting', 'more')"""

WAIT_AGAIN = (
    "update approvals_requests set state = 'waiting' where request_id = $1 and state = 'more'"
)

DECIDE = """
update approvals_requests set state = $2, template = $3, words = $4, decided_by = $5,
    decided_at = $6, reason = case when $2 = 'more' then reason end,
    rounds = rounds + case when $2 = 'more' then 1 else 0 end, expires_at = $7
where request_id = $1"""

END = """
update approvals_requests set state = $2, reason = null where request_id = $1"""

DONE = """
update approvals_requests set state = 'done', reason = null, digest = null where digest = $1"""

INSERT_ROUND = """
insert into approvals_rounds (request_id, number, template, words, asked_by, asked_at)
values ($1, $2, $3, $4, $5, $6)"""

ANSWER_ROUND = """
update approvals_rounds set answered_at = $2 where request_id = $1 and answered_at is null"""

ROUNDS = """
select number, template, words, asked_at, answered_at
from approvals_rounds where request_id = $1 order by number"""

PURGE = """
delete from approvals_requests
where state not in ('waiting', 'more') and expires_at <= $1"""

INSERT_LETTER = """
insert into approvals_letters (
    letter_id, digest, template, lang, contact_kind, contact, created_at
) values ($1, $2, $3, $4, $5, $6, $7)"""

LETTER_ONE = """
select letter_id, digest, template, lang, contact_kind, contact
from approvals_letters where letter_id = $1 for update"""

DELETE_LETTER = "delete from approvals_letters where letter_id = $1"

PURGE_LETTERS = "delete from approvals_letters where created_at <= $1"


class SealedLetter(NamedTuple):
    """A letter on its way; the contact is sealed."""

    letter_id: str
    digest: bytes
    template: str
    lang: str
    contact_kind: str
    contact: bytes


async def rules(tx: Tx) -> list[Rule]:
    """Return the rules in force."""
    return [
        Rule(
            rule_id=row[0],
            region=row[1],
            account_class=row[2],
            door=row[3],
            needed=row[4],
            asks_reason=row[5],
            set_by=row[6],
            set_at=row[7],
        )
        for row in await tx.rows(RULES)
    ]


async def replace_rule(tx: Tx, rule: Rule) -> None:
    """Put a rule in force instead of the one for the same scope."""
    await tx.row(RULES_LOCK)
    await tx.run(END_RULE, rule.region, rule.account_class, rule.door, rule.set_at)
    await tx.run(
        INSERT_RULE,
        rule.rule_id,
        rule.region,
        rule.account_class,
        rule.door,
        rule.needed,
        rule.asks_reason,
        rule.set_by,
        rule.set_at,
    )


async def end_rule(tx: Tx, scope: tuple[str, str, str], at: datetime) -> bool:
    """End the rule for a scope; false when there is none."""
    return await tx.run(END_RULE, *scope, at) == 1


async def insert(tx: Tx, request: Request) -> bool:
    """Add a request; false when its registration waits already."""
    count = await tx.run(
        INSERT,
        request.request_id,
        request.digest,
        list(request.waits_for),
        request.account_class,
        request.region,
        list(request.doors),
        request.lang,
        [msgspec.json.encode(finding).decode() for finding in request.signals],
        request.asks_reason,
        request.created_at,
        request.expires_at,
    )
    return count == 1


async def by_digest(tx: Tx, digest: bytes) -> Request | None:
    """Return the request of a registration."""
    row = await tx.row(BY_DIGEST, digest)
    return None if row is None else _request(row)


async def hold(tx: Tx, request_id: str) -> Request | None:
    """Return a request, held until the commit."""
    row = await tx.row(HOLD, request_id)
    return None if row is None else _request(row)


async def one(tx: Tx, request_id: str) -> Request | None:
    """Return a request as it is."""
    row = await tx.row(ONE, request_id)
    return None if row is None else _request(row)


async def waiting(tx: Tx, after: str, limit: int) -> list[Request]:
    """Return requests that wait, the oldest first."""
    rows = await tx.rows(PAGE_WAITING, ["waiting", "more"], after, limit)
    return [_request(row) for row in rows]


async def decided(tx: Tx, before: str, limit: int) -> list[Request]:
    """Return requests that wait no more, the newest first."""
    rows = await tx.rows(PAGE_DECIDED, ["waiting", "more"], before, limit)
    return [_request(row) for row in rows]


async def counts(tx: Tx) -> dict[str, int]:
    """Return how many requests there are, by state."""
    return {row[0]: row[1] for row in await tx.rows(COUNTS)}


async def due(tx: Tx, before: datetime, limit: int) -> Sequence[str]:
    """Return the requests whose time is up."""
    return [row[0] for row in await tx.rows(DUE, before, limit)]


async def set_reason(tx: Tx, request_id: str, sealed: bytes) -> bool:
    """Keep what the owner wrote; false when nobody waits for it any more."""
    return await tx.run(SET_REASON, request_id, sealed) == 1


async def wait_again(tx: Tx, request_id: str) -> None:
    """Put a request back in the queue, once its owner has answered."""
    await tx.run(WAIT_AGAIN, request_id)


async def decide(
    tx: Tx, request: Request, state: State, verdict: Verdict, who: tuple[str, datetime, datetime]
) -> None:
    """Write a decision: by whom, when, and until when the request stands."""
    await tx.run(
        DECIDE, request.request_id, state.value, verdict.template, verdict.words, who[0], who[1], who[2]
    )  # fmt: skip


async def end(tx: Tx, request_id: str, state: State) -> None:
    """End a request that nobody decided, and delete what its owner wrote."""
    await tx.run(END, request_id, state.value)


async def done(tx: Tx, digest: bytes) -> None:
    """Note that the account was made; what led to it is not kept."""
    await tx.run(DONE, digest)


async def insert_round(tx: Tx, request: Request, verdict: Verdict, by: str, at: datetime) -> None:
    """Note what more was asked for."""
    await tx.run(
        INSERT_ROUND, request.request_id, request.rounds + 1, verdict.template, verdict.words, by, at
    )  # fmt: skip


async def answer_round(tx: Tx, request_id: str, at: datetime) -> None:
    """Note that the owner has answered."""
    await tx.run(ANSWER_ROUND, request_id, at)


async def rounds(tx: Tx, request_id: str) -> list[Round]:
    """Return what more was asked for, and when it came."""
    return [Round(*row) for row in await tx.rows(ROUNDS, request_id)]


async def purge(tx: Tx, requests_before: datetime, letters_before: datetime) -> None:
    """Delete old records, and letters that could not be sent."""
    await tx.run(PURGE, requests_before)
    await tx.run(PURGE_LETTERS, letters_before)


async def insert_letter(tx: Tx, letter: SealedLetter, at: datetime) -> None:
    """Keep a letter until it is sent."""
    await tx.run(INSERT_LETTER, *letter, at)


async def letter(tx: Tx, letter_id: str) -> SealedLetter | None:
    """Return a letter that is not sent yet, held."""
    row = await tx.row(LETTER_ONE, letter_id)
    return None if row is None else SealedLetter(*row)


async def delete_letter(tx: Tx, letter_id: str) -> None:
    """Delete a letter that was sent."""
    await tx.run(DELETE_LETTER, letter_id)


def _request(row: Row) -> Request:
    return Request(
        request_id=row[0],
        digest=row[1],
        waits_for=tuple(row[2]),
        account_class=row[3],
        region=row[4],
        doors=tuple(row[5]),
        lang=row[6],
        signals=tuple(msgspec.json.decode(one, type=Finding) for one in row[7]),
        asks_reason=row[8],
        reason=row[9],
        state=State(row[10]),
        rounds=row[11],
        template=row[12],
        words=row[13],
        decided_by=row[14],
        decided_at=row[15],
        created_at=row[16],
        expires_at=row[17],
    )
