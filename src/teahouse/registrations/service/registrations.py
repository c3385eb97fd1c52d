"""Registrations as one thing: the steps, and Matrix's stages over them."""

from dataclasses import dataclass

from teahouse.accounts.service import Accounts
from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.consent.service import Consent
from teahouse.gate.service import Gate
from teahouse.ids import Ids
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database
from teahouse.infra.vault.vault import Vault
from teahouse.profiles.service import Profiles
from teahouse.registrations.service.held import Held
from teahouse.registrations.service.interactive import Interactive
from teahouse.registrations.service.steps import Finisher, Steps


@dataclass(frozen=True)
class Registrations:
    """How a new account comes to be."""

    gate: Gate
    steps: Steps
    interactive: Interactive
    held: Held
    config: Config

    @property
    def finishers(self) -> list[Finisher]:
        """Called with ``(tx, Registered)`` in the transaction that makes an account."""
        return self.steps.finishers


def make_registrations(
    *,
    db: Database,
    log: Log,
    gate: Gate,
    accounts: Accounts,
    profiles: Profiles,
    consent: Consent,
    vault: Vault,
    config: Config,
    clock: Clock,
    ids: Ids,
) -> Registrations:
    """Put the steps and stages together, and let the gate count who is under way."""
    steps = Steps(db, log, gate.keeper, accounts, profiles, consent, vault, config, clock, ids)
    gate.policies.under_way.append(steps.in_flight)
    return Registrations(
        gate=gate,
        steps=steps,
        interactive=Interactive(steps, _house_key(vault)),
        held=Held(steps),
        config=config,
    )


def _house_key(vault: Vault) -> bytes:
    """Return the key that every worker of this house has; sessions are signed under one of it."""
    return vault.ring.index_keys[vault.ring.index_primary]
