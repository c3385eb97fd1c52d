"""People whose contacts are sealed and indexed in the table of accounts, for a sweep to go through."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from teahouse.accounts.store.personal import EMAIL, PHONE, SEALED
from teahouse.clock import FixedClock
from teahouse.infra.vault import store
from teahouse.infra.vault.envelope import key_of
from teahouse.infra.vault.suites import INTERNATIONAL
from teahouse.infra.vault.sweep.sweep import Sweep, Swept, Wanted
from teahouse.infra.vault.vault import Vault
from teahouse.infra.vault.verifier import Looking, Verified, Verifier

from .conftest import INDEX, NOON, Smith

CONTACTS = SEALED[0]
LATER = NOON + timedelta(hours=1)
ACCOUNT = """
insert into accounts_accounts (
    account_id, localpart, user_id, account_class, region, regime_version, door, admission_id,
    created_at
) values ($1, $1, $1, 'personal', 'intl', 1, 'name', $1, $2)"""
IDENTIFIER = """
insert into accounts_identifiers (
    account_id, kind, phone, email, verified_at, odd_version, odd_digest, even_version, even_digest
)
select $1, $2, $3, $4, $5, $6, $7, $8, $9 where vault_current($10)"""
FOUND = """
select account_id from accounts_identifiers where kind = 'phone' and (
    odd_version = $1 and odd_digest = $2 or even_version = $1 and even_digest = $2
)"""
ROWS = """
select account_id, kind, coalesce(phone, email), odd_version, even_version
from accounts_identifiers order by account_id, kind"""


def phone(nth: int) -> str:
    return f"+4479111{nth:05d}"


@dataclass
class Contacts:
    """Accounts with a number and an address each, and what is asked of them."""

    smith: Smith

    @property
    def vault(self) -> Vault:
        return self.smith.vault

    async def person(self, nth: int, who: str = "") -> str:
        vault, account_id = self.vault, who or self.vault.ids.ulid()
        async with self.smith.database.transaction() as tx:
            await tx.run(ACCOUNT, account_id, NOON)
            await vault.create_subject(tx, account_id)
            await vault.grant(tx, account_id, [PHONE.purpose, EMAIL.purpose])
            for field, value in ((PHONE, phone(nth)), (EMAIL, f"p{nth}@tea.example")):
                sealed = await vault.seal(tx, field, account_id, account_id, value)
                kind = field.column
                both = (sealed if kind == "phone" else None, sealed if kind == "email" else None)
                index = vault.indexer.slots(field, value)
                assert await tx.run(IDENTIFIER, account_id, kind, *both, NOON, *index) == 1
        return account_id

    async def people(self, count: int) -> list[str]:
        return [await self.person(nth) for nth in range(count)]

    async def second_version(self, suite: int = INTERNATIONAL) -> int:
        """Have indexes written under the next version, too."""
        version = (await self.smith.do("add", INDEX, suite)).version
        await self.smith.do("distribute", INDEX, version)
        async with self.smith.database.transaction() as tx:
            await self.smith.smith.write_also(tx, version)
        await self.smith.reload()
        return version

    def sweep(self, made: type[Sweep] = Sweep, at: datetime = LATER) -> Sweep:
        vault = self.vault
        return made(self.smith.database, vault.ring, vault.ids, FixedClock(at))

    async def swept(self, rows_max: int = 3, **wanted: object) -> Swept:
        return await self.sweep().whole(CONTACTS, Wanted(**wanted), rows_max)

    async def verified(self, **looking: object) -> Verified:
        verifier = Verifier(self.smith.database, self.vault.ring, b"k" * 32)
        return await verifier.table(CONTACTS, Looking(**looking))

    async def rows(self) -> list[tuple[str, str, bytes, int | None, int | None]]:
        async with self.smith.database.read() as tx:
            return [tuple(row) for row in await tx.rows(ROWS)]

    async def found(self, nth: int) -> str | None:
        """Find an account by its number."""
        async with self.smith.database.read() as tx:
            for index in self.vault.indexer.candidates(PHONE, phone(nth)):
                who = await tx.value(FOUND, index.version, index.digest)
                if who is not None:
                    return who
        return None

    async def text(self, account_id: str, kind: str = "phone") -> str:
        """Open a contact, by the vault's own way."""
        field = PHONE if kind == "phone" else EMAIL
        async with self.smith.database.read() as tx:
            sealed = await tx.value(
                "select coalesce(phone, email) from accounts_identifiers"
                " where account_id = $1 and kind = $2",
                account_id,
                kind,
            )
            return await self.vault.open(tx, field, account_id, account_id, sealed)

    async def ages(self) -> set[datetime]:
        """Return when the keys were made that the contacts are sealed under."""
        refs = {key_of(row[2]) for row in await self.rows()}
        async with self.smith.database.read() as tx:
            deks = await store.sweeping.with_ages(tx, list(refs))
        return {dek.created_at for dek in deks.values()}

    def on_another_host(self) -> "Contacts":
        """The same, by a worker with its own idea of the keys."""
        ring = replace(self.vault.ring)
        vault = replace(self.vault, ring=ring)
        return Contacts(replace(self.smith, vault=vault))
