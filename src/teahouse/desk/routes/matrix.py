"""What Matrix's server administrators may do with accounts (Client-Server API, v1.18)."""

from dataclasses import dataclass

from teahouse.accounts.model import (
    Account,
    AccountState,
    NoSuchAccount,
    NotAdministrator,
    NotLocal,
)
from teahouse.desk import wire
from teahouse.desk.service import Desk
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Route

ADMIN = "/_matrix/client/v1/admin"
REASON = "By a server administrator, through Matrix."


@dataclass(frozen=True, repr=False)
class _Administration:
    desk: Desk

    async def suspended(self, request: Request) -> Response:
        """Tell whether an account is suspended."""
        account = await self._target(request)
        return json_response({"suspended": account.state is AccountState.SUSPENDED})

    async def locked(self, request: Request) -> Response:
        """Tell whether an account is locked."""
        account = await self._target(request)
        return json_response({"locked": account.state is AccountState.LOCKED})

    async def suspend(self, request: Request) -> Response:
        """Suspend an account, or let it go."""
        wanted = (await request.struct(wire.SuspendIn)).suspended
        account = await self._target(request, acting=True)
        if wanted is not (account.state is AccountState.SUSPENDED):
            act = self.desk.suspend if wanted else self.desk.unsuspend
            await act(_actor(request), account.account_id, REASON)
        return json_response({"suspended": wanted})

    async def lock(self, request: Request) -> Response:
        """Lock an account, or open it again."""
        wanted = (await request.struct(wire.LockIn)).locked
        account = await self._target(request, acting=True)
        if wanted is not (account.state is AccountState.LOCKED):
            act = self.desk.lock if wanted else self.desk.unlock
            await act(_actor(request), account.account_id, REASON)
        return json_response({"locked": wanted})

    async def _target(self, request: Request, acting: bool = False) -> Account:
        """Return whom it is about; the right to ask is checked before anybody is looked up."""
        user_id = request.path["user_id"]
        if not request.caller.administrator or (acting and user_id == request.caller.user_id):
            raise NotAdministrator
        if not user_id.endswith(f":{self.desk.accounts.config.server_name}"):
            raise NotLocal
        account = await self.desk.accounts.account(user_id)
        if account.state is AccountState.DEACTIVATED:
            raise NoSuchAccount
        if acting and account.administrator:
            raise NotAdministrator
        return account


def _actor(request: Request) -> str:
    return f"account:{request.caller.account_id}"


def routes(desk: Desk) -> list[Route]:
    """Return Matrix's routes of this domain."""
    administration = _Administration(desk)
    return [
        Route("GET", f"{ADMIN}/suspend/{{user_id}}", administration.suspended),
        Route("PUT", f"{ADMIN}/suspend/{{user_id}}", administration.suspend),
        Route("GET", f"{ADMIN}/lock/{{user_id}}", administration.locked),
        Route("PUT", f"{ADMIN}/lock/{{user_id}}", administration.lock),
    ]
