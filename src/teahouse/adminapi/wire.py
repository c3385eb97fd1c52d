"""What the tools are answered, in the shapes of Synapse's administration calls."""

from datetime import datetime
from typing import Any

import msgspec

from teahouse.accounts.model import Account, AccountState, Session
from teahouse.complaints.model import Complaint
from teahouse.invites.model import Given
from teahouse.profiles.model import Profile
from teahouse.pushers.model import App

GUEST = "guest"  # the door, until its owner registers
MEDIUMS = {"phone": "msisdn", "email": "email"}


class AccountBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """``PUT /v2/users/{user}``; what tools send back unchanged is passed by."""

    password: str | None = None
    displayname: str | None = None
    avatar_url: str | None = None
    threepids: list[Any] | None = None
    admin: bool | None = None
    deactivated: bool | None = None
    locked: bool | None = None


class EndBody(msgspec.Struct, frozen=True):
    """``POST /v1/deactivate/{user}``."""

    erase: bool = False


class SuspendBody(msgspec.Struct, frozen=True):
    """``PUT /v1/suspend/{user}``."""

    suspend: bool


class AdminBody(msgspec.Struct, frozen=True):
    """``PUT /v1/users/{user}/admin``."""

    admin: bool


class DevicesBody(msgspec.Struct, frozen=True):
    """``POST /v2/users/{user}/delete_devices``."""

    devices: list[str]


class CloseBody(msgspec.Struct, frozen=True):
    """``DELETE /v2/rooms/{room}``. Nobody comes back into a closed room, with ``block`` or without."""

    purge: bool = True
    block: bool = False
    force_purge: bool = False
    new_room_user_id: str | None = None


class TokenBody(msgspec.Struct, frozen=True):
    """``POST /v1/registration_tokens/new``."""

    token: str = ""
    uses_allowed: int | None = None
    expiry_time: int | None = None
    length: int | None = None


def ms(moment: datetime | None) -> int | None:
    """Return milliseconds since 1970."""
    return None if moment is None else int(moment.timestamp() * 1000)


def listed_out(row: Any, profile: Profile) -> dict[str, Any]:
    """Return an account in a list."""
    return {
        "name": row.user_id,
        "user_type": "bot" if row.account_class != "personal" else None,
        "is_guest": row.door == GUEST,
        "admin": row.administrator,
        "deactivated": row.state == AccountState.DEACTIVATED.value,
        "erased": False,
        "shadow_banned": False,
        "displayname": profile.display_name,
        "avatar_url": profile.avatar_url,
        "creation_ts": ms(row.created_at),
        "last_seen_ts": ms(row.active_at),
        "approved": True,
        "locked": row.state == AccountState.LOCKED.value,
        "suspended": row.state == AccountState.SUSPENDED.value,
    }


def account_out(
    account: Account,
    profile: Profile,
    contacts: list[tuple[str, str, int]],
    sessions: list[Session],
) -> dict[str, Any]:
    """Return an account by itself; of its contacts just enough to know them again."""
    seen = max((session.last_seen_at for session in sessions), default=None)
    return {
        "name": account.user_id,
        "displayname": profile.display_name,
        "avatar_url": profile.avatar_url,
        "threepids": [
            {"medium": MEDIUMS[kind], "address": address, "added_at": at, "validated_at": at}
            for kind, address, at in contacts
        ],
        "is_guest": account.door == GUEST,
        "admin": account.administrator,
        "deactivated": account.state is AccountState.DEACTIVATED,
        "erased": False,
        "shadow_banned": False,
        "creation_ts": int(account.created_at.timestamp()),
        "last_seen_ts": ms(seen),
        "appservice_id": None,
        "consent_server_notice_sent": None,
        "consent_version": None,
        "consent_ts": None,
        "external_ids": [],
        "user_type": None,
        "approved": True,
        "locked": account.state is AccountState.LOCKED,
        "suspended": account.state is AccountState.SUSPENDED,
    }


def device_out(session: Session, user_id: str) -> dict[str, Any]:
    """Return a device."""
    return {
        "device_id": session.device_id,
        "display_name": session.device_name,
        "last_seen_ip": session.last_seen_address,
        "last_seen_ts": ms(session.last_seen_at),
        "last_seen_user_agent": None,
        "user_id": user_id,
        "dehydrated": False,
    }


def pusher_out(app: App) -> dict[str, Any]:
    """Return an app that tells somebody; not what it is told by, which is as good as a password."""
    return {
        "app_display_name": app.app_display_name,
        "app_id": app.app_id,
        "data": {"url": app.data.get("url"), "format": app.data.get("format")},
        "device_display_name": app.device_display_name,
        "kind": "http",
        "lang": app.lang,
        "profile_tag": app.profile_tag or "",
        "pushkey": f"{app.pushkey[:4]}…",
    }


def token_out(given: Given, token: str = "") -> dict[str, Any]:
    """Return an invitation as a registration token; its id where the token is not known any more."""
    invite = given.invite
    return {
        "token": token or invite.invite_id,
        "uses_allowed": invite.uses_left + given.used,
        "pending": 0,
        "completed": given.used,
        "expiry_time": ms(invite.expires_at),
    }


def event_report_out(one: Complaint) -> dict[str, Any]:
    """Return a report of an event; nobody is asked how bad it is."""
    return {
        "id": one.complaint_id,
        "received_ts": ms(one.made_at),
        "room_id": one.room_id,
        "event_id": one.event_id,
        "user_id": one.user_id,
        "reason": one.reason,
        "score": None,
        "sender": one.about,
    }


def user_report_out(one: Complaint) -> dict[str, Any]:
    """Return a report of somebody."""
    return {
        "id": one.complaint_id,
        "received_ts": ms(one.made_at),
        "target_user_id": one.about,
        "user_id": one.user_id,
        "reason": one.reason,
    }


def page_out(name: str, rows: list[Any], total: int, offset: int) -> dict[str, Any]:
    """Return a page under a name; where to go on, if there is more."""
    more = offset + len(rows)
    return {name: rows, "total": total} | ({"next_token": str(more)} if more < total else {})
