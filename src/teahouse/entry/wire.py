"""Sessions, devices and accounts as the outside sees them: Matrix's shapes, then ours."""

from datetime import datetime
from typing import Any

import msgspec

from teahouse.accounts.model import Account, OpenedSession, Session


class LoginIn(msgspec.Struct):
    """``POST /login``; ``user``, ``address`` and ``medium`` are the shape of before v1.0."""

    type: str
    identifier: dict[str, Any] | None = None
    user: str | None = None
    address: str | None = None
    medium: str | None = None
    password: str | None = None
    token: str | None = None
    device_id: str | None = None
    initial_device_display_name: str | None = None
    refresh_token: bool = False


class RefreshIn(msgspec.Struct):
    """``POST /refresh``."""

    refresh_token: str


class DeviceIn(msgspec.Struct):
    """``PUT /devices/{id}``."""

    display_name: str | None = None


class CodeIn(msgspec.Struct):
    """Ask for a code to sign in with. ``kind`` is phone or email, ``lang`` zh or en."""

    kind: str
    value: str
    lang: str = "en"


class CodeOut(msgspec.Struct):
    """A code is on its way, if there is anybody to send it to. Show ``code_id`` with the code."""

    resend_after_seconds: int
    expires_at: datetime
    code_id: str


class SessionIn(msgspec.Struct):
    """Sign in: phone or email with ``value`` and ``code``, or password with ``user``.

    ``restore`` calls back an account that is being deleted.
    """

    kind: str
    value: str = ""
    code: str = ""
    user: str = ""
    password: str = ""
    device_name: str | None = None
    device_id: str | None = None
    code_id: str = ""
    restore: bool = False


class SessionOut(msgspec.Struct):
    """A session was opened."""

    user_id: str
    access_token: str
    device_id: str


def ms(moment: datetime) -> int:
    """Return milliseconds since the Unix epoch."""
    return int(moment.timestamp() * 1000)


def login_out(
    account: Account, opened: OpenedSession, server_name: str, public_url: str
) -> dict[str, Any]:
    """Return Matrix's answer to a login."""
    answer = {
        "user_id": account.user_id,
        "access_token": opened.access_token,
        "device_id": opened.device_id,
        "home_server": server_name,
        **refresh_fields(opened),
    }
    if public_url:
        answer["well_known"] = {"m.homeserver": {"base_url": public_url}}
    return answer


def refresh_fields(opened: OpenedSession) -> dict[str, Any]:
    """Return what a client that asked for refresh tokens is told."""
    if opened.refresh_token is None:
        return {}
    return {"refresh_token": opened.refresh_token, "expires_in_ms": opened.expires_in_ms}


def device_out(session: Session) -> dict[str, Any]:
    """Return Matrix's device."""
    answer: dict[str, Any] = {
        "device_id": session.device_id,
        "last_seen_ts": ms(session.last_seen_at),
    }
    if session.device_name is not None:
        answer["display_name"] = session.device_name
    if session.last_seen_address is not None:
        answer["last_seen_ip"] = session.last_seen_address
    return answer
