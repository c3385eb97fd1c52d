"""Our own calls for signing in and for looking after one's account."""

from dataclasses import dataclass

from teahouse.accounts.model import Device
from teahouse.accounts.service import Accounts
from teahouse.codes.model import CodeRequest, CodeShown
from teahouse.entry import wire
from teahouse.entry.routes.matrix import LOGINS, LOGINS_OF_NAME
from teahouse.entry.service import Entry
from teahouse.errors import Invalid
from teahouse.infra.http.limits import Limit, Limiter, address_prefix
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Auth, Route

CODES = Limit("sessions.code", per_minute=6, burst=6, by="address")


@dataclass(frozen=True, repr=False)
class _Sessions:
    entry: Entry
    limiter: Limiter

    async def code(self, request: Request) -> Response:
        """Send a code, if anybody has the number; the answer does not tell."""
        body = await request.struct(wire.CodeIn)
        asker = address_prefix(request.address)
        wanted = CodeRequest(body.kind, body.value, "sign_in", body.lang, asker)
        async with self.entry.accounts.db.transaction() as tx:
            started = await self.entry.accounts.codes.start(tx, wanted)
        answer = wire.CodeOut(started.resend_after_seconds, started.expires_at, started.code_id)
        return json_response(answer, 202)

    async def open(self, request: Request) -> Response:
        """Sign in."""
        body = await request.struct(wire.SessionIn)
        device = Device(body.device_id, body.device_name, address=request.address)
        if body.kind == "password":
            finder = self.entry.accounts.finder
            who = (finder.kind_of(body.user), body.user)
            self.limiter.take(LOGINS_OF_NAME, finder.same_for_all(who))
            account, opened = await self.entry.by_password(who, body.password, device, body.restore)
        elif body.kind in ("phone", "email"):
            shown = CodeShown(body.code, body.code_id, address_prefix(request.address))
            account, opened = await self.entry.by_code(body.kind, body.value, shown, device)
        else:
            raise Invalid("kind must be phone, email or password.")
        answer = wire.SessionOut(account.user_id, opened.access_token, opened.device_id)
        return json_response(answer)


@dataclass(frozen=True, repr=False)
class _Account:
    accounts: Accounts

    async def sign_out(self, request: Request) -> Response:
        """Sign out one of the caller's devices from afar."""
        await self.accounts.end_session(request.caller, request.path["device_id"])
        return empty()


def routes(entry: Entry, limiter: Limiter) -> list[Route]:
    """Return our own routes of this domain."""
    sessions, account = _Sessions(entry, limiter), _Account(entry.accounts)
    return [*_session_routes(sessions), *_account_routes(account)]


def _session_routes(sessions: _Sessions) -> list[Route]:
    """Return the ways to sign in."""
    return [
        Route(
            "POST", "/api/v1/sessions/code", sessions.code, auth=Auth.NONE, limit=CODES, status=202,
            summary="Have a code sent to sign in with", body=wire.CodeIn, answer=wire.CodeOut,
        ),
        Route(
            "POST", "/api/v1/sessions", sessions.open, auth=Auth.NONE, limit=LOGINS,
            summary="Sign in", body=wire.SessionIn, answer=wire.SessionOut,
        ),
    ]  # fmt: skip


def _account_routes(account: _Account) -> list[Route]:
    """Return what a person asks about their own account."""
    return [
        Route(
            "DELETE", "/api/v1/account/sessions/{device_id}", account.sign_out,
            summary="Sign out a device from afar",
        ),
    ]  # fmt: skip
