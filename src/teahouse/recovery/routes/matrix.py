"""Matrix's calls that ask once more who it is (Client-Server API, v1.18)."""

from dataclasses import dataclass
from typing import Any

from teahouse.errors import BadJson, Missing
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Route
from teahouse.proofs.model import asked
from teahouse.recovery import wire
from teahouse.recovery.service import Recovery

V3 = "/_matrix/client/v3"
PROOFS = Limit("account.proof", per_minute=6, burst=10)  # passwords tried with a stolen token


@dataclass(frozen=True)
class _Grave:
    recovery: Recovery

    async def device(self, request: Request) -> Response:
        """Sign out one of the caller's devices."""
        device_id = request.path["device_id"]
        return await self._end(request, [device_id], (await request.json_object()).get("auth"))

    async def devices(self, request: Request) -> Response:
        """Sign out several of them."""
        body = await request.struct(wire.DevicesIn)
        return await self._end(request, body.devices, body.auth)

    async def password(self, request: Request) -> Response:
        """Set a new password."""
        body, accounts = await request.struct(wire.PasswordIn), self.recovery.accounts
        if body.new_password is not None:
            accounts.check_new_password(body.new_password)
        refused = await self._confirmed(request, "password", body.auth)
        if refused:
            return refused
        if body.new_password is None:
            raise Missing("new_password is missing.")
        await self.recovery.set_password(
            request.caller, None, body.new_password, body.logout_devices
        )
        return empty()

    async def deactivate(self, request: Request) -> Response:
        """End the account for good, at once: Matrix's clients promise that."""
        body = await request.struct(wire.DeactivateIn)
        refused = await self._confirmed(request, "deactivate", body.auth)
        if refused:
            return refused
        await self.recovery.accounts.deactivate(request.caller.account_id, body.erase)
        return json_response({"id_server_unbind_result": "no-support"})

    async def contacts(self, request: Request) -> Response:
        """List proved contacts."""
        found = await self.recovery.accounts.finder.identifiers(request.caller.account_id)
        return json_response({"threepids": [wire.contact_out(*one) for one in found]})

    async def _end(self, request: Request, device_ids: list[str], auth: Any) -> Response:
        caller = request.caller
        operation = "devices " + " ".join(sorted(device_ids))
        if not caller.service_id:  # a service has shown its own token, and has no other proof
            refused = await self._confirmed(request, operation, auth)
            if refused:
                return refused
        whose = (caller.account_id, caller.user_id)
        await self.recovery.accounts.end_sessions_of(whose, device_ids)
        return empty()

    async def _confirmed(self, request: Request, operation: str, auth: Any) -> Response | None:
        """Return the 401 that asks the caller to show again who they are; ``None``: they did."""
        if auth is not None and not isinstance(auth, dict):
            raise BadJson("auth must be an object.")
        challenge = await self.recovery.confirming.confirm(request.caller, operation, auth)
        return json_response(asked(challenge), 401) if challenge else None


def routes(recovery: Recovery) -> list[Route]:
    """Return Matrix's routes of this domain."""
    grave = _Grave(recovery)
    return [
        Route("DELETE", f"{V3}/devices/{{device_id}}", grave.device, limit=PROOFS),
        Route("POST", f"{V3}/delete_devices", grave.devices, limit=PROOFS),
        Route("POST", f"{V3}/account/password", grave.password, limit=PROOFS),
        Route("POST", f"{V3}/account/deactivate", grave.deactivate, limit=PROOFS),
        Route("GET", f"{V3}/account/3pid", grave.contacts),
    ]
