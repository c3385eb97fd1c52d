"""Rate limits: token buckets in this worker's memory, bounded in number.

Keys are an account or an address prefix (IPv4 /32, IPv6 /64, which is what one subscriber holds).
"""

import hashlib
import ipaddress
import math
from collections import OrderedDict
from dataclasses import dataclass
from typing import Literal

from teahouse.clock import Clock
from teahouse.errors import TooMany

BUCKETS_MAX = 200_000
KEY_LETTERS_MAX = 64  # a longer one, which only a stranger would write, is kept as its digest


@dataclass(frozen=True)
class Limit:
    """At most ``per_minute`` in the long run and ``burst`` at once, for each account or address."""

    name: str
    per_minute: float
    burst: int
    by: Literal["account", "address"] = "account"


def address_prefix(address: str) -> str:
    """Return the prefix of an address that one subscriber holds."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((int(parsed) >> 64 << 64, 64)))
    return str(parsed)


class Limiter:
    """This worker's buckets. ``enabled=False`` in test mode."""

    def __init__(self, clock: Clock, enabled: bool = True) -> None:
        self._clock = clock
        self._enabled = enabled
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def take(self, limit: Limit, key: str) -> None:
        """Take one from the bucket. Raises ``TooMany`` with ``retry_after_ms`` when it is empty."""
        if not self._enabled:
            return
        now = self._clock.monotonic()
        if len(key) > KEY_LETTERS_MAX:
            key = hashlib.sha256(key.encode()).hexdigest()
        place = (limit.name, key)
        level, since = self._buckets.pop(place, (float(limit.burst), now))
        level = min(float(limit.burst), level + (now - since) * limit.per_minute / 60)
        if level < 1:
            self._buckets[place] = (level, now)
            wait_ms = math.ceil((1 - level) * 60_000 / limit.per_minute)
            raise TooMany(retry_after_ms=wait_ms)
        self._buckets[place] = (level - 1, now)
        if len(self._buckets) > BUCKETS_MAX:
            self._buckets.popitem(last=False)
