"""Our own calls for signing in and for looking after one's account."""

from dataclasses import dataclass

from teahouse.accounts import wire
from teahouse.accounts.model import Device, WrongCredentials
from teahouse.accounts.routes.matrix import LOGINS, LOGINS_OF_NAME, PROOFS
from teahouse.accounts.service import Accounts
from teahouse.codes.model import CodeRequest
from teahouse.errors import Invalid
from teahouse.infra.http.caller import Caller
from teahouse.infra.http.limits import Limit, Limiter
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Auth, Route

CODES = Limit("sessions.code", per_minute=6, burst=6, by="address")


@dataclass(frozen=True)
class _Sessions:
    accounts: Accounts
    limiter: Limiter

    async def code(self, request: Request) -> Response:
        """Send a code, if anybody has the number; the answer does not tell."""
        body = await request.struct(wire.CodeIn)
        wanted = CodeRequest(body.kind, body.value, "sign_in", body.lang)
        async with self.accounts.db.transaction() as tx:
            started = await self.accounts.codes.start(tx, wanted)
        return json_response(wire.CodeOut(started.resend_after_seconds, started.expires_at), 202)

    async def open(self, request: Request) -> Response:
        """Sign in."""
        body = await request.struct(wire.SessionIn)
        device = Device(body.device_id, body.device_name, address=request.address)
        if body.kind == "password":
            who = (self.accounts.finder.kind_of(body.user), body.user)
            self.limiter.take(LOGINS_OF_NAME, self.accounts.finder.same_for_all(who))
            account, opened = await self.accounts.sign_in_password(who, body.password, device)
        elif body.kind in ("phone", "email"):
            account, opened = await self.accounts.sign_in_code(
                body.kind, body.value, body.code, device
            )
        else:
            raise Invalid("kind must be phone, email or password.")
        answer = wire.SessionOut(account.user_id, opened.access_token, opened.device_id)
        return json_response(answer)


@dataclass(frozen=True)
class _Account:
    accounts: Accounts

    async def sign_out(self, request: Request) -> Response:
        """Sign out one of the caller's devices from afar."""
        await self.accounts.end_session(request.caller, request.path["device_id"])
        return empty()

    async def code(self, request: Request) -> Response:
        """Send a code to the caller's own phone or address."""
        body = await request.struct(wire.ConfirmCodeIn)
        contacts = await self.accounts.identifiers(request.caller.account_id)
        if body.kind not in contacts:
            raise Invalid("kind must be phone or email, and one that the account has.")
        wanted = CodeRequest(body.kind, contacts[body.kind], "confirm", body.lang)
        async with self.accounts.db.transaction() as tx:
            started = await self.accounts.codes.start(tx, wanted)
        return json_response(wire.CodeOut(started.resend_after_seconds, started.expires_at), 202)

    async def deactivate(self, request: Request) -> Response:
        """End the caller's account for good."""
        body = await request.struct(wire.ProofIn)
        await self._prove(request.caller, body.password, body.kind, body.code)
        await self.accounts.deactivate(request.caller.account_id, body.erase)
        return empty()

    async def password(self, request: Request) -> Response:
        """Set a new password."""
        body = await request.struct(wire.NewPasswordIn)
        await self._prove(request.caller, body.password, body.kind, body.code)
        await self.accounts.change_password(request.caller, body.new_password, body.logout_devices)
        return empty()

    async def _prove(
        self, caller: Caller, password: str | None, kind: str | None, code: str | None
    ) -> None:
        """Refuse with ``WrongCredentials`` who shows neither the password nor a code."""
        account = await self.accounts.account(caller.user_id)
        if code is not None and kind is not None:
            contacts = await self.accounts.identifiers(caller.account_id)
            if kind not in contacts:
                raise WrongCredentials
            await self.accounts.codes.check_contact(kind, contacts[kind], "confirm", code)
        elif password is None or not await self.accounts.check_password(account, password):
            raise WrongCredentials


def routes(accounts: Accounts, limiter: Limiter) -> list[Route]:
    """Return our own routes of this domain."""
    return [*_session_routes(_Sessions(accounts, limiter)), *_account_routes(_Account(accounts))]


def _session_routes(sessions: _Sessions) -> list[Route]:
    """Return the ways to sign in."""
    return [
        Route(
            "POST",
            "/api/v1/sessions/code",
            sessions.code,
            auth=Auth.NONE,
            limit=CODES,
            status=202,
            summary="Have a code sent to sign in with",
            body=wire.CodeIn,
            answer=wire.CodeOut,
        ),
        Route(
            "POST",
            "/api/v1/sessions",
            sessions.open,
            auth=Auth.NONE,
            limit=LOGINS,
            summary="Sign in",
            body=wire.SessionIn,
            answer=wire.SessionOut,
        ),
    ]


def _account_routes(account: _Account) -> list[Route]:
    """Return what a person asks about their own account."""
    mine = "/api/v1/account"
    return [
        Route(
            "DELETE",
            f"{mine}/sessions/{{device_id}}",
            account.sign_out,
            summary="Sign out a device from afar",
        ),
        Route(
            "POST",
            f"{mine}/code",
            account.code,
            status=202,
            summary="Have a code sent to one's own phone or address",
            body=wire.ConfirmCodeIn,
            answer=wire.CodeOut,
        ),
        Route(
            "POST",
            f"{mine}/deactivate",
            account.deactivate,
            limit=PROOFS,
            summary="End one's account for good",
            body=wire.ProofIn,
        ),
        Route(
            "POST",
            f"{mine}/password",
            account.password,
            limit=PROOFS,
            summary="Set a new password",
            body=wire.NewPasswordIn,
        ),
    ]
