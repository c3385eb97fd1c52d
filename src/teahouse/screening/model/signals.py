"""What is seen of somebody at the door, made coarse before it is kept."""

import ipaddress
import math
import re
from datetime import datetime

import msgspec

SHAPE_RUNS_MAX = 6
_RUN = re.compile(r"[a-z]+|[0-9]+|[^a-z0-9]+")
_DIGITS = re.compile(r"[0-9]+")


class Knock(msgspec.Struct, frozen=True):
    """Who asks, as the request tells it, and what they show; never kept as it is."""

    address: str = ""
    agent: str = ""
    proof: "Proof | None" = None


class Proof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer to a challenge: its token, and a number for each part. None: a place in line."""

    challenge: str
    answers: tuple[int, ...] = ()


NOBODY = Knock()


class Signals(msgspec.Struct, frozen=True, kw_only=True):
    """One sign-up, as far as it can be compared. Digests are written in hex, "" is unknown."""

    prefix: str
    prefix_before: str
    agent: str
    contact: str
    mail_kind: str
    invite: str
    stem: str
    shape: str
    passwordless: str
    pace: str
    gap: str


class Neighbour(msgspec.Struct, frozen=True):
    """Another sign-up of the last day."""

    digest: bytes
    at: datetime
    signals: Signals
    cluster_id: str | None
    ignored: bool


def address_network(address: str) -> str:
    """Return the prefix that is counted: /24 of IPv4, /48 of IPv6, in one writing."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            parsed = parsed.ipv4_mapped
        else:
            return str(ipaddress.ip_network((int(parsed) >> 80 << 80, 48)))
    return str(ipaddress.ip_network((int(parsed) >> 8 << 8, 24)))


def shape_of(name: str) -> str:
    """Return what a name is made of: runs of letters, digits and others, long ones alike."""
    runs = _RUN.findall(name.lower())[:SHAPE_RUNS_MAX]
    return "".join(f"{_letter(run[0])}{min(len(run), 9)}" for run in runs)


def stem_of(name: str) -> str:
    """Return a name without its numbers, if it has any: of user0017, user; else nothing."""
    plain = name.lower()
    return _DIGITS.sub("#", plain) if _DIGITS.search(plain) else ""


def _letter(of: str) -> str:
    if of.isdigit():
        return "d"
    return "l" if of.isascii() and of.isalpha() else "o"


def half_octave(seconds: float) -> int:
    """Return a length of time so that those within a fifth of each other mostly are one."""
    return round(2 * math.log2(max(seconds, 0.5)))


def contact_part(kind: str, value: str) -> str:
    """Return what many made contacts share: the mail host, or a number but its last four."""
    return value.rpartition("@")[2] if kind == "email" else value[:-4]
