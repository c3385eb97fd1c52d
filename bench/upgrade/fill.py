"""Accounts by the hundred thousand: sealed as the vault seals, in as many processes as there are
cores, and written by ``COPY``. Six personal fields and two unique blind indexes each; the first of
them with a password, of which one in so many was digested by another system."""

import asyncio
import base64
import hashlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from typing import Any

import asyncpg
from argon2 import PasswordHasher

from bench.talk import PASSWORD
from bench.upgrade.names import email_of, name_of, phone_of
from bench.upgrade.place import Place
from teahouse.accounts.store.personal import DEVICE_NAME, EMAIL, PHONE
from teahouse.app import FIELDS, House
from teahouse.infra.vault import envelope, suites
from teahouse.infra.vault.envelope import Place as Where
from teahouse.infra.vault.field import PersonalField
from teahouse.infra.vault.model import KeyRef
from teahouse.infra.vault.store import DekRow
from teahouse.infra.vault.vault import dek_place
from teahouse.profiles.store import AVATAR_URL, DISPLAY_NAME, PROFILE_FIELDS

AT_ONCE = 2000
LEGACY_ONE_IN = 4
HERE_MAX = 5000  # so few are written by this process, before another could start
FIELDS_EACH, INDEXES_EACH = 6, 2
Rows = dict[str, list[tuple[Any, ...]]]
COLUMNS = {
    "accounts_accounts": (
        "account_id localpart user_id account_class region regime_version door admission_id"
        " created_at"
    ),
    "vault_subjects": "subject_id purposes created_at",
    "vault_deks": (
        "dek_id version subject_id class kek_id kek_version wrapped_dek suite seals_count"
        " created_at"
    ),
    "accounts_identifiers": (
        "account_id kind phone email odd_version odd_digest even_version even_digest verified_at"
    ),
    "accounts_passwords": "account_id phc changed_at",
    "accounts_sessions": (
        "session_id account_id user_id device_id token_digest device_name last_seen_at created_at"
    ),
    "profiles_profiles": "account_id user_id display_name avatar_url fields",
}


def _values(nth: int) -> tuple[tuple[PersonalField, str], ...]:
    return (
        (PHONE, phone_of(nth)),
        (EMAIL, email_of(nth)),
        (DEVICE_NAME, "Chrome on Linux"),
        (DISPLAY_NAME, f"Person {nth}"),
        (AVATAR_URL, f"mxc://example.org/{nth:024d}"),
        (PROFILE_FIELDS, '{"m.tz":"Europe/London"}'),
    )


def fill(place: Place, accounts: int, with_password: int) -> None:
    """Write so many accounts, the first of them with a password to sign in by."""
    if accounts <= HERE_MAX:
        _fill_part(place, 0, accounts, with_password)
        return
    processes = os.cpu_count() or 1
    edges = [accounts * part // processes for part in range(processes + 1)]
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        parts = [
            pool.submit(_fill_part, place, edges[part], edges[part + 1], with_password)
            for part in range(processes)
        ]
        for part in parts:
            part.result()


def _fill_part(place: Place, first: int, last: int, with_password: int) -> None:
    asyncio.run(_fill(place, first, last, with_password))


async def _fill(place: Place, first: int, last: int, with_password: int) -> None:
    async with place.opened() as house:
        connection = await asyncpg.connect(place.dsn)
        try:
            for begins in range(first, last, AT_ONCE):
                people = range(begins, min(begins + AT_ONCE, last))
                rows = await rows_of(house, people, with_password)
                async with connection.transaction():
                    for table, columns in COLUMNS.items():
                        await connection.copy_records_to_table(
                            table, records=rows[table], columns=columns.split()
                        )
        finally:
            await connection.close()


def digest_of(nth: int) -> str:
    """Return the digest of an account's password: as the house makes them, or another system."""
    if nth % LEGACY_ONE_IN:
        return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    salt = f"{nth:016d}"
    made = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), salt.encode(), 1000)
    return f"pbkdf2_sha256$1000${salt}${base64.b64encode(made).decode()}"  # as Django writes it


async def rows_of(house: House, people: Sequence[int], with_password: int) -> Rows:
    """Return the rows of some accounts, by table."""
    made: Rows = {table: [] for table in COLUMNS}
    grounds = sorted({one.purpose.ground for one in FIELDS})
    for nth in people:
        for table, row in await _account(house, nth, grounds):
            made[table].append(row)
        if nth < with_password:
            now = datetime.now(UTC)
            whose = made["accounts_accounts"][-1][0]
            made["accounts_passwords"].append((whose, digest_of(nth), now))
    return made


async def _account(
    house: House, nth: int, grounds: list[str]
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    vault, ids, now = house.ground.vault, house.ground.ids, datetime.now(UTC)
    keys, tenant = vault.ring.keys, vault.ring.tenant
    who, ref, secret = ids.ulid(), KeyRef(ids.ulid(), 1), ids.bytes(32)
    spot = dek_place(tenant, DekRow(ref.key_id, 1, who, "ordinary", None, keys.suite))
    wrapped = await vault.ring.source.wrap(keys.primary, secret, spot)
    cipher = suites.cipher(keys.suite, secret)
    sealed: dict[PersonalField, bytes] = {}
    digests: dict[PersonalField, tuple[Any, ...]] = {}
    version = keys.index.primary
    for personal, text in _values(nth):
        there = Where(tenant, personal.table, personal.column, who)
        sealed[personal] = envelope.seal(cipher, ref, ids.bytes(12), there, text.encode())
        if personal in (PHONE, EMAIL):
            made = vault.indexer.again(keys, version, personal, text)
            pair = (version, made.digest)
            digests[personal] = (*pair, None, None) if version % 2 else (None, None, *pair)
    user = f"@{name_of(nth)}:{house.config.server_name}"
    kek = keys.primary
    dek = (ref.key_id, 1, who, "ordinary", kek.key_id, kek.version, wrapped, keys.suite, 6, now)
    shown = (sealed[DISPLAY_NAME], sealed[AVATAR_URL], sealed[PROFILE_FIELDS])
    rows: list[tuple[str, tuple[Any, ...]]] = [
        ("accounts_accounts", (who, name_of(nth), user, "personal", "intl", 1, "phone", who, now)),
        ("vault_subjects", (who, grounds, now)),
        ("vault_deks", dek),
        ("accounts_identifiers", (who, "phone", sealed[PHONE], None, *digests[PHONE], now)),
        ("accounts_identifiers", (who, "email", None, sealed[EMAIL], *digests[EMAIL], now)),
        ("accounts_sessions", (who, who, user, "d", ids.bytes(32), sealed[DEVICE_NAME], now, now)),
        ("profiles_profiles", (who, user, *shown)),
    ]
    return iter(rows)
