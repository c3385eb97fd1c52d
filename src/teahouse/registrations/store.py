"""Statements over registrations under way, and what is personal in them."""

from collections.abc import Sequence
from datetime import datetime

from teahouse.gate.model.doors import Door, door_values
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
from teahouse.registrations.model import Registration, Stage

_MEANS = Wording(
    "加密保存，注册完成或被拒绝时立即删除",
    "Kept encrypted, and deleted at once when the registration is completed or refused",
)
_UNTIL_THE_END = Wording(
    "注册结束时删除：通常不超过一天；需等待审核时最长十四天，通过后再留七天供您完成",
    "Until the registration ends: a day at most, fourteen if it waits for a decision, and then seven "
    "to finish it",
)

CONTACT_PURPOSE = Purpose(
    id="gate.contact",
    version=3,
    name=Wording("注册中的手机号或邮箱", "The number or address you register with"),
    purpose=Wording("核验它属于您", "To check that it is yours"),
    means=_MEANS,
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=Wording("注册", "Signing up"),
    retention=_UNTIL_THE_END,
    retention_days=22,
    recipients=Wording("不提供给任何人", "Given to nobody"),
)
DETAILS_PURPOSE = Purpose(
    id="officials.application",
    version=3,
    name=Wording("公众号注册资料", "Particulars of an official account's registration"),
    purpose=Wording("登记公众号的主体", "To register who is behind an official account"),
    means=_MEANS,
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=Wording("注册公众号", "Registering an official account"),
    retention=_UNTIL_THE_END,
    retention_days=22,
    recipients=Wording("不提供给任何人", "Given to nobody"),
)
CONTACT = PersonalField(
    "registrations_registrations", "contact", CONTACT_PURPOSE, gravity=Gravity.CONTACT
)
DETAILS = PersonalField(
    "registrations_registrations", "details", DETAILS_PURPOSE, gravity=Gravity.IDENTITY
)
FIELDS = (CONTACT, DETAILS)
SEALED = (Sealed((CONTACT, DETAILS), ("digest bytea",), OF_HOUSE, "encode(digest, 'hex')"),)

INSERT = """
insert into registrations_registrations (
    digest, doors, account_class, service_region, region, state, invite_digest,
    created_at, expires_at
) values ($1, $2, $3, $4, $5, 'started', $6, $7, $8)
on conflict (digest) do nothing"""

HOLD = """
select digest, doors, account_class, service_region, region, state, lang, receipt_id,
    contact_kind, contact, details, code_id, invite_digest, created_at, expires_at, held_for,
    released, turned_away
from registrations_registrations where digest = coalesce(
    (select digest from registrations_keys where key_digest = $1 and not is_link), $1
) for update"""

FIND = """
select digest, doors, account_class, service_region, region, state, lang, receipt_id,
    contact_kind, contact, details, code_id, invite_digest, created_at, expires_at, held_for,
    released, turned_away
from registrations_registrations where digest = coalesce(
    (select digest from registrations_keys where key_digest = $1 and not is_link), $1
)"""

CONSENTED = """
update registrations_registrations set state = 'consented', receipt_id = $2, lang = $3, doors = $4
where digest = $1"""

CONTACT_SENT = """
update registrations_registrations
set state = 'contact_sent', contact_kind = $2, contact = $3, region = $4, doors = $5, code_id = $6
where digest = $1"""

VERIFIED = "update registrations_registrations set state = 'verified' where digest = $1"

PLACED = "update registrations_registrations set doors = $2 where digest = $1"

INVITED = "update registrations_registrations set invite_digest = $2, doors = $3 where digest = $1"

DETAILED = (
    "update registrations_registrations set state = 'detailed', details = $2 where digest = $1"
)

HOLD_BACK = """
update registrations_registrations set held_for = $2, expires_at = $3 where digest = $1"""

RELEASE = """
update registrations_registrations set held_for = array_remove(held_for, $2),
    released = array_append(released, $2)
where digest = $1 and ended_at is null and $2 = any (held_for)"""

TURN_AWAY = """
update registrations_registrations set turned_away = $2, expires_at = $3 where digest = $1"""

END = """
update registrations_registrations
set state = $2, contact = null, contact_kind = null, code_id = null, details = null, ended_at = $3
where digest = $1 and ended_at is null"""

EXPIRE = """
update registrations_registrations
set state = 'expired', contact = null, contact_kind = null, code_id = null, details = null, ended_at = $1
where ended_at is null and expires_at <= $1"""

PURGE = "delete from registrations_registrations where expires_at <= $1"

IN_FLIGHT = """
select doors, account_class, region, count(*) from registrations_registrations
where ended_at is null and expires_at > $1 group by doors, account_class, region"""


PROLONG = "update registrations_registrations set expires_at = $2 where digest = $1"

ADD_LINK = "insert into registrations_keys (key_digest, digest, is_link) values ($1, $2, true)"

FOLLOW_LINK = """
update registrations_keys set key_digest = $2, is_link = false
where key_digest = $1 and is_link returning digest"""


