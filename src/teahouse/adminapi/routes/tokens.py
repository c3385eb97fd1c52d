"""Registration tokens, as Synapse's tools ask for them: our invitations."""

from dataclasses import dataclass
from typing import Any

from teahouse.adminapi import wire
from teahouse.adminapi.model import READERS, REGISTRARS, NotChanged
from teahouse.adminapi.routes.asking import V1, flag, guarded
from teahouse.adminapi.service import AdminApi
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Route
from teahouse.operators.model import Role

BASE = f"{V1}/registration_tokens"


@dataclass(frozen=True, repr=False)
class _Tokens:
    api: AdminApi

    async def listed(self, request: Request, _actor: str) -> Response:
        """List invitations."""
        found = await self.api.tokens.every(flag(request, "valid"))
        return json_response({"registration_tokens": [wire.token_out(one) for one in found]})

    async def one(self, request: Request, _actor: str) -> Response:
        """Show one."""
        return json_response(wire.token_out(await self.api.tokens.find(request.path["token"])))

    async def make(self, request: Request, actor: str) -> Response:
        """Make one."""
        body = await request.struct(wire.TokenBody)
        token, given = await self.api.tokens.make(
            actor, body.token, body.uses_allowed, body.expiry_time
        )
        return json_response(wire.token_out(given, token))

    async def change(self, request: Request, _actor: str) -> Response:
        """Refuse: an invitation is not changed."""
        await request.ignored_body()
        await self.api.tokens.find(request.path["token"])
        raise NotChanged

    async def revoke(self, request: Request, actor: str) -> Response:
        """Take one back."""
        await self.api.tokens.revoke(actor, request.path["token"])
        return empty()


def routes(api: AdminApi) -> list[Route]:
    """Return the routes for registration tokens."""
    tokens = _Tokens(api)
    table: list[tuple[str, str, frozenset[Role], Any]] = [
        ("GET", BASE, READERS, tokens.listed),
        ("POST", f"{BASE}/new", REGISTRARS, tokens.make),
        ("GET", f"{BASE}/{{token}}", READERS, tokens.one),
        ("PUT", f"{BASE}/{{token}}", REGISTRARS, tokens.change),
        ("DELETE", f"{BASE}/{{token}}", REGISTRARS, tokens.revoke),
    ]
    return [
        Route(method, path, guarded(api, allowed, asked)) for method, path, allowed, asked in table
    ]
