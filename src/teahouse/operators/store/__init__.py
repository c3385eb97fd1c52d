# ruff: noqa: S105 - statements about passwords and tokens, none of which is one
"""The operators' rows and what their personal columns are for. The tables are in ``schema.sql``."""

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
from teahouse.operators.model import TOTP_AHEAD_STEPS, Operator, Role
from teahouse.operators.store import factors

_PURPOSE = Purpose(
    id="operators.account",
    version=1,
    name=Wording("运营人员的登录名与动态口令密钥", "Operators' sign-in name and authenticator key"),
    purpose=Wording("确认操作者身份", "To know who operates the service"),
    means=Wording("密钥加密保存", "The key is kept encrypted"),
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=Wording("运营管理", "Operating the service"),
    retention=Wording("直到该运营人员离任", "Until the operator leaves"),
    retention_days=None,
    recipients=Wording("不提供给任何人", "Given to nobody"),
)
TOTP_SECRET = PersonalField("operators_operators", "totp_secret", _PURPOSE, gravity=Gravity.SECRET)
TOTP_PENDING = PersonalField(
    "operators_operators", "totp_pending", _PURPOSE, gravity=Gravity.SECRET
)
SETUP_SECRET = PersonalField("operators_setup", "totp_secret", _PURPOSE, gravity=Gravity.SECRET)
NAME = PersonalField("operators_operators", "name", _PURPOSE, sealed=False)
SETUP_NAME = PersonalField("operators_setup", "name", _PURPOSE, sealed=False)
_PASSKEY_PURPOSE = Purpose(
    id="operators.passkey",
    version=1,
    name=Wording(
        "运营人员通行密钥的编号、公钥与名称", "Id, public key and name of operators' passkeys"
    ),
    purpose=Wording("确认操作者身份", "To know who operates the service"),
    means=Wording("加密保存", "Kept encrypted"),
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=Wording("运营管理", "Operating the service"),
    retention=Wording("直到移除或该运营人员离任", "Until it is removed or the operator leaves"),
    retention_days=None,
    recipients=Wording("不提供给任何人", "Given to nobody"),
)
CREDENTIAL_ID = PersonalField("operators_passkeys", "credential_id", _PASSKEY_PURPOSE)
PUBLIC_KEY = PersonalField("operators_passkeys", "public_key", _PASSKEY_PURPOSE)
LABEL = PersonalField("operators_passkeys", "label", _PASSKEY_PURPOSE)
FIELDS = (
    TOTP_SECRET,
    TOTP_PENDING,
    SETUP_SECRET,
    NAME,
    SETUP_NAME,
    CREDENTIAL_ID,
    PUBLIC_KEY,
    LABEL,
)
SEALED = (
    Sealed((TOTP_SECRET, TOTP_PENDING), ("operator_id",), "operator_id", "operator_id"),
    Sealed((SETUP_SECRET,), ("token_digest bytea",), "operator_id", "operator_id"),
    Sealed((CREDENTIAL_ID, PUBLIC_KEY, LABEL), ("passkey_id",), "operator_id", "passkey_id"),
)
PURPOSES = (_PURPOSE,)
PASSKEY_PURPOSES = (_PASSKEY_PURPOSE,)

OWNERS_LOCK = "select pg_advisory_xact_lock(7240620)"
OWNERS = """
select count(*) from operators_operators where role = 'owner' and state = 'active'"""
INSERT_OPERATOR = """
insert into operators_operators (
    operator_id, name, role, password_phc, totp_secret, totp_last_step, created_at
) values ($1, $2, $3, $4, $5, $6, $7)"""
NAME_TAKEN = "select exists (select 1 from operators_operators where name = $1)"
OPERATOR = """
select operator_id, name, role, state, created_at
from operators_operators where operator_id = $1"""
OPERATORS = """
select operator_id, name, role, state, created_at
from operators_operators order by created_at limit $1"""
SIGN_IN = """
select operator_id, name, role, state, created_at, password_phc, totp_secret, totp_last_step
from operators_operators where name = $1 and state = 'active'"""
SPEND_STEP = """
update operators_operators set totp_last_step = $2
where operator_id = $1 and state = 'active'
    and (totp_last_step < $2 or totp_last_step > $3)"""
