"""What a Matrix client asks before anything else: versions, capabilities, where the server is."""

import re
from typing import Any

from teahouse.config import Config
from teahouse.errors import NotFound
from teahouse.infra.http.caller import Caller
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route

VERSIONS = (
    *(f"r0.{minor}.0" for minor in range(7)),
    "r0.6.1",
    *(f"v1.{minor}" for minor in range(1, 20)),
)
# What clients look for by name: what is beyond the specification, and stable parts that some ask
# for under the name of their proposal, whatever the version. See docs/api/matrix.md.
UNSTABLE = {
    "org.matrix.simplified_msc3575": True,  # sliding sync
    "org.matrix.msc3440.stable": True,  # threads
    "org.matrix.msc3827.stable": True,  # the room list by type of room
    "org.matrix.msc3916.stable": True,  # files for those who are signed in
    "uk.tcpip.msc4133.stable": True,  # profile fields
}
SUPPORT = Limit("support", per_minute=60, burst=30, by="address")
DAY_MS = 24 * 60 * 60 * 1000
ADMIN, SECURITY = "m.role.admin", "m.role.security"
_USER_ID = re.compile(r"@[^\s:]+:\S+")
_ADDRESS = re.compile(r"[^\s@:]+@[^\s@]+\.[^\s@]+")
ROOM_VERSIONS = {"10": "stable", "11": "stable", "12": "stable"}


def capabilities(caller: Caller, config: Config) -> dict[str, Any]:
    """Return what the caller may do (Client-Server API, "Capabilities negotiation")."""
    found: dict[str, Any] = {
        "m.room_versions": {"default": config.default_room_version, "available": ROOM_VERSIONS},
        "m.change_password": {"enabled": True},
        "m.set_displayname": {"enabled": True},
        "m.set_avatar_url": {"enabled": True},
        "m.3pid_changes": {"enabled": False},
        "m.get_login_token": {"enabled": True},
        "m.profile_fields": {"enabled": True},
        "m.forget_forced_upon_leave": {"enabled": False},
        "org.teahouse.encrypted_rooms": {"enabled": config.encryption == "allow"},
        "org.teahouse.url_previews": {"enabled": config.previews == "allow"},
    }
    found["org.teahouse.retention"] = {
        "default": config.retention_days * DAY_MS,
        "least": config.retention_days_least * DAY_MS,
        "most": config.retention_days_most * DAY_MS,
    }
    if caller.administrator:
        found["m.account_moderation"] = {"suspend": True, "lock": True}
    return found


def support_of(config: Config) -> dict[str, Any]:
    """Return whom to turn to, empty when nobody is named (``/.well-known/matrix/support``)."""
    found: dict[str, Any] = {}
    named = ((config.operator_contact, ADMIN), (config.security_contact, SECURITY))
    contacts = [_contact(written, role) for written, role in named]
    if any(contacts):
        found["contacts"] = [contact for contact in contacts if contact]
    if config.support_url:
        found["support_page"] = config.support_url
    return found


def _contact(written: str, role: str) -> dict[str, str]:
    """Return a contact as Matrix tells it; empty for what is neither a user id nor an address."""
    plain = written.strip().removeprefix("mailto:")
    if _USER_ID.fullmatch(plain):
        return {"matrix_id": plain, "role": role}
    return {"email_address": plain, "role": role} if _ADDRESS.fullmatch(plain) else {}


def routes(config: Config) -> list[Route]:
    """Return these routes."""

    async def versions(_request: Request) -> Response:
        return json_response({"versions": list(VERSIONS), "unstable_features": UNSTABLE})

    async def well_known(_request: Request) -> Response:
        found: dict[str, Any] = {"m.homeserver": {"base_url": config.base_url}}
        if config.encryption == "refuse":  # so that clients which know it do not propose it
            found["io.element.e2ee"] = {"default": False, "force_disable": True}
        return json_response(found)

    async def support(_request: Request) -> Response:
        found = support_of(config)
        if not found:
            raise NotFound("Nobody is named here.")
        return json_response(found)

    async def able(request: Request) -> Response:
        found = capabilities(request.caller, config)
        return json_response({"capabilities": found})

    return [
        Route("GET", "/_matrix/client/versions", versions, auth=Auth.NONE),
        Route("GET", "/.well-known/matrix/client", well_known, auth=Auth.NONE),
        Route("GET", "/.well-known/matrix/support", support, auth=Auth.NONE, limit=SUPPORT),
        Route("GET", "/_matrix/client/v3/capabilities", able),
    ]
