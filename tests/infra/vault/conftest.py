"""A vault on a real database, with keys of its own."""

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest_asyncio

from teahouse.clock import FixedClock
from teahouse.config import Config
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database
from teahouse.infra.vault.field import (
    Basis,
    Category,
    Necessity,
    PersonalField,
    Purpose,
    Wording,
)
from teahouse.infra.vault.normal import EMAIL, PHONE
from teahouse.infra.vault.vault import Vault, open_vault

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def purpose(purpose_id: str, category: Category = Category.ORDINARY, version: int = 1) -> Purpose:
    words = Wording("测试", "test")
    return Purpose(
        id=purpose_id,
        version=version,
        name=words,
        purpose=words,
        means=words,
        category=category,
        basis=Basis.CONSENT,
        necessity=Necessity.NECESSARY,
        function=words,
        retention=words,
        retention_days=None,
        recipients=words,
    )


PHONE_FIELD = PersonalField("t_people", "phone", purpose("t.phone"), PHONE)
EMAIL_FIELD = PersonalField("t_people", "email", purpose("t.email"), EMAIL)
HEALTH_FIELD = PersonalField("t_people", "health", purpose("t.health", Category.SENSITIVE))
SHOWN_FIELD = PersonalField("t_people", "shown", purpose("t.shown"), sealed=False)
ALL = [f.purpose for f in (PHONE_FIELD, EMAIL_FIELD, HEALTH_FIELD, SHOWN_FIELD)]


def clock() -> FixedClock:
    return FixedClock(NOON)


def ids() -> Ids:
    return Ids(clock(), random.SystemRandom())


@pytest_asyncio.fixture
async def vault(database: Database, tmp_path: Path) -> Vault:
    async with database.transaction() as tx:
        return await open_vault(tx, Config(data_dir=str(tmp_path)), clock(), ids())


async def person(database: Database, vault: Vault, name: str = "") -> str:
    subject_id = name or vault.ids.ulid()
    async with database.transaction() as tx:
        await vault.create_subject(tx, subject_id)
        await vault.grant(tx, subject_id, ALL)
    return subject_id