DISABLE = "update operators_operators set state = 'disabled' where operator_id = $1"

INSERT_SESSION = """
insert into operators_sessions (session_id, token_digest, operator_id, created_at, expires_at)
select $1, $2, $3, $4, $5 where vault_current($6)"""
BY_TOKEN = """
select s.session_id, o.operator_id, o.name, o.role, s.token_digest
from operators_sessions s join operators_operators o using (operator_id)
where s.token_digest = any ($1::bytea[]) and s.expires_at > $2 and o.state = 'active'"""
REKEY_TOKEN = """
update operators_sessions set token_digest = $3
where session_id = $1 and token_digest = $2 and vault_current($4)"""
HELD = """
select count(*) from operators_sessions
where expires_at > $3 and (
    (length(token_digest) = 34 and substring(token_digest for 2) = $1)
    or ($2 and length(token_digest) = 32)
)"""
NEWS_SINCE = """
select coalesce(news_at, created_at) from operators_sessions where session_id = $1"""
NEWS_SEEN = "update operators_sessions set news_at = $2 where session_id = $1"
END_SESSION = "delete from operators_sessions where session_id = $1"
END_SESSIONS = "delete from operators_sessions where operator_id = $1"
PURGE_SESSIONS = "delete from operators_sessions where expires_at <= $1"

INSERT_SETUP = """
insert into operators_setup (token_digest, role, invited_by, created_at, expires_at)
values ($1, $2, $3, $4, $5)"""
SETUP = """
select role, invited_by, operator_id, name, password_phc, totp_secret
from operators_setup where token_digest = $1 and expires_at > $2 for update"""
BEGIN_SETUP = """
update operators_setup set operator_id = $2, name = $3, password_phc = $4, totp_secret = $5
where token_digest = $1"""
DELETE_SETUP = "delete from operators_setup where token_digest = $1"
DELETE_PRINTED = """
delete from operators_setup where invited_by = 'system' returning operator_id"""
DELETE_INVITED = "delete from operators_setup where invited_by = $1 returning operator_id"
PURGE_SETUP = "delete from operators_setup where expires_at <= $1 returning operator_id"


class SignInRow(NamedTuple):
    """An operator with what they sign in with."""

    operator: Operator
    password_phc: str
    totp_secret: bytes | None
    totp_last_step: int


class TokenRow(NamedTuple):
    """A session as its token finds it."""

    session_id: str
    operator_id: str
    name: str
    role: str
    token_digest: bytes


class SetupRow(NamedTuple):
    """A link that is still good, with what was begun by it."""

    role: str
    invited_by: str
    operator_id: str | None
    name: str | None
    password_phc: str | None
    totp_secret: bytes | None


def _operator(row: Row) -> Operator:
    return Operator(row[0], row[1], Role(row[2]), row[3], row[4])


async def lock_owners(tx: Tx) -> None:
    """Let only one at a time decide who is an owner."""
    await tx.row(OWNERS_LOCK)


async def owners(tx: Tx) -> int:
    """Count the active owners."""
    return await tx.value(OWNERS)


async def insert_operator(tx: Tx, new: Operator, phc: str, totp: bytes | None, step: int) -> None:
    """Insert an operator; a taken name raises ``UniqueViolation``."""
    await tx.run(
        INSERT_OPERATOR, new.operator_id, new.name, new.role.value, phc, totp, step, new.created_at
    )


async def name_taken(tx: Tx, name: str) -> bool:
    """Tell whether there is an operator of a name."""
    return await tx.value(NAME_TAKEN, name)


async def operator(tx: Tx, operator_id: str) -> Operator | None:
    """Return an operator."""
    row = await tx.row(OPERATOR, operator_id)
    return _operator(row) if row else None


async def operators(tx: Tx, limit: int) -> list[Operator]:
    """Return all operators, oldest first."""
    return [_operator(row) for row in await tx.rows(OPERATORS, limit)]


