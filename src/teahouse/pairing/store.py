# ruff: noqa: S105 - statements about secrets, none of which is one
"""The rows of devices being paired, and what is personal in them."""

from datetime import datetime
from typing import NamedTuple

from teahouse.infra.db.pool import Row, Tx
from teahouse.infra.vault.field import Basis, Category, Necessity, PersonalField, Purpose, Wording
from teahouse.infra.vault.sealed import OF_HOUSE, Sealed
from teahouse.pairing.model import TRACES_LIFE, State, Way

PURPOSE = Purpose(
    id="pairing.request",
    version=1,
    name=Wording(
        "请求扫码登录的设备名称与网络段",
        "Name and network of a device that asks to be let in by code",
    ),
    purpose=Wording(
        "让您在批准之前看到是哪台设备", "To show you which device it is before you let it in"
    ),
    means=Wording(
        "加密保存，只保留网络地址的前一部分", "Kept encrypted; of the address the first part only"
    ),
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=Wording("扫码登录", "Signing in by a QR code"),
    retention=Wording("批准或拒绝时删除，最长一天", "Until it is answered, one day at most"),
    retention_days=1,
    recipients=Wording("批准登录的账号本人", "Whoever owns the account that is asked"),
)
DEVICE_NAME = PersonalField("pairing_pairings", "device_name", PURPOSE)
PLACE = PersonalField("pairing_pairings", "place", PURPOSE)
FIELDS = (DEVICE_NAME, PLACE)
SEALED = (
    Sealed((DEVICE_NAME, PLACE), ("pairing_id",), OF_HOUSE, "pairing_id", expires=TRACES_LIFE),
)

INSERT = """
insert into pairing_pairings (
    pairing_id, way, code_digest, secret_digest, account_id, device_name, place, state, expires_at
) values ($1, $2, $3, $4, $5, $6, $7, 'shown', $8)"""
BY_CODE = """
select pairing_id, way, account_id, number, device_name, place, state, expires_at, approved_by
from pairing_pairings where code_digest = $1 and expires_at > $2 for update"""
BY_ID = """
select pairing_id, way, account_id, number, device_name, place, state, expires_at, approved_by
from pairing_pairings where pairing_id = $1 and account_id = $2 and expires_at > $3 for update"""
BY_SECRET = """
select pairing_id, way, account_id, number, device_name, place, state, expires_at, approved_by
from pairing_pairings where secret_digest = $1 and expires_at > $2 for update"""
LOOKED = """
update pairing_pairings set state = 'seen', account_id = $2, expires_at = $3
where pairing_id = $1"""
ENTERED = """
update pairing_pairings
set state = 'seen', secret_digest = $2, number = $3, device_name = $4, place = $5, expires_at = $6
where pairing_id = $1"""
APPROVED = """
update pairing_pairings set state = 'approved', approved_by = $2 where pairing_id = $1"""
ENDED = """
update pairing_pairings set state = $2, device_name = null, place = null where pairing_id = $1"""
FORGET = "delete from pairing_pairings where account_id = $1"
PURGE = "delete from pairing_pairings where expires_at <= $1"

INSERT_TOKEN = """
insert into pairing_tokens (token_digest, account_id, expires_at) values ($1, $2, $3)"""
TAKE_TOKEN = """
delete from pairing_tokens where token_digest = $1 and expires_at > $2 returning account_id"""
FORGET_TOKENS = "delete from pairing_tokens where account_id = $1"
PURGE_TOKENS = "delete from pairing_tokens where expires_at <= $1"


class PairingRow(NamedTuple):
    """A pairing still sealed."""

    pairing_id: str
    way: Way
    account_id: str | None
    number: str | None
    device_name: bytes | None
    place: bytes | None
    state: State
    expires_at: datetime
    approved_by: str | None  # the session that let the new device in


class Device(NamedTuple):
    """What is kept of a new device, sealed."""

    secret_digest: bytes
    name: bytes
    place: bytes


async def insert_asked(
    tx: Tx, pairing_id: str, code_digest: bytes, device: Device, until: datetime
) -> None:
    """Add a pairing that a new device has begun."""
    await tx.run(
        INSERT, pairing_id, Way.ASKED.value, code_digest, device[0], None, *device[1:], until
    )


async def insert_offered(
    tx: Tx, pairing_id: str, code_digest: bytes, account_id: str, until: datetime
) -> None:
    """Add a pairing that a signed-in device has begun."""
    await tx.run(
        INSERT, pairing_id, Way.OFFERED.value, code_digest, None, account_id, None, None, until
    )


async def by_code(tx: Tx, code_digest: bytes, now: datetime) -> PairingRow | None:
    """Return a pairing by its code, and hold it."""
    return _pairing(await tx.row(BY_CODE, code_digest, now))


async def by_id(tx: Tx, pairing_id: str, account_id: str, now: datetime) -> PairingRow | None:
    """Return a pairing that an account may approve, and hold it."""
    return _pairing(await tx.row(BY_ID, pairing_id, account_id, now))


async def by_secret(tx: Tx, secret_digest: bytes, now: datetime) -> PairingRow | None:
    """Return the pairing of a new device, and hold it."""
    return _pairing(await tx.row(BY_SECRET, secret_digest, now))


async def looked(tx: Tx, pairing_id: str, account_id: str, until: datetime) -> None:
    """Note who has read the code that a new device shows."""
    await tx.run(LOOKED, pairing_id, account_id, until)


async def entered(tx: Tx, pairing_id: str, number: str, device: Device, until: datetime) -> None:
    """Note the new device that has come with a code."""
    await tx.run(ENTERED, pairing_id, device[0], number, *device[1:], until)


async def approved(tx: Tx, pairing_id: str, session_id: str) -> None:
    """Note that the new device may take its session, and by which one it was let in."""
    await tx.run(APPROVED, pairing_id, session_id)


async def ended(tx: Tx, pairing_id: str, state: State) -> None:
    """End a pairing, and forget what was told of the device."""
    await tx.run(ENDED, pairing_id, state.value)


async def forget(tx: Tx, account_id: str) -> None:
    """Delete all pairings of an account."""
    await tx.run(FORGET, account_id)
    await tx.run(FORGET_TOKENS, account_id)


async def purge(tx: Tx, before: datetime) -> None:
    """Delete pairings that ended before a moment."""
    await tx.run(PURGE, before)
    await tx.run(PURGE_TOKENS, before)


async def insert_token(tx: Tx, digest: bytes, account_id: str, expires_at: datetime) -> None:
    """Keep a login token's digest."""
    await tx.run(INSERT_TOKEN, digest, account_id, expires_at)


async def take_token(tx: Tx, digest: bytes, now: datetime) -> str | None:
    """Return whose a login token is, once."""
    return await tx.value(TAKE_TOKEN, digest, now)


def _pairing(row: Row | None) -> PairingRow | None:
    if row is None:
        return None
    return PairingRow(
        row[0], Way(row[1]), row[2], row[3], row[4], row[5], State(row[6]), row[7], row[8]
    )
