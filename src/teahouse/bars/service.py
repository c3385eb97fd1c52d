"""Barring the contacts of an account, and refusing them wherever an account gets one."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from teahouse.accounts.service import Accounts
from teahouse.bars import store
from teahouse.bars.model import Barrable, Barred
from teahouse.bars.store import FIELD_OF, PURPOSE, NewBar
from teahouse.clock import Clock
from teahouse.ids import Ids
from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.vault import Vault

# Called with ``(tx, account_id)``: returns what an account of another domain's has.
Having = Callable[[Tx, str], Awaitable[Sequence[Barrable]]]


@dataclass(frozen=True, repr=False)
class Bars:
    """Contacts that come back by no door. ``listen`` once, before anybody registers."""

    vault: Vault
    accounts: Accounts
    clock: Clock
    ids: Ids
    having: list[Having] = field(default_factory=list[Having])

    def listen(self) -> None:
        """Be asked about every contact that an account is to have."""
        self.accounts.contact_checks.append(self.check)

    async def check(self, tx: Tx, kind: str, value: str) -> None:
        """Refuse a contact that is barred: ``Barred``."""
        if await self._is_barred(tx, kind, value):
            raise Barred

    async def bar(self, tx: Tx, account_id: str, case_id: str) -> int:
        """Bar every contact that an account has; return how many were not barred before."""
        count = 0
        for kind, value in await self._contacts(tx, account_id):
            if not await self._is_barred(tx, kind, value):
                await self._keep(tx, case_id, kind, value)
                count += 1
        return count

    async def lift(self, tx: Tx, case_id: str) -> None:
        """Let what a case has barred be used again, and destroy its keys."""
        for bar_id in await store.lift(tx, case_id):
            await self.vault.destroy_subject(tx, bar_id)

    async def _contacts(self, tx: Tx, account_id: str) -> list[Barrable]:
        known = await self.accounts.finder.reached_within(tx, account_id)
        contacts = [Barrable(one.kind, one.value) for one in known]
        for have in self.having:
            contacts += await have(tx, account_id)
        return contacts

    async def _keep(self, tx: Tx, case_id: str, kind: str, value: str) -> None:
        personal, bar_id = FIELD_OF[kind], self.ids.ulid()
        await self.vault.create_subject(tx, bar_id)
        await self.vault.grant(tx, bar_id, [PURPOSE])

        async def write() -> bool:
            sealed = await self.vault.seal(tx, personal, bar_id, bar_id, value)
            new = NewBar(bar_id, case_id, kind, sealed, self.clock.now())
            return await store.insert(tx, new, self.vault.indexer.slots(personal, value))

        await self.vault.ring.written(tx, write)

    async def _is_barred(self, tx: Tx, kind: str, value: str) -> bool:
        personal = FIELD_OF[kind]
        assert personal.normaliser is not None, "contacts are normalised"
        written = personal.normaliser.apply(value)
        wanted = self.vault.indexer.candidates(personal, written)
        for bar_id, sealed in await store.alike(tx, kind, wanted):
            if await self.vault.open(tx, personal, bar_id, bar_id, sealed) == written:
                return True
        return False
