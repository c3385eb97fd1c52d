"""Our own calls for looking after one's account."""

from dataclasses import dataclass

from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Route
from teahouse.recovery import wire
from teahouse.recovery.routes.matrix import PROOFS
from teahouse.recovery.service import Recovery

MINE = "/api/v1/account"


@dataclass(frozen=True)
class _Account:
    recovery: Recovery

    async def code(self, request: Request) -> Response:
        """Send a code to the caller's own phone or address."""
        body = await request.struct(wire.ConfirmCodeIn)
        sent = await self.recovery.confirming.send_code(request.caller, body.kind, body.lang)
        return json_response(wire.SentCodeOut(sent.resend_after_seconds, sent.expires_at), 202)

    async def deactivate(self, request: Request) -> Response:
        """End the caller's account for good."""
        body = await request.struct(wire.ProofIn)
        await self._prove(request, body)
        await self.recovery.accounts.deactivate(request.caller.account_id, body.erase)
        return empty()

    async def password(self, request: Request) -> Response:
        """Set a new password."""
        body = await request.struct(wire.NewPasswordIn)
        await self._prove(request, body)
        await self.recovery.accounts.change_password(
            request.caller, body.new_password, body.logout_devices
        )
        return empty()

    async def _prove(self, request: Request, shown: wire.ProofIn | wire.NewPasswordIn) -> None:
        await self.recovery.confirming.prove(request.caller, shown.password, shown.kind, shown.code)


def routes(recovery: Recovery) -> list[Route]:
    """Return what a person asks about their own account."""
    account = _Account(recovery)
    return [
        Route(
            "POST", f"{MINE}/code", account.code, status=202,
            summary="Have a code sent to one's own phone or address",
            body=wire.ConfirmCodeIn, answer=wire.SentCodeOut,
        ),
        Route(
            "POST", f"{MINE}/deactivate", account.deactivate, limit=PROOFS,
            summary="End one's account for good", body=wire.ProofIn,
        ),
        Route(
            "POST", f"{MINE}/password", account.password, limit=PROOFS,
            summary="Set a new password", body=wire.NewPasswordIn,
        ),
    ]  # fmt: skip
