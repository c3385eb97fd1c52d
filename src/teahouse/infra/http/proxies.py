"""Where a request comes from, when a proxy stands before us.

Only the proxies that the configuration names are believed; whoever else sends X-Forwarded-For is
known by the address of their own connection, so that no header buys a fresh rate limit. A proxy
that was forgotten in the configuration makes one caller of everybody: it is noted, for the doctor.
"""

import ipaddress
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import structlog
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from teahouse.clock import Clock

NOTED_AGAIN_AFTER = timedelta(hours=1)
_FORWARDED = b"x-forwarded-for"
_log = structlog.get_logger("teahouse.http")


class Forwarder(msgspec.Struct, frozen=True):
    """Who forwarded a request and is not trusted, and when."""

    peer: str
    at: datetime


@dataclass(repr=False)
class Notebook:
    """Keeps the last forwarder that is not trusted, in a file; at most once an hour."""

    path: Path
    clock: Clock
    again_at: datetime | None = None

    def note(self, peer: str) -> None:
        """Note a forwarder of our own network; from elsewhere anybody can write such a header."""
        now = self.clock.now()
        if (self.again_at is not None and now < self.again_at) or not _near(peer):
            return
        self.again_at = now + NOTED_AGAIN_AFTER
        _log.warning("X-Forwarded-For from somebody who is not in trusted_proxies", peer=peer)
        with suppress(OSError):  # the request matters more than the note
            self.path.write_bytes(msgspec.json.encode(Forwarder(peer, now)))

    def last(self) -> Forwarder | None:
        """Return who was noted last."""
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=Forwarder)
        except (OSError, msgspec.DecodeError):
            return None


class _Watched:
    def __init__(self, app: Any, trusted: str, note: Callable[[str], None]) -> None:
        self._app, self._trusted, self._note = app, trusts(trusted), note

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Let everything through, and look at who forwards."""
        if scope["type"] == "http" and scope.get("client"):
            for name, _ in scope["headers"]:
                if name == _FORWARDED and not self._trusted(scope["client"][0]):
                    self._note(scope["client"][0])
                    break
        await self._app(scope, receive, send)


def behind(app: Any, trusted_proxies: str, note: Callable[[str], None] | None = None) -> Any:
    """Return an ASGI application that sees the address which the nearest trusted proxy saw.

    ``trusted_proxies`` is the setting of that name: addresses and networks, by commas. ``note`` is
    told who forwards without being trusted.
    """
    if trusted_proxies:
        app = ProxyHeadersMiddleware(app, trusted_proxies)
    return app if note is None else _Watched(app, trusted_proxies, note)


def trusts(trusted_proxies: str) -> Callable[[str], bool]:
    """Return what tells whether an address is one of the trusted proxies'."""
    named = [one.strip() for one in trusted_proxies.split(",") if one.strip()]
    networks = [ipaddress.ip_network(one, strict=False) for one in named]

    def trusted(peer: str) -> bool:
        address = _address(peer)
        return address is not None and any(address in network for network in networks)

    return trusted


def _near(peer: str) -> bool:
    address = _address(peer)
    return address is not None and address.is_private


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
