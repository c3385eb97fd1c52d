# ruff: noqa: S105 - statements about tokens, none of which is one
"""The rows of sign-ins by a provider, and what is personal in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

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
from teahouse.infra.vault.index import BlindIndex, Slots
from teahouse.infra.vault.normal import Normaliser
from teahouse.infra.vault.sealed import Indexed, Sealed
from teahouse.oidc.model import Flow

PURPOSE = Purpose(
    id="oidc.subject",
    version=1,
    name=Wording("外部登录标识", "Your identifier at an identity provider"),
    purpose=Wording(
        "让您用运营者认可的身份提供方登录", "To let you sign in by a provider the operator trusts"
    ),
    means=Wording(
        "加密保存，密钥专属于您的账号", "Kept encrypted under a key that belongs to your account"
    ),
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=Wording("用外部身份登录", "Signing in by a provider"),
    retention=Wording("直到您解除关联或注销账号", "Until you unlink it or delete your account"),
    retention_days=None,
    recipients=Wording("不提供给任何人", "Given to nobody"),
)
SUBJECT = PersonalField(
    "oidc_links", "subject", PURPOSE, Normaliser("subject", 1, str), gravity=Gravity.CONTACT
)
FIELDS = (SUBJECT,)


def found_by(provider: str, subject: str) -> str:
    """Return what a person of a provider is found by."""
    return f"{provider}\0{subject}"


def _found_by(subject: str, provider: str) -> tuple[PersonalField, str]:
    return SUBJECT, found_by(provider, subject)


SEALED = (
    Sealed(
        (SUBJECT,),
        ("account_id", "provider"),
        row="account_id || '/' || provider",
        indexed=(
            Indexed(
                SUBJECT,
                also=("provider",),
                found_by=_found_by,
            ),
        ),
    ),
)

INSERT_FLOW = """
insert into oidc_flows (
    state_digest, browser_digest, provider, nonce, verifier, return_to, expires_at
) values ($1, $2, $3, $4, $5, $6, $7)"""
TAKE_FLOW = """
delete from oidc_flows where state_digest = $1 and expires_at > $2
returning browser_digest, provider, nonce, verifier, return_to"""
PURGE_FLOWS = "delete from oidc_flows where expires_at < $1"

INSERT_LINK = """
insert into oidc_links (
    account_id, provider, subject, linked_at, odd_version, odd_digest, even_version, even_digest
)
select $1, $2, $3, $4, $5, $6, $7, $8 where vault_current($9)"""
LINKED = """
select l.account_id
from unnest($2::smallint[], $3::bytea[]) as wanted (version, digest)
join oidc_links l on l.provider = $1
    and l.odd_version = wanted.version and l.odd_digest = wanted.digest
union all
select l.account_id
from unnest($2::smallint[], $3::bytea[]) as wanted (version, digest)
join oidc_links l on l.provider = $1
    and l.even_version = wanted.version and l.even_digest = wanted.digest
