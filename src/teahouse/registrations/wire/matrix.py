"""Registration in Matrix's shapes (Client-Server API, "Account registration")."""

from typing import Any

import msgspec

from teahouse.registrations.model import Created


class AdminBody(msgspec.Struct, frozen=True):
    """``POST /_synapse/admin/v1/register``."""

    nonce: str
    username: str
    password: str
    mac: str
    admin: bool = False
    displayname: str | None = None
    inhibit_login: bool = False
    user_type: str | None = None


class RegisteredWire(msgspec.Struct, frozen=True, omit_defaults=True):
    """A new account, and its session unless it was not wanted."""

    user_id: str
    home_server: str
    access_token: str | None = None
    device_id: str | None = None
    refresh_token: str | None = None
    expires_in_ms: int | None = None


def registered(created: Created, server_name: str) -> RegisteredWire:
    """Return a new account in Matrix's words."""
    session = created.session
    if session is None:
        return RegisteredWire(created.account.user_id, server_name)
    return RegisteredWire(
        created.account.user_id,
        server_name,
        session.access_token,
        session.device_id,
        session.refresh_token,
        session.expires_in_ms,
    )


def challenge(
    session: str,
    flow: tuple[str, ...],
    completed: tuple[str, ...],
    policy: tuple[str, str],
    work: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what is still to be shown; ``policy`` is the version in force and our address."""
    version, base_url = policy
    params: dict[str, Any] = {}
    if work is not None:
        params["org.teahouse.proof_of_work"] = work
    if "m.login.terms" in flow:
        params["m.login.terms"] = {
            "policies": {
                "privacy_policy": {
                    "version": version,
                    "en": {"name": "Privacy policy", "url": f"{base_url}/policy?lang=en"},
                    "zh": {"name": "隐私政策", "url": f"{base_url}/policy?lang=zh"},
                }
            }
        }
    said: dict[str, Any] = {"flows": [{"stages": flow}], "params": params, "session": session}
    if completed:
        said["completed"] = completed
    return said