async def to_sign_in(tx: Tx, name: str) -> SignInRow | None:
    """Return an active operator by name, with what they sign in with."""
    row = await tx.row(SIGN_IN, name)
    return SignInRow(_operator(row), row[5], row[6], row[7]) if row else None


async def spend_step(tx: Tx, operator_id: str, step: int) -> bool:
    """Use up a half minute of the second factor; false when it was used already."""
    return await tx.run(SPEND_STEP, operator_id, step, step + TOTP_AHEAD_STEPS) == 1


async def disable(tx: Tx, operator_id: str) -> None:
    """Disable an operator, end their sessions and take away what they came in by."""
    await tx.run(DISABLE, operator_id)
    await tx.run(END_SESSIONS, operator_id)
    await tx.run(factors.REMOVE_PASSKEYS, operator_id)
    await tx.run(factors.REMOVE_RECOVERY_CODES, operator_id)


async def insert_session(
    tx: Tx,
    session_id: str,
    digest: bytes,
    operator_id: str,
    life: tuple[datetime, datetime],
    generation: int,
) -> bool:
    """Insert a session that lives from one moment to another.

    False: its digest was made under keys that may not be written under any more.
    """
    return await tx.run(INSERT_SESSION, session_id, digest, operator_id, *life, generation) == 1


async def by_token(tx: Tx, digests: list[bytes], now: datetime) -> TokenRow | None:
    """Return the session of a token that is good."""
    row = await tx.row(BY_TOKEN, digests, now)
    return TokenRow(*row) if row else None


async def rekey_token(tx: Tx, session_id: str, was: bytes, digest: bytes, generation: int) -> bool:
    """Keep a token under a newer key, unless the session has ended."""
    return await tx.run(REKEY_TOKEN, session_id, was, digest, generation) == 1


async def held(tx: Tx, under: tuple[bytes, bool], now: datetime) -> int:
    """Count the good tokens under a key."""
    return await tx.value(HELD, *under, now)


async def news_since(tx: Tx, session_id: str) -> datetime | None:
    """Return since when a session has not looked at what others did."""
    return await tx.value(NEWS_SINCE, session_id)


async def news_seen(tx: Tx, session_id: str, now: datetime) -> None:
    """Note that it has."""
    await tx.run(NEWS_SEEN, session_id, now)


async def end_session(tx: Tx, session_id: str) -> None:
    """End a session."""
    await tx.run(END_SESSION, session_id)


async def insert_setup(
    tx: Tx, digest: bytes, role: Role, invited_by: str, life: tuple[datetime, datetime]
) -> None:
    """Insert a link that lives from one moment to another."""
    await tx.run(INSERT_SETUP, digest, role.value, invited_by, *life)


async def setup(tx: Tx, digest: bytes, now: datetime) -> SetupRow | None:
    """Return a link that is still good, and hold it."""
    row = await tx.row(SETUP, digest, now)
    return SetupRow(*row) if row else None


async def begin_setup(
    tx: Tx, digest: bytes, operator_id: str, name: str, secrets: tuple[str, bytes]
) -> None:
    """Keep what was begun: ``secrets`` are the password's digest and the sealed second factor."""
    await tx.run(BEGIN_SETUP, digest, operator_id, name, *secrets)


async def delete_setup(tx: Tx, digest: bytes) -> None:
    """Use up a link."""
    await tx.run(DELETE_SETUP, digest)


async def delete_printed(tx: Tx) -> list[str]:
    """Delete the links that were printed and return the operators begun by them."""
    return [row[0] for row in await tx.rows(DELETE_PRINTED) if row[0] is not None]


async def delete_invited(tx: Tx, invited_by: str) -> list[str]:
    """Delete the links that an operator made and return the operators begun by them."""
    return [row[0] for row in await tx.rows(DELETE_INVITED, invited_by) if row[0] is not None]


async def purge(tx: Tx, now: datetime) -> list[str]:
    """Delete what has expired and return the operators begun by dead links."""
    await tx.run(PURGE_SESSIONS, now)
    await tx.run(factors.PURGE_SPENT, now)
    await factors.purge_pending(tx, now)
    return [row[0] for row in await tx.rows(PURGE_SETUP, now) if row[0] is not None]
