"""Our own calls for coming back in: nobody here has a session yet."""

from dataclasses import dataclass

from teahouse.accounts.model import Account, Device, OpenedSession
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.recovery import wire
from teahouse.recovery.service import Recovery

BACK = "/api/v1/recovery"
PRINTED = Limit("recovery.begin", per_minute=3, burst=6, by="address")
STEPS = Limit("recovery.steps", per_minute=10, burst=20, by="address")


@dataclass(frozen=True)
class _Back:
    recovery: Recovery

    async def undo(self, request: Request) -> Response:
        """Do what a link in a message is for."""
        word = (await request.struct(wire.LinkIn)).word
        return json_response(wire.LinkOut(await self.recovery.undo(word)))

    async def begin(self, request: Request) -> Response:
        """Begin to come back by a printed code."""
        printed = (await request.struct(wire.ReturnIn)).printed
        begun = await self.recovery.returning.begin(printed)
        return json_response(wire.ReturnOut(begun.token, begun.ready_at), 202)

    async def finish(self, request: Request) -> Response:
        """Come in, once the wait is over."""
        body = await request.struct(wire.ReturnDoneIn)
        device = Device(None, body.device_name, address=request.address)
        return _entered(await self.recovery.returning.finish(body.token, body.password, device))

    async def code(self, request: Request) -> Response:
        """Send a code to another contact."""
        body = await request.struct(wire.TicketCodeIn)
        sent = await self.recovery.returning.send_code(body.ticket, body.kind, body.lang)
        return json_response(wire.SentCodeOut(sent.resend_after_seconds, sent.expires_at), 202)

    async def prove(self, request: Request) -> Response:
        """Show what is needed beside a code."""
        body = await request.struct(wire.TicketIn)
        device = Device(None, body.device_name, address=request.address)
        returning = self.recovery.returning
        return _entered(await returning.prove(body.ticket, wire.shown(body), device, body.restore))


def _entered(entered: tuple[Account, OpenedSession]) -> Response:
    account, opened = entered
    answer = wire.EnteredOut(account.user_id, opened.access_token, opened.device_id)
    return json_response(answer)


def routes(recovery: Recovery) -> list[Route]:
    """Return the ways back."""
    back = _Back(recovery)
    return [
        Route(
            "POST", f"{BACK}/undo", back.undo, auth=Auth.NONE, limit=STEPS,
            summary="Take back what a message told of", body=wire.LinkIn, answer=wire.LinkOut,
        ),
        Route(
            "POST", f"{BACK}/begin", back.begin, auth=Auth.NONE, limit=PRINTED, status=202,
            summary="Begin to come back by a printed code",
            body=wire.ReturnIn, answer=wire.ReturnOut,
        ),
        Route(
            "POST", f"{BACK}/finish", back.finish, auth=Auth.NONE, limit=STEPS,
            summary="Come in, once the wait is over",
            body=wire.ReturnDoneIn, answer=wire.EnteredOut,
        ),
        Route(
            "POST", f"{BACK}/code", back.code, auth=Auth.NONE, limit=STEPS, status=202,
            summary="Have a code sent to another contact of the account",
            body=wire.TicketCodeIn, answer=wire.SentCodeOut,
        ),
        Route(
            "POST", f"{BACK}/prove", back.prove, auth=Auth.NONE, limit=STEPS,
            summary="Show what is needed beside a code, or call an account back",
            body=wire.TicketIn, answer=wire.EnteredOut,
        ),
    ]  # fmt: skip
