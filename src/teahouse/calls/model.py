"""Rules of calls: credentials that a relay can check by itself (TURN REST API, coturn)."""

import base64
import hashlib
import hmac
from datetime import timedelta
from urllib.parse import urlsplit

import msgspec

from teahouse.errors import Kind, Refused

OPENID_LIFE = timedelta(hours=1)


class NoRelay(Refused):
    """This house has no relay for calls: they go from device to device, or not at all."""

    code = "calls.no_relay"
    kind = Kind.NOT_FOUND


class NotYourToken(Refused):
    """Only for yourself may you ask for such a token."""

    code = "calls.not_yours"
    kind = Kind.FORBIDDEN


class Relay(msgspec.Struct, frozen=True):
    """Where to find the relay, and what to show there."""

    username: str
    password: str
    uris: list[str]
    ttl: int


def host_of(place: str) -> str:
    """Return the host of a relay's place, ``turn:HOST:PORT?transport=udp`` (RFC 7065)."""
    found = urlsplit("//" + place.partition(":")[2]).hostname
    return found or ""


def credentials(user_id: str, until: int, secret: str) -> tuple[str, str]:
    """Return a name that says until when it is good (Unix seconds), and its password."""
    username = f"{until}:{user_id}"
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
    return username, base64.b64encode(digest).decode("ascii")
