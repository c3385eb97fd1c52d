"""The gate as one thing: its keeper, its rules, the registrations that go through it."""

from dataclasses import dataclass

from teahouse.accounts.service import Accounts
from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.consent.service import Consent
from teahouse.gate.model.notices import Notice
from teahouse.gate.model.policies import Attempt
from teahouse.gate.service.interactive import Interactive
from teahouse.gate.service.keeper import Keeper
from teahouse.gate.service.policies import Policies
from teahouse.gate.service.registrations import Finisher, Registrations
from teahouse.ids import Ids
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database
from teahouse.infra.vault.vault import Vault


@dataclass(frozen=True)
class Gate:
    """Whether a new account may come to be."""

    keeper: Keeper
    policies: Policies
    registrations: Registrations
    interactive: Interactive
    config: Config

    @property
    def finishers(self) -> list[Finisher]:
        """Called with ``(tx, Registered)`` in the transaction that makes an account."""
        return self.registrations.finishers

    async def check(self, attempt: Attempt) -> None:
        """Refuse who would not be let in now: ``GateClosed`` or ``GatePaced`` with the notice."""
        await self.keeper.check(attempt)

    async def notices(self) -> list[Notice]:
        """Return what people are to be told now."""
        return await self.keeper.notices()


def make_gate(
    *,
    db: Database,
    log: Log,
    audit: Audit,
    accounts: Accounts,
    consent: Consent,
    vault: Vault,
    config: Config,
    clock: Clock,
    ids: Ids,
) -> Gate:
    """Put the gate together."""
    keeper = Keeper(db, log, clock, ids)
    registrations = Registrations(keeper, accounts, consent, vault, config)
    return Gate(
        keeper=keeper,
        policies=Policies(keeper, audit, config),
        registrations=registrations,
        interactive=Interactive(registrations, _house_key(vault)),
        config=config,
    )


def _house_key(vault: Vault) -> bytes:
    """Return the key that every worker of this house has; sessions are signed under one of it."""
    return vault.ring.index_keys[vault.ring.index_primary]
