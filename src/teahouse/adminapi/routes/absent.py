"""What Synapse has and this house has not: each call is answered so that its tool can say it."""

from dataclasses import dataclass
from typing import Any

from teahouse.adminapi.model import (
    ACTORS,
    OWNERS,
    READERS,
    NotOffered,
    OwnDevices,
    OwnKeeping,
    OwnKeys,
    OwnRooms,
)
from teahouse.adminapi.routes.asking import V1, V2, guarded
from teahouse.adminapi.service import AdminApi
from teahouse.errors import NotFound, Refused
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Route

_USER = f"{V1}/users/{{user_id}}"
_ROOM = f"{V1}/rooms/{{room_id}}"
_THERE = f"{V1}/federation/destinations"

# There is none of it, and so says the answer.
NONE: dict[tuple[str, str], dict[str, Any]] = {
    ("GET", f"{_USER}/override_ratelimit"): {},
    ("DELETE", f"{_USER}/override_ratelimit"): {},
    ("DELETE", f"{_USER}/shadow_ban"): {},
    ("GET", f"{V1}/experimental_features/{{user_id}}"): {"features": {}},
    ("GET", _THERE): {"destinations": [], "total": 0},
    ("POST", f"{V1}/purge_media_cache"): {"deleted": 0},
    ("DELETE", f"{_ROOM}/forward_extremities"): {"deleted": 0},
}

# It is not done here, or not by operators.
REFUSED: dict[tuple[str, str], type[Refused]] = {
    ("POST", f"{_USER}/override_ratelimit"): NotOffered,
    ("POST", f"{_USER}/shadow_ban"): NotOffered,
    ("GET", f"{_USER}/sent_invite_count"): NotOffered,
    ("GET", f"{_USER}/cumulative_joined_room_count"): NotOffered,
    ("GET", f"{_USER}/accountdata"): OwnKeeping,
    ("POST", f"{_USER}/_allow_cross_signing_replacement_without_uia"): OwnKeys,
    ("POST", f"{V2}/users/{{user_id}}/devices"): OwnDevices,
    ("PUT", f"{V2}/users/{{user_id}}/devices/{{device_id}}"): OwnDevices,
    ("GET", f"{V1}/auth_providers/{{provider}}/users/{{external_id}}"): NotOffered,
    ("PUT", f"{V1}/experimental_features/{{user_id}}"): NotOffered,
    ("POST", f"{V1}/account_validity/validity"): NotOffered,
    ("POST", f"{V1}/user/{{user_id}}/redact"): NotOffered,
    ("GET", f"{V1}/user/redact_status/{{redact_id}}"): NotFound,
    ("POST", f"{V1}/purge_history/{{room_id}}"): NotOffered,
    ("POST", f"{V1}/purge_history/{{room_id}}/{{event_id}}"): NotOffered,
    ("GET", f"{V1}/purge_history_status/{{purge_id}}"): NotFound,
    ("POST", f"{V1}/media/delete"): NotOffered,
    ("POST", f"{V1}/media/protect/{{media_id}}"): NotOffered,
    ("POST", f"{V1}/media/unprotect/{{media_id}}"): NotOffered,
    ("POST", f"{V1}/send_server_notice"): NotOffered,
    ("PUT", f"{V1}/send_server_notice/{{txn_id}}"): NotOffered,
    ("PUT", f"{_ROOM}/block"): NotOffered,
    ("POST", f"{_ROOM}/make_room_admin"): OwnRooms,
    ("POST", f"{V1}/join/{{room_id}}"): OwnRooms,
    ("GET", f"{_THERE}/{{destination}}"): NotFound,
    ("GET", f"{_THERE}/{{destination}}/rooms"): NotFound,
    ("POST", f"{_THERE}/{{destination}}/reset_connection"): NotFound,
}


@dataclass(frozen=True, repr=False)
class _Absent:
    api: AdminApi
    answer: dict[str, Any] | type[Refused]

    async def say(self, request: Request, _actor: str) -> Response:
        """Say that there is none, or that it is not done; of whom is looked at first."""
        await request.ignored_body()
        if "user_id" in request.path:
            await self.api.people.target(request.path["user_id"])
        if isinstance(self.answer, dict):
            return json_response(self.answer)
        raise self.answer


def routes(api: AdminApi) -> list[Route]:
    """Return the routes for what is not here."""
    allowed = {"GET": READERS, "POST": ACTORS, "PUT": ACTORS, "DELETE": OWNERS}
    return [
        Route(method, path, guarded(api, allowed[method], _Absent(api, answer).say))
        for (method, path), answer in (*NONE.items(), *REFUSED.items())
    ]
