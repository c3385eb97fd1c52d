"""A vault on a real database, with keys of its own, and a locksmith."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings

from teahouse.clock import FixedClock
from teahouse.config import Config
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database
from teahouse.infra.vault.events import KeysChanged
from teahouse.infra.vault.field import (
    Basis,
    Category,
    Gravity,
    Necessity,
    PersonalField,
    Purpose,
    Wording,
)
from teahouse.infra.vault.lifecycle import KeyPurpose, KeyState, TwoPersons
from teahouse.infra.vault.locksmith import Locksmith
from teahouse.infra.vault.model import KeyRef
from teahouse.infra.vault.normal import EMAIL, PHONE
from teahouse.infra.vault.store import keys as keys_store
from teahouse.infra.vault.suites import INTERNATIONAL
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
HEALTH_FIELD = PersonalField(
    "t_people", "health", purpose("t.health", Category.SENSITIVE), gravity=Gravity.IDENTITY
)
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


KEK, INDEX, HOUSE, PEPPER = (
    KeyPurpose.KEK,
    KeyPurpose.INDEX,
    KeyPurpose.HOUSE,
    KeyPurpose.PEPPER,
)
BOTH = TwoPersons("ann", "bo")
NUMBER = "+8613800138000"
ON_DATABASE = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@dataclass
class Smith:
    """A locksmith, one verb a transaction."""

    database: Database
    vault: Vault
    smith: Locksmith

    async def do(
        self, verb: str, purpose: KeyPurpose, *rest: object, **more: object
    ) -> KeysChanged:
        async with self.database.transaction() as tx:
            return await getattr(self.smith, verb)(tx, purpose, *rest, **more)

    async def raise_floor(self) -> int:
        async with self.database.transaction() as tx:
            return await self.smith.raise_floor(tx)

    async def settle(self) -> int:
        await self.raise_floor()
        return await self.smith.barrier(self.database)

    async def reload(self, vault: Vault | None = None) -> None:
        async with self.database.read() as tx:
            await (vault or self.vault).ring.reload(tx)

    async def next_key(self, purpose: KeyPurpose, suite: int = INTERNATIONAL) -> int:
        version = (await self.do("add", purpose, suite)).version
        await self.do("distribute", purpose, version)
        await self.do("promote", purpose, version)
        await self.reload()
        return version

    async def states(self, purpose: KeyPurpose) -> dict[int, KeyState]:
        async with self.database.read() as tx:
            _, rows = await keys_store.keys(tx)
        return {row.version: row.state for row in rows if row.purpose is purpose}

    async def ref(self, purpose: KeyPurpose, version: int) -> KeyRef:
        async with self.database.read() as tx:
            _, rows = await keys_store.keys(tx)
        return next(row.ref for row in rows if (row.purpose, row.version) == (purpose, version))


@pytest.fixture
def smith(database: Database, vault: Vault) -> Smith:
    return Smith(database, vault, Locksmith(vault.ring, vault.ids, vault.clock))


async def sealed(database: Database, vault: Vault, who: str) -> bytes:
    async with database.transaction() as tx:
        return await vault.seal(tx, PHONE_FIELD, who, "row", NUMBER)


async def opened(database: Database, vault: Vault, who: str, value: bytes) -> str:
    async with database.read() as tx:
        return await vault.open(tx, PHONE_FIELD, who, "row", value)


async def another(database: Database, data_dir: Path) -> Vault:
    async with database.transaction() as tx:
        return await open_vault(tx, Config(data_dir=str(data_dir)), clock(), ids())
