"""Matrix's calls for sessions, devices and passwords (Client-Server API, v1.18)."""

from dataclasses import dataclass
from typing import Any

from teahouse.accounts.model import (
    Account,
    Device,
    NoSuchDevice,
    NotAdministrator,
    OpenedSession,
)
from teahouse.accounts.service import Accounts
from teahouse.entry import model, wire
from teahouse.entry.model import BadLoginType
from teahouse.entry.service import Entry
from teahouse.errors import Missing
from teahouse.infra.http.limits import Limit, Limiter
from teahouse.infra.http.request import Request, bearer
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Auth, Route

V3 = "/_matrix/client/v3"
PASSWORD = "m.login.password"  # noqa: S105 - the name of a way to sign in
TOKEN = "m.login.token"  # noqa: S105 - the same
SERVICE = "m.login.application_service"
LOGINS = Limit("login", per_minute=30, burst=20, by="address")
LOGINS_OF_NAME = Limit("login.name", per_minute=6, burst=10)


@dataclass(frozen=True, repr=False)
class _Sessions:
    entry: Entry
    limiter: Limiter

    @property
    def accounts(self) -> Accounts:
        return self.entry.accounts

    async def flows(self, _request: Request) -> Response:
        """Tell how one may sign in."""
        return json_response({"flows": [{"type": PASSWORD}, *self.entry.flows]})

    async def login(self, request: Request) -> Response:
        """Sign in by password, or by a login token."""
        body = await request.struct(wire.LoginIn)
        device = Device(
            body.device_id, body.initial_device_display_name, body.refresh_token, request.address
        )
        if body.type == TOKEN:
            if body.token is None:
                raise Missing("token is missing.")
            return self._answer(await self.entry.by_token(body.token, device))
        if body.type not in (PASSWORD, SERVICE):
            raise BadLoginType
        if body.type == PASSWORD and body.password is None:
            raise Missing("password is missing.")
        who = model.uia_user(
            {
                "identifier": body.identifier,
                "user": body.user,
                "address": body.address,
                "medium": body.medium,
            }
        )
        if who is None:
            raise Missing("identifier is missing or of an unknown type.")
        if body.type == SERVICE or body.password is None:
            token = bearer(request)
            return self._answer(await self.entry.by_service(token, who, device))
        self.limiter.take(LOGINS_OF_NAME, self.accounts.finder.same_for_all(who))
        return self._answer(await self.entry.by_password(who, body.password, device))

    def _answer(self, entered: tuple[Account, OpenedSession]) -> Response:
        config = self.accounts.config
        return json_response(wire.login_out(*entered, config.server_name, config.public_url))

    async def refresh(self, request: Request) -> Response:
        """Exchange a refresh token."""
        body = await request.struct(wire.RefreshIn)
        opened = await self.accounts.sessions.refresh(body.refresh_token)
        answer = {"access_token": opened.access_token, **wire.refresh_fields(opened)}
        return json_response(answer)

    async def logout(self, request: Request) -> Response:
        """End this session."""
        await request.ignored_body()
        await self.accounts.logout(request.caller)
        return empty()

    async def logout_all(self, request: Request) -> Response:
        """End every session."""
        await request.ignored_body()
        await self.accounts.logout_all(request.caller)
        return empty()

    async def whoami(self, request: Request) -> Response:
        """Tell whose token it is."""
        caller = request.caller
        return json_response(
            {"user_id": caller.user_id, "is_guest": caller.guest}
            | ({"device_id": caller.device_id} if caller.device_id else {})
        )


@dataclass(frozen=True, repr=False)
class _Devices:
    accounts: Accounts

    async def listed(self, request: Request) -> Response:
        """List the caller's devices."""
        found = await self.accounts.devices(request.caller.account_id)
        return json_response({"devices": [wire.device_out(session) for session in found]})

    async def one(self, request: Request) -> Response:
        """Show one of them."""
        for session in await self.accounts.devices(request.caller.account_id):
            if session.device_id == request.path["device_id"]:
                return json_response(wire.device_out(session))
        raise NoSuchDevice

    async def rename(self, request: Request) -> Response:
        """Give one of them another name."""
        body, caller = await request.struct(wire.DeviceIn), request.caller
        name, device_id = body.display_name, request.path["device_id"]
        try:
            await self.accounts.rename_device(caller, device_id, name)
        except NoSuchDevice:
            if not caller.service_id:
                raise
            # Services make devices so, and sign in for none ("Device management" of v1.17).
            await self.accounts.sign_in(caller.account_id, Device(device_id, name))
            return json_response({}, 201)
        return empty()


@dataclass(frozen=True, repr=False)
class _Administration:
    accounts: Accounts

    async def whois(self, request: Request) -> Response:
        """Tell an administrator, or the user, from where the user is signed in."""
        caller, user_id = request.caller, request.path["user_id"]
        if user_id != caller.user_id and not caller.administrator:
            raise NotAdministrator
        account = await self.accounts.account(user_id)
        devices: dict[str, Any] = {}
        for session in await self.accounts.devices(account.account_id):
            connection: dict[str, Any] = {"last_seen": wire.ms(session.last_seen_at)}
            if session.last_seen_address is not None:
                connection["ip"] = session.last_seen_address
            devices[session.device_id] = {"sessions": [{"connections": [connection]}]}
        return json_response({"user_id": user_id, "devices": devices})


def routes(entry: Entry, limiter: Limiter) -> list[Route]:
    """Return Matrix's routes of this domain."""
    accounts = entry.accounts
    sessions, devices = _Sessions(entry, limiter), _Devices(accounts)
    administration = _Administration(accounts)
    device = f"{V3}/devices/{{device_id}}"
    return [
        Route("GET", f"{V3}/login", sessions.flows, auth=Auth.NONE),
        Route("POST", f"{V3}/login", sessions.login, auth=Auth.NONE, limit=LOGINS),
        Route("POST", f"{V3}/refresh", sessions.refresh, auth=Auth.NONE, limit=LOGINS),
        Route("POST", f"{V3}/logout", sessions.logout, locked=True),
        Route("POST", f"{V3}/logout/all", sessions.logout_all, locked=True),
        Route("GET", f"{V3}/account/whoami", sessions.whoami),
        Route("GET", f"{V3}/devices", devices.listed),
        Route("GET", device, devices.one),
        Route("PUT", device, devices.rename),
        Route("GET", f"{V3}/admin/whois/{{user_id}}", administration.whois),
    ]
