"""Pushers as values: what one is, where it may point, and when it is tried again."""

import hashlib
from collections.abc import Container
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import msgspec

from teahouse.errors import Kind, Refused

PUSHERS_MAX = 50  # of one account
APP_ID_LETTERS_MAX = 64
PUSHKEY_BYTES_MAX = 512
TEXT_LETTERS_MAX = 500
DATA_BYTES_MAX = 8 * 1024
URL_LETTERS_MAX = 2_000
GATEWAY_PATH = "/_matrix/push/v1/notify"
HTTPS_PORT = 443

PUSHES_AT_ONCE = 20  # of one pusher at one go: of more, the newest
AGE_MAX = timedelta(days=1)  # what is older is not worth waking anybody for
LEASE = timedelta(seconds=120)  # while one worker is at it, no other is
FIRST_RETRY = timedelta(seconds=5)
RETRY_MAX = timedelta(hours=1)
LATEST = RETRY_MAX + timedelta(minutes=10)  # from now, however clocks of machines differ
TRIED_MAX = timedelta(days=1)  # then what could not be told is let go
LOOPBACK = frozenset(["127.0.0.1", "::1", "localhost"])


class BadPusher(Refused):
    """A pusher points to an https:// address with the path /_matrix/push/v1/notify."""

    code = "pushers.bad"
    kind = Kind.INVALID


class BadSubscription(Refused):
    """That is not a subscription that a browser has made."""

    code = "pushers.bad_subscription"
    kind = Kind.INVALID


class TooManyPushers(Refused):
    """You are told of what is new in as many places as one account may."""

    code = "pushers.too_many"
    kind = Kind.TOO_LARGE


class App(msgspec.Struct, frozen=True, kw_only=True):
    """A pusher of a Matrix client: its push gateway is told."""

    app_id: str
    pushkey: str
    app_display_name: str
    device_display_name: str
    lang: str
    data: dict[str, Any]
    profile_tag: str | None = None

    @property
    def place(self) -> str:
        """By what it is found again."""
        return f"{self.app_id}\0{self.pushkey}"

    @property
    def url(self) -> str:
        """Where its gateway is."""
        return str(self.data["url"])

    @property
    def ids_only(self) -> bool:
        """Whether the gateway is told which event, and not what it says."""
        return self.data.get("format") == "event_id_only"


class Browser(msgspec.Struct, frozen=True, kw_only=True):
    """A browser's subscription at its push service, with the keys by which it is written to.

    ``sender_key`` is our public key that it was made for, ``lang`` the language of its owner, and
    ``shows_text`` whether the words of a message may stand on a screen that others see.
    """

    endpoint: str
    p256dh: str
    auth: str
    sender_key: str
    lang: str = "zh"
    shows_text: bool = False

    @property
    def place(self) -> str:
        """By what it is found again."""
        return f"web\0{self.endpoint}"


def check_app(app: App, inside: Container[tuple[str, int]]) -> None:
    """Refuse with ``BadPusher`` what cannot be a pusher.

    ``inside`` are the hosts and ports of gateways that the operator names; those may be plain http.
    """
    if not 0 < len(app.app_id) <= APP_ID_LETTERS_MAX:
        raise BadPusher(f"app_id must have 1 to {APP_ID_LETTERS_MAX} characters.")
    check_pushkey(app.pushkey)
    for name in ("app_display_name", "device_display_name", "lang", "profile_tag"):
        if len(getattr(app, name) or "") > TEXT_LETTERS_MAX:
            raise BadPusher(f"{name} may have at most {TEXT_LETTERS_MAX} characters.")
    if len(msgspec.json.encode(app.data)) > DATA_BYTES_MAX:
        raise BadPusher(f"data may have at most {DATA_BYTES_MAX} bytes.")
    url = app.data.get("url")
    if not isinstance(url, str) or not _leads_out(url, inside):
        raise BadPusher
    if urlsplit(url).path != GATEWAY_PATH:
        raise BadPusher


def check_pushkey(pushkey: str) -> None:
    """Refuse with ``BadPusher`` what cannot be a pushkey."""
    if not 0 < len(pushkey.encode()) <= PUSHKEY_BYTES_MAX:
        raise BadPusher(f"pushkey must have 1 to {PUSHKEY_BYTES_MAX} bytes.")


def check_endpoint(url: str, inside: Container[tuple[str, int]]) -> None:
    """Refuse with ``BadSubscription`` what cannot be a push service's address."""
    if not _leads_out(url, inside):
        raise BadSubscription


def _leads_out(url: str, inside: Container[tuple[str, int]]) -> bool:
    """Tell whether a URL is one that we may be sent to; its address is checked when we go."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _port(parts.scheme)
    except ValueError:
        return False
    if len(url) > URL_LETTERS_MAX or not url.isascii() or not url.isprintable() or " " in url:
        return False
    if not host or "@" in parts.netloc or parts.fragment:
        return False
    if (host, port) in inside:
        return parts.scheme in ("https", "http")
    return parts.scheme == "https" and port == HTTPS_PORT


def _port(scheme: str) -> int:
    return {"https": HTTPS_PORT, "http": 80}.get(scheme, 0)


class Near(frozenset[tuple[str, int]]):
    """The places that the operator names, and every port of this machine: for test mode only."""

    def __contains__(self, place: object) -> bool:
        """Tell whether a host and port are in it."""
        if isinstance(place, tuple) and place and place[0] in LOOPBACK:
            return True
        return super().__contains__(place)


def place_digest(place: str) -> bytes:
    """Return the digest by which a pusher is found again."""
    return hashlib.sha256(place.encode()).digest()


def retry_at(failures: int, now: datetime) -> datetime:
    """Return when to try again after so many failures in a row: 5 s, 10 s, 20 s … an hour."""
    return now + min(FIRST_RETRY * 2 ** min(max(failures - 1, 0), 20), RETRY_MAX)


def is_given_up(failing_since: datetime | None, now: datetime) -> bool:
    """Tell whether it has failed for so long that what could not be told is let go."""
    return failing_since is not None and now - failing_since >= TRIED_MAX
