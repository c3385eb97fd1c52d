"""The doors and the sign-in of services: their accounts pass the gate like everybody's."""

from dataclasses import dataclass

from teahouse.accounts.model import (
    Account,
    Device,
    NoSuchAccount,
    OpenedSession,
    WrongCredentials,
    localpart_of,
    user_id_of,
)
from teahouse.accounts.service import Accounts
from teahouse.accounts.service.finder import Who
from teahouse.appservices.model import (
    Exclusive,
    NoSuchService,
    Service,
    check_named,
    check_owned,
)
from teahouse.appservices.service.registry import Registry
from teahouse.consent.model import Basis
from teahouse.gate.model.doors import Door
from teahouse.gate.model.policies import Attempt
from teahouse.registrations.model import Asked, Created, NewAccount
from teahouse.registrations.service import Registrations


@dataclass(frozen=True, repr=False)
class Ways:
    """How the accounts of services come to be, and in."""

    registry: Registry
    registrations: Registrations
    accounts: Accounts

    async def register(self, token: str, asked: Asked) -> Created:
        """Make one of a service's accounts.

        Raises ``UnknownToken``, ``GateClosed``, ``GatePaced``, ``Exclusive``, ``NameTaken``.
        """
        service = await self.registry.shown(token)
        attempt = self._attempt()
        await self.registrations.gate.check(attempt)
        localpart = self.accounts.check_localpart(check_named(asked.username))
        check_owned(service, user_id_of(localpart, service.server_name))
        new = NewAccount(
            username=localpart,
            device_id=asked.device_id,
            device_name=asked.initial_device_display_name,
            refresh=asked.refresh_token,
            sign_in=not asked.inhibit_login,
            service_id=service.service_id,
        )
        return await self.registrations.steps.at_once(attempt, new, Basis.ADMINISTRATOR)

    async def make_sender(self, service_id: str) -> None:
        """Make a service's own user, unless it is there. Raises ``GateClosed``, ``GatePaced``."""
        await self.registry.fresh()
        service = self.registry.memory.services.get(service_id)
        if service is None:
            raise NoSuchService
        if await self._is_there(service):
            return
        localpart = self.accounts.check_localpart(service.kept.sender_localpart)
        new = NewAccount(username=localpart, sign_in=False, service_id=service_id)
        attempt = self._attempt()
        await self.registrations.gate.check(attempt)
        await self.registrations.steps.at_once(attempt, new, Basis.ADMINISTRATOR)

    async def sign_in(self, token: str, who: Who, device: Device) -> tuple[Account, OpenedSession]:
        """Sign in one of a service's accounts. Raises ``UnknownToken``, ``Exclusive``."""
        service = await self.registry.shown(token)
        kind, written = who
        localpart = localpart_of(written, service.server_name) if kind == "user" else None
        if localpart is None:
            raise Exclusive
        user_id = user_id_of(localpart, service.server_name)
        check_owned(service, user_id)
        try:
            account = await self.accounts.account(user_id)
        except NoSuchAccount:
            raise WrongCredentials from None
        return await self.accounts.sign_in(account.account_id, device)

    async def _is_there(self, service: Service) -> bool:
        try:
            await self.accounts.account(service.sender)
        except NoSuchAccount:
            return False
        return True

    def _attempt(self) -> Attempt:
        region = self.registrations.config.profile
        return Attempt(doors=(Door.PROVISIONING,), account_class="personal", region=region)
