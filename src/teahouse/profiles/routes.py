"""What people show: Matrix's profiles to everybody, and to oneself one's account and all of it."""

from dataclasses import dataclass

from teahouse.infra.http.caller import Caller
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.profiles import wire
from teahouse.profiles.model import NoSuchProfileField
from teahouse.profiles.service import Profiles

PROFILES = Limit("accounts.profiles", per_minute=600, burst=300, by="address")


@dataclass(frozen=True)
class _Shown:
    profiles: Profiles

    async def profile(self, request: Request) -> Response:
        """Show a profile."""
        return json_response(wire.profile_out(await self.profiles.one(request.path["user_id"])))

    async def field(self, request: Request) -> Response:
        """Show one field of a profile."""
        answer = wire.profile_out(await self.profiles.one(request.path["user_id"]))
        name = request.path["name"]
        if name not in answer:
            raise NoSuchProfileField
        return json_response({name: answer[name]})

    async def account(self, request: Request) -> Response:
        """Show the caller's account."""
        return json_response(await self._own(request.caller))

    async def export(self, request: Request) -> Response:
        """Give back everything that is kept here about the caller."""
        caller, accounts = request.caller, self.profiles.accounts
        contacts = await accounts.identifiers(caller.account_id)
        answer = wire.ExportOut(
            account=await self._own(caller),
            phone=contacts.get("phone"),
            email=contacts.get("email"),
            profile=wire.profile_out(await self.profiles.one(caller.user_id, own=True)),
            sessions=await accounts.devices(caller.account_id),
        )
        name = (b"content-disposition", b'attachment; filename="account.json"')
        return json_response(answer, headers=(name,))

    async def _own(self, caller: Caller) -> wire.AccountOut:
        accounts = self.profiles.accounts
        account = await accounts.account(caller.user_id)
        profile = await self.profiles.one(caller.user_id, own=True)
        contacts = await accounts.masked_identifiers(caller.account_id)
        return wire.AccountOut(
            account_id=account.account_id,
            user_id=account.user_id,
            account_class=account.account_class.value,
            region=account.region,
            state=account.state.value,
            display_name=profile.display_name,
            avatar_url=profile.avatar_url,
            phone_masked=contacts.get("phone"),
            email_masked=contacts.get("email"),
            has_password=await accounts.has_password(caller.account_id),
            created_at=account.created_at,
        )


def routes(profiles: Profiles) -> list[Route]:
    """Return the routes of this domain."""
    shown = _Shown(profiles)
    profile, mine = "/_matrix/client/v3/profile/{user_id}", "/api/v1/account"
    return [
        Route("GET", profile, shown.profile, auth=Auth.NONE, limit=PROFILES),
        Route("GET", f"{profile}/{{name}}", shown.field, auth=Auth.NONE, limit=PROFILES),
        Route("GET", mine, shown.account, summary="One's own account", answer=wire.AccountOut),
        Route(
            "GET",
            f"{mine}/export",
            shown.export,
            summary="All that is kept about one's account",
            answer=wire.ExportOut,
        ),
    ]
