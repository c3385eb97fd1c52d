"""Registrations as one thing: the steps, and Matrix's stages over them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from teahouse.accounts.service import Accounts
from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.consent.service import Consent
from teahouse.gate.service import Gate
from teahouse.ids import Ids
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault.vault import Vault
from teahouse.profiles.service import Profiles
from teahouse.recovery.service.recycling import Recycling
from teahouse.registrations.model import Asked, Created, NewAccount, Registered, Registration
from teahouse.registrations.service.held import Held
from teahouse.registrations.service.interactive import Interactive
from teahouse.registrations.service.recycled import Recycled
from teahouse.registrations.service.steps import Finisher, Steps
from teahouse.screening.model.signals import Knock
from teahouse.screening.service import Screening

# Makes an account for an application service that shows its token.
ServiceWay = Callable[[str, Asked], Awaitable[Created]]
# Makes an account for a guest, by what the guest's device is called.
GuestWay = Callable[[str | None, Knock], Awaitable[Created]]


@dataclass(frozen=True, repr=False)
class Registrations:
    """How a new account comes to be."""

    gate: Gate
    steps: Steps
    interactive: Interactive
    held: Held
    recycled: Recycled
    config: Config
    service_ways: list[ServiceWay] = field(default_factory=list[ServiceWay], repr=False)
    guest_ways: list[GuestWay] = field(default_factory=list[GuestWay], repr=False)

    @property
    def finishers(self) -> list[Finisher]:
        """Called with ``(tx, Registered)`` in the transaction that makes an account."""
        return self.steps.finishers


def make_registrations(
    *,
    db: Database,
    log: Log,
    gate: Gate,
    screening: Screening,
    accounts: Accounts,
    profiles: Profiles,
    consent: Consent,
    vault: Vault,
    config: Config,
    clock: Clock,
    ids: Ids,
    recycling: Recycling | None = None,
) -> Registrations:
    """Put the steps and stages together, and let the gate count who is under way."""
    steps = Steps(
        db, log, gate.keeper, screening, accounts, profiles, consent, vault, config, clock, ids,
        recycling,
    )  # fmt: skip
    gate.policies.under_way.append(steps.in_flight)

    async def judge(tx: Tx, registration: Registration, _new: NewAccount) -> str | None:
        return await screening.judge(tx, registration.digest)

    async def became(tx: Tx, made: Registered) -> None:
        if made.registration is not None:
            digest = made.registration.digest
            await screening.weighing.became(tx, digest, made.account.account_id)

    steps.judges.append(judge)
    steps.finishers.append(became)
    return Registrations(
        gate=gate,
        steps=steps,
        interactive=Interactive(steps, vault.ring.house_keys),
        held=Held(steps),
        recycled=Recycled(steps),
        config=config,
    )
