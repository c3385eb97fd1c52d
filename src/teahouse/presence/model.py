"""Rules of presence (Client-Server API, "Presence"): what somebody shows at a moment."""

from typing import Any, Literal

import msgspec

from teahouse.errors import Invalid, Kind, Refused
from teahouse.profiles.model import Profile

Shown = Literal["online", "unavailable", "offline"]
ONLINE: Shown = "online"
UNAVAILABLE: Shown = "unavailable"
OFFLINE: Shown = "offline"
PRESENCES = (ONLINE, UNAVAILABLE, OFFLINE)
STAYS_MS = 120_000  # after the last sign of a client
IDLE_MS = 300_000  # after the last thing that somebody did
STATUS_LETTERS_MAX = 500
NAMED = ("displayname", "avatar_url")  # fields of a profile that are told with presence


class NotYourPresence(Refused):
    """Only your own presence is yours to set."""

    code = "presence.not_yours"
    kind = Kind.FORBIDDEN


class MayNotSee(Refused):
    """You share no room with them: their presence is not told to you."""

    code = "presence.may_not_see"
    kind = Kind.FORBIDDEN


class Whisper(msgspec.Struct, frozen=True, array_like=True):
    """What is whispered of somebody. Times are from when it is heard: machines' clocks differ."""

    user_id: str
    presence: str
    status: str | None
    active_ago_ms: int | None
    stays_ms: int

    def heard(self, now_ms: int) -> "Told":
        """Return it by the clock of who hears it."""
        ago = self.active_ago_ms
        active_ms = 0 if ago is None else max(1, now_ms - max(0, ago))
        until_ms = now_ms + min(self.stays_ms, STAYS_MS)
        return Told(self.user_id, self.presence, self.status, active_ms, until_ms)


class Told(msgspec.Struct, frozen=True):
    """What was told of somebody: valid ``until_ms``, unless something newer is told.

    Milliseconds are of a clock that only goes on, and of this worker alone.
    """

    user_id: str
    presence: str = OFFLINE
    status: str | None = None
    active_ms: int = 0  # when they last did something
    until_ms: int = 0

    def whisper(self, now_ms: int) -> Whisper:
        """Return it as others are told."""
        ago = now_ms - self.active_ms if self.active_ms else None
        return Whisper(self.user_id, self.presence, self.status, ago, self.until_ms - now_ms)

    def at(self, now_ms: int) -> Shown:
        """Return what they show at a moment."""
        if self.presence == OFFLINE or now_ms >= self.until_ms:
            return OFFLINE
        if self.presence == ONLINE and now_ms - self.active_ms < IDLE_MS:
            return ONLINE
        return UNAVAILABLE

    def changes_at(self, now_ms: int) -> int | None:
        """Return when what they show changes by itself, if it does."""
        shown = self.at(now_ms)
        if shown == OFFLINE:
            return None
        return min(self.until_ms, self.active_ms + IDLE_MS) if shown == ONLINE else self.until_ms

    def content(self, now_ms: int) -> dict[str, Any]:
        """Return the content of ``m.presence``."""
        shown = self.at(now_ms)
        found: dict[str, Any] = {"presence": shown}
        if self.active_ms:
            found["last_active_ago"] = max(0, now_ms - self.active_ms)
        if shown != OFFLINE:
            found["currently_active"] = shown == ONLINE
        if self.status:
            found["status_msg"] = self.status
        return found


def named(profile: Profile | None) -> dict[str, str]:
    """Return what ``m.presence`` says of a profile that has changed."""
    if profile is None:
        return {}
    values = zip(NAMED, (profile.display_name, profile.avatar_url), strict=True)
    return {name: value for name, value in values if value}


def check_presence(presence: str, status: str | None) -> None:
    """Refuse with ``Invalid`` what nobody can be, and a status that is too long."""
    if presence not in PRESENCES:
        raise Invalid("presence must be online, unavailable or offline.")
    if status is not None and len(status) > STATUS_LETTERS_MAX:
        raise Invalid(f"status_msg may have at most {STATUS_LETTERS_MAX} letters.")


def arrived(told: Told, asked: str | None, now_ms: int) -> Told | None:
    """Return what a client's asking what is new says of its owner; ``None``: nothing new.

    ``asked`` is what it wants them to be shown as. One that does not say lifts its owner out of
    ``offline`` and changes nothing else: who said that they are away stays so.
    """
    shown = told.at(now_ms)
    if asked == OFFLINE:
        return None
    wanted = asked or (told.presence if shown != OFFLINE else ONLINE)
    moved = wanted != told.presence or shown == OFFLINE
    if not moved and told.until_ms - now_ms > STAYS_MS // 2:
        return None
    is_act = wanted == ONLINE and (moved or asked is not None)
    active_ms = now_ms if is_act else told.active_ms
    return Told(told.user_id, wanted, told.status, active_ms, now_ms + STAYS_MS)
