"""Our own calls for looking after one's account."""

from dataclasses import dataclass

from teahouse.codes.model import CodeShown
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Route
from teahouse.recovery import wire
from teahouse.recovery.routes.matrix import PROOFS
from teahouse.recovery.service import Recovery

MINE = "/api/v1/account"
NEW_CONTACTS = Limit("account.contacts", per_minute=4, burst=6)


@dataclass(frozen=True)
class _Account:
    recovery: Recovery

    async def code(self, request: Request) -> Response:
        """Send a code to the caller's own phone or address."""
        body = await request.struct(wire.ConfirmCodeIn)
        sent = await self.recovery.confirming.send_code(request.caller, body.kind, body.lang)
        return json_response(wire.SentCodeOut(sent.resend_after_seconds, sent.expires_at), 202)

    async def deactivate(self, request: Request) -> Response:
        """Begin to end the caller's account."""
        body = await request.struct(wire.ProofIn)
        until = await self.recovery.leaving.leave(request.caller, wire.shown(body), body.erase)
        return json_response(wire.LeftOut(until))

    async def password(self, request: Request) -> Response:
        """Set a new password."""
        body = await request.struct(wire.NewPasswordIn)
        await self.recovery.set_password(
            request.caller, wire.shown(body), body.new_password, body.logout_devices
        )
        return empty()

    async def security(self, request: Request) -> Response:
        """Show what happened to the caller's account, and what keeps it safe."""
        caller, recovery = request.caller, self.recovery
        notices = await recovery.telling.listed(caller)
        kept = await recovery.kept(caller.account_id)
        answer = wire.SecurityOut(
            notices=[wire.notice_out(notice, caller.device_id) for notice in notices],
            contacts=[wire.contact_masked(one, kept.claimed) for one in kept.contacts],
            printed_left=kept.printed_left,
            return_ready_at=kept.return_ready_at,
        )
        return json_response(answer)

    async def seen(self, request: Request) -> Response:
        """Note what this device has shown."""
        body = await request.struct(wire.SeenIn)
        await self.recovery.telling.seen(request.caller, body.notice_ids)
        return empty()

    async def print_codes(self, request: Request) -> Response:
        """Make new recovery codes."""
        shown = wire.shown(await request.struct(wire.ProofIn))
        codes = await self.recovery.returning.print_codes(request.caller, shown)
        return json_response(wire.PrintedOut(codes))

    async def cancel(self, request: Request) -> Response:
        """Stop a way back that somebody else has begun."""
        await request.ignored_body()
        await self.recovery.returning.cancel(request.caller)
        return empty()


@dataclass(frozen=True)
class _Contacts:
    recovery: Recovery

    async def begin(self, request: Request) -> Response:
        """Send a code to a new contact."""
        body = await request.struct(wire.ContactIn)
        sent = await self.recovery.contacts.begin(
            request.caller, wire.shown(body), body.contact_kind, body.value, body.lang
        )
        return json_response(wire.SentCodeOut(sent.resend_after_seconds, sent.expires_at), 202)

    async def finish(self, request: Request) -> Response:
        """Take the new contact."""
        body = await request.struct(wire.ContactDoneIn)
        await self.recovery.contacts.finish(
            request.caller, body.contact_kind, body.value, CodeShown(body.code), body.replace
        )
        return empty()

    async def remove(self, request: Request) -> Response:
        """Take a contact off."""
        body = await request.struct(wire.ContactGoneIn)
        await self.recovery.contacts.remove(
            request.caller, wire.shown(body), body.contact_kind, body.rank
        )
        return empty()

    async def keep(self, request: Request) -> Response:
        """Say that a contact is still the caller's."""
        body = await request.struct(wire.ContactKeptIn)
        await self.recovery.contacts.keep(request.caller, body.contact_kind, CodeShown(body.code))
        return empty()


def routes(recovery: Recovery) -> list[Route]:
    """Return what a person asks about their own account."""
    return [*_grave(_Account(recovery)), *_contacts(_Contacts(recovery))]


def _grave(account: _Account) -> list[Route]:
    return [
        Route(
            "POST", f"{MINE}/code", account.code, status=202, locked=True,
            summary="Have a code sent to one's own phone or address",
            body=wire.ConfirmCodeIn, answer=wire.SentCodeOut,
        ),
        Route(
            "POST", f"{MINE}/deactivate", account.deactivate, limit=PROOFS, locked=True,
            summary="Delete one's account; it can be called back for some days",
            body=wire.ProofIn, answer=wire.LeftOut,
        ),
        Route(
            "POST", f"{MINE}/password", account.password, limit=PROOFS,
            summary="Set a new password", body=wire.NewPasswordIn,
        ),
        Route(
            "GET", f"{MINE}/security", account.security,
            summary="What happened to one's account, and what keeps it safe",
            answer=wire.SecurityOut,
        ),
        Route(
            "POST", f"{MINE}/security/seen", account.seen,
            summary="Note which notices this device has shown", body=wire.SeenIn,
        ),
        Route(
            "POST", f"{MINE}/recovery-codes", account.print_codes, limit=PROOFS,
            summary="Make new recovery codes to print", body=wire.ProofIn, answer=wire.PrintedOut,
        ),
        Route(
            "POST", f"{MINE}/recovery/cancel", account.cancel,
            summary="Stop somebody who is getting into the account by recovery",
        ),
    ]  # fmt: skip


def _contacts(contacts: _Contacts) -> list[Route]:
    return [
        Route(
            "POST", f"{MINE}/contacts", contacts.begin, limit=NEW_CONTACTS, status=202,
            summary="Have a code sent to a new number or address",
            body=wire.ContactIn, answer=wire.SentCodeOut,
        ),
        Route(
            "POST", f"{MINE}/contacts/finish", contacts.finish, limit=PROOFS,
            summary="Add or change a number or address", body=wire.ContactDoneIn,
        ),
        Route(
            "POST", f"{MINE}/contacts/remove", contacts.remove, limit=PROOFS,
            summary="Take a number or address off", body=wire.ContactGoneIn,
        ),
        Route(
            "POST", f"{MINE}/contacts/keep", contacts.keep, limit=PROOFS,
            summary="Say that a number which somebody else claims is still one's own",
            body=wire.ContactKeptIn,
        ),
    ]  # fmt: skip
