"""Webhooks: where they may point, when they are tried again, when they are given up."""

from collections.abc import Collection
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec

from teahouse.errors import Kind, Refused

URL_LETTERS_MAX = 2000
HOOKS_MAX = 20
FAILURES_MAX = 12  # about three and a half hours, then an operator has to look
FIRST_RETRY = timedelta(seconds=5)
RETRY_MAX = timedelta(hours=1)
LEASE = timedelta(seconds=60)  # while one worker tries, no other does
_PORTS = {"https": 443, "http": 80}


class Hook(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is told of every entry of the history."""

    hook_id: str
    url: str
    state: str  # "active", "disabled"
    created_by: str
    created_at: datetime
    delivered_seq: int
    failures: int
    next_at: datetime
    last_result: str
    last_at: datetime | None


class BadHook(Refused):
    """A webhook is an https:// address, without a name or password in it."""

    code = "notices.bad_hook"
    kind = Kind.UNPROCESSABLE


def check_url(url: str, inside: Collection[tuple[str, int]]) -> None:
    """Refuse what is no address for a webhook: ``BadHook``.

    ``inside`` are hosts and ports that the configuration names; those may be plain http.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        raise BadHook from None
    if len(url) > URL_LETTERS_MAX or not url.isascii() or not url.isprintable() or " " in url:
        raise BadHook
    if not host or "@" in parts.netloc or parts.fragment:
        raise BadHook
    named = (host, port) in inside
    if not (parts.scheme == "https" or (parts.scheme == "http" and named)):
        raise BadHook
    if port != _PORTS["https"] and not named:
        raise BadHook(
            "A webhook uses the port 443, unless webhooks_inside names its host and port."
        )


def retry_at(failures: int, now: datetime) -> datetime:
    """Return when to try again after so many failures in a row."""
    return now + min(FIRST_RETRY * 2 ** min(failures, 20), RETRY_MAX)


def given_up(failures: int) -> bool:
    """Tell whether so many failures in a row are enough."""
    return failures >= FAILURES_MAX