async def insert(tx: Tx, registration: Registration) -> None:
    """Add a registration that has just begun, under an id that nobody had."""
    added = await insert_once(tx, registration)
    assert added, "the id is new"


async def insert_once(tx: Tx, registration: Registration) -> bool:
    """Add a registration that has just begun; false when another request has added it."""
    count = await tx.run(
        INSERT,
        registration.digest,
        door_values(registration.doors),
        registration.account_class,
        registration.service_region,
        registration.region,
        registration.invite_digest,
        registration.created_at,
        registration.expires_at,
    )
    return count == 1


async def hold(tx: Tx, digest: bytes) -> Registration | None:
    """Return a registration, held until the commit so that two steps cannot cross."""
    row = await tx.row(HOLD, digest)
    return None if row is None else _registration(row)


async def find(tx: Tx, digest: bytes) -> Registration | None:
    """Return a registration as it is."""
    row = await tx.row(FIND, digest)
    return None if row is None else _registration(row)


async def prolong(tx: Tx, digest: bytes, expires_at: datetime) -> None:
    """Let a registration live until a moment."""
    await tx.run(PROLONG, digest, expires_at)


async def add_link(tx: Tx, link_digest: bytes, digest: bytes) -> None:
    """Let whoever has a link go on with a registration."""
    await tx.run(ADD_LINK, link_digest, digest)


async def follow_link(tx: Tx, link_digest: bytes, key_digest: bytes) -> bool:
    """Use up a link, and let its registration bear one more name; false when it leads nowhere."""
    return await tx.value(FOLLOW_LINK, link_digest, key_digest) is not None


async def consented(
    tx: Tx, digest: bytes, receipt_id: str, lang: str, doors: Sequence[Door]
) -> None:
    """Note the receipt, and the doors that the answer leads through."""
    await tx.run(CONSENTED, digest, receipt_id, lang, door_values(doors))


async def contact_sent(tx: Tx, sent: Registration) -> None:
    """Keep the sealed contact, the code sent to it, and the region and doors that follow."""
    await tx.run(
        CONTACT_SENT,
        sent.digest,
        sent.contact_kind,
        sent.contact,
        sent.region,
        door_values(sent.doors),
        sent.code_id,
    )


async def verified(tx: Tx, digest: bytes) -> None:
    """Note that the contact is the person's."""
    await tx.run(VERIFIED, digest)


async def placed(tx: Tx, digest: bytes, doors: Sequence[Door]) -> None:
    """Note the doors by which a registration comes."""
    await tx.run(PLACED, digest, door_values(doors))


async def invited(tx: Tx, digest: bytes, invite_digest: bytes, doors: Sequence[Door]) -> None:
    """Note the invitation that the registration comes with."""
    await tx.run(INVITED, digest, invite_digest, door_values(doors))


async def detailed(tx: Tx, digest: bytes, sealed: bytes) -> None:
    """Keep an official account's sealed particulars."""
    await tx.run(DETAILED, digest, sealed)


async def hold_back(tx: Tx, digest: bytes, held_for: Sequence[str], expires_at: datetime) -> None:
    """Have a registration wait for something."""
    await tx.run(HOLD_BACK, digest, list(held_for), expires_at)


async def release(tx: Tx, digest: bytes, what: str) -> bool:
    """Take one thing from what a registration waits for; false when it does not."""
    return await tx.run(RELEASE, digest, what) == 1


async def turn_away(tx: Tx, digest: bytes, reason: str, expires_at: datetime) -> None:
    """Keep why a registration was not accepted, for whom it was refused to."""
    await tx.run(TURN_AWAY, digest, reason, expires_at)


async def end(tx: Tx, digest: bytes, stage: Stage, at: datetime) -> None:
    """End a registration and empty what was personal in it."""
    await tx.run(END, digest, stage.value, at)


async def expire(tx: Tx, now: datetime) -> int:
    """End the registrations that nobody finished in time; return how many."""
    return await tx.run(EXPIRE, now)


async def purge(tx: Tx, before: datetime) -> int:
    """Delete the emptied rows of registrations that expired before a moment."""
    return await tx.run(PURGE, before)


async def in_flight(tx: Tx, now: datetime) -> list[tuple[tuple[Door, ...], str, str, int]]:
    """Return how many registrations are under way, by doors, class and region."""
    rows = await tx.rows(IN_FLIGHT, now)
    return [(tuple(Door(d) for d in row[0]), row[1], row[2], row[3]) for row in rows]


def _registration(row: Row) -> Registration:
    return Registration(
        digest=row[0],
        doors=tuple(Door(door) for door in row[1]),
        account_class=row[2],
        service_region=row[3],
        region=row[4],
        stage=Stage(row[5]),
        lang=row[6],
        receipt_id=row[7],
        contact_kind=row[8],
        contact=row[9],
        details=row[10],
        code_id=row[11],
        invite_digest=row[12],
        created_at=row[13],
        expires_at=row[14],
        held_for=tuple(row[15]),
        released=tuple(row[16]),
        turned_away=row[17],
    )
