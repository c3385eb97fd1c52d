"""Who is let in by a password, a code or a token."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from teahouse.accounts.model import (
    Account,
    AccountGone,
    AccountState,
    Device,
    OpenedSession,
    WrongCredentials,
)
from teahouse.accounts.service import Accounts
from teahouse.accounts.service.finder import Who
from teahouse.codes.model import CodeShown, WrongCode
from teahouse.entry.model import BadLoginType
from teahouse.errors import UnknownToken

Entered = tuple[Account, OpenedSession]
# Signs in by a login token, or returns ``None``: it is not one of its own.
TokenWay = Callable[[str, Device], Awaitable[Entered | None]]
# Signs in an account of an application service, which shows its token, by the account's name.
ServiceWay = Callable[[str, Who, Device], Awaitable[Entered]]
# Called with ``(account_id, kind, value)`` when a code was right, before anybody is let in.
CodeCheck = Callable[[str, str, str], Awaitable[None]]


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """The ways to sign in. ``flows`` are those that Matrix's clients are told of."""

    accounts: Accounts
    flows: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    token_ways: list[TokenWay] = field(default_factory=list[TokenWay])
    service_ways: list[ServiceWay] = field(default_factory=list[ServiceWay])
    code_checks: list[CodeCheck] = field(default_factory=list[CodeCheck])

    async def by_password(
        self, who: Who, password: str, device: Device, restore: bool = False
    ) -> Entered:
        """Sign in by name, phone or e-mail and password.

        Raises ``WrongCredentials`` alike for a wrong name and a wrong password, ``AccountGone``,
        ``AccountLocked``, ``Busy``; ``AccountLeaving`` unless it is to be called back.
        """
        finder = self.accounts.finder
        account = await finder.find(who)
        right = await finder.check_password(account, password, finder.same_for_all(who))
        if account is not None and account.state is AccountState.DEACTIVATED:
            raise AccountGone
        if account is None or not right:
            raise WrongCredentials
        return await self.accounts.sign_in(account.account_id, device, restore)

    async def by_code(self, kind: str, value: str, code: CodeShown, device: Device) -> Entered:
        """Sign in by a code sent to a phone or an address. Raises ``WrongCode``, ``AccountLocked``.

        Whoever listens in ``code_checks`` may refuse a code that alone is not enough.
        """
        account_id = await self.accounts.codes.check_contact(kind, value, "sign_in", code)
        if account_id is None:
            raise WrongCode
        for check in self.code_checks:
            await check(account_id, kind, value)
        await self.accounts.proved_again(account_id, kind, value)
        return await self.accounts.sign_in(account_id, device)

    async def by_token(self, token: str, device: Device) -> Entered:
        """Sign in by a login token that another domain gave. Raises ``WrongCredentials``."""
        for way in self.token_ways:
            if (entered := await way(token, device)) is not None:
                return entered
        raise WrongCredentials if self.token_ways else BadLoginType

    async def by_service(self, token: str, who: Who, device: Device) -> Entered:
        """Sign in an account of an application service. Raises ``UnknownToken``."""
        for way in self.service_ways:
            return await way(token, who, device)
        raise UnknownToken
