"""Profiles, and one's own account with its profile, as the outside sees them."""

from datetime import datetime
from typing import Any

import msgspec

from teahouse.accounts.model import Session
from teahouse.profiles.model import Profile


class AccountOut(msgspec.Struct):
    """One's own account."""

    account_id: str
    user_id: str
    account_class: str
    region: str
    state: str
    display_name: str | None
    avatar_url: str | None
    phone_masked: str | None
    email_masked: str | None
    has_password: bool
    created_at: datetime


class ExportOut(msgspec.Struct):
    """Everything that accounts keep about their owner, opened."""

    account: AccountOut
    phone: str | None
    email: str | None
    profile: dict[str, Any]
    sessions: list[Session]


def profile_out(profile: Profile) -> dict[str, Any]:
    """Return Matrix's profile."""
    answer: dict[str, Any] = dict(profile.fields)
    if profile.display_name is not None:
        answer["displayname"] = profile.display_name
    if profile.avatar_url is not None:
        answer["avatar_url"] = profile.avatar_url
    return answer