limit 1"""
SUBJECTS = "select provider, subject from oidc_links where account_id = $1 order by provider"
LINKS = "select provider, linked_at from oidc_links where account_id = $1 order by provider"
UNLINK = "delete from oidc_links where account_id = $1 and provider = $2"
FORGET = "delete from oidc_links where account_id = $1"

INSERT_TOKEN = """
insert into oidc_tokens (token_digest, account_id, expires_at, provider, sid_digest)
values ($1, $2, $3, $4, $5)"""
TAKE_TOKEN = """
delete from oidc_tokens where token_digest = $1 and expires_at > $2
returning account_id, provider, sid_digest"""
PURGE_TOKENS = "delete from oidc_tokens where expires_at < $1"
FORGET_TOKENS = "delete from oidc_tokens where account_id = $1"

PUT_SESSION = """
insert into oidc_sessions (account_id, device_id, provider, sid_digest, opened_at)
values ($1, $2, $3, $4, $5)
on conflict (account_id, device_id) do update
set provider = excluded.provider, sid_digest = excluded.sid_digest, opened_at = excluded.opened_at"""
DROP_SESSION = "delete from oidc_sessions where account_id = $1 and device_id = $2"
SESSIONS_BY_SID = """
select account_id, device_id from oidc_sessions where provider = $1 and sid_digest = $2"""
SESSIONS_OF = """
select account_id, device_id from oidc_sessions where provider = $1 and account_id = $2"""
FORGET_SESSIONS = "delete from oidc_sessions where account_id = $1"
SAID = "select exists (select 1 from oidc_logouts where said_digest = $1)"
SAY = """
insert into oidc_logouts (said_digest, expires_at) values ($1, $2) on conflict do nothing"""
DROP_TOKENS_BY_SID = "delete from oidc_tokens where provider = $1 and sid_digest = $2"
DROP_TOKENS_OF = "delete from oidc_tokens where provider = $1 and account_id = $2"
PURGE_LOGOUTS = "delete from oidc_logouts where expires_at < $1"


class Came(NamedTuple):
    """By which provider somebody came, and by which session of its own."""

    provider: str
    sid_digest: bytes | None


async def insert_flow(tx: Tx, state: bytes, flow: Flow, expires_at: datetime) -> None:
    """Note that somebody went to a provider."""
    values = (flow.browser_digest, flow.provider, flow.nonce, flow.verifier, flow.return_to)
    await tx.run(INSERT_FLOW, state, *values, expires_at)


async def take_flow(tx: Tx, state: bytes, now: datetime) -> Flow | None:
    """Return who went, once."""
    row = await tx.row(TAKE_FLOW, state, now)
    return Flow(*row) if row else None


async def insert_link(
    tx: Tx, account_id: str, provider: str, sealed: bytes, index: Slots, now: datetime
) -> bool:
    """Link an account; one that is linked raises ``UniqueViolation``.

    False: the index was made under keys that may not be written under any more.
    """
    return await tx.run(INSERT_LINK, account_id, provider, sealed, now, *index) == 1


async def linked(tx: Tx, provider: str, wanted: Sequence[BlindIndex]) -> str | None:
    """Return the account that a person of a provider signs in to."""
    versions, digests = [one.version for one in wanted], [one.digest for one in wanted]
    return await tx.value(LINKED, provider, versions, digests)


async def links(tx: Tx, account_id: str) -> list[tuple[str, datetime]]:
    """Return (provider, when it was linked)."""
    return [(row[0], row[1]) for row in await tx.rows(LINKS, account_id)]


async def subjects(tx: Tx, account_id: str) -> list[tuple[str, bytes]]:
    """Return (provider, who somebody is there), sealed."""
    return [(row[0], row[1]) for row in await tx.rows(SUBJECTS, account_id)]


async def unlink(tx: Tx, account_id: str, provider: str) -> bool:
    """Unlink; false when it was not linked."""
    return await tx.run(UNLINK, account_id, provider) == 1


async def insert_token(
    tx: Tx, digest: bytes, account_id: str, expires_at: datetime, came: Came
) -> None:
    """Keep the digest of a login token."""
    await tx.run(INSERT_TOKEN, digest, account_id, expires_at, *came)


async def take_token(tx: Tx, digest: bytes, now: datetime) -> tuple[str, Came] | None:
    """Return whose a login token is, and by what they came, once."""
    row = await tx.row(TAKE_TOKEN, digest, now)
    return (row[0], Came(row[1], row[2])) if row else None


async def put_session(
    tx: Tx, account_id: str, device_id: str, came: Came | None, now: datetime
) -> None:
    """Note by which provider's session a device came; ``None``: by none."""
    if came is None:
        await tx.run(DROP_SESSION, account_id, device_id)
    else:
        await tx.run(PUT_SESSION, account_id, device_id, *came, now)


async def sessions_by_sid(tx: Tx, provider: str, digest: bytes) -> list[tuple[str, str]]:
    """Return (account, device) of those who came by one session of a provider."""
    return [(row[0], row[1]) for row in await tx.rows(SESSIONS_BY_SID, provider, digest)]


async def sessions_of(tx: Tx, provider: str, account_id: str) -> list[tuple[str, str]]:
    """Return (account, device) of all that an account has by a provider."""
    return [(row[0], row[1]) for row in await tx.rows(SESSIONS_OF, provider, account_id)]


async def drop_tokens_by_sid(tx: Tx, provider: str, digest: bytes) -> None:
    """Take back the login tokens that are on their way from one session of a provider."""
    await tx.run(DROP_TOKENS_BY_SID, provider, digest)


async def drop_tokens_of(tx: Tx, provider: str, account_id: str) -> None:
    """Take back the login tokens of an account that are on their way from a provider."""
    await tx.run(DROP_TOKENS_OF, provider, account_id)


async def said(tx: Tx, digest: bytes) -> bool:
    """Tell whether a provider has said this before."""
    return await tx.value(SAID, digest)


async def say(tx: Tx, digest: bytes, expires_at: datetime) -> None:
    """Note that a provider has said this."""
    await tx.run(SAY, digest, expires_at)


async def purge(tx: Tx, now: datetime) -> None:
    """Delete what expired."""
    await tx.run(PURGE_FLOWS, now)
    await tx.run(PURGE_TOKENS, now)
    await tx.run(PURGE_LOGOUTS, now)


async def forget(tx: Tx, account_id: str) -> None:
    """Delete an account's links and login tokens."""
    await tx.run(FORGET, account_id)
    await tx.run(FORGET_TOKENS, account_id)
    await tx.run(FORGET_SESSIONS, account_id)
