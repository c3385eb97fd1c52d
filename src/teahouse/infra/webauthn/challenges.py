"""Challenges that any worker knows again: a nonce, when it ends, a MAC under a key of the house."""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from teahouse.clock import Clock
from teahouse.ids import Ids

CHALLENGE_LIFE = timedelta(minutes=5)
_NONCE_BYTES = 16
_TIME_BYTES = 8
_MAC_BYTES = 32


@dataclass(frozen=True, slots=True, repr=False)
class Challenges:
    """Makes challenges and knows them again. Whether one was used before is kept by who uses it."""

    keys: Callable[[], Sequence[bytes]]  # the one to make them with first; any of them is known
    clock: Clock
    ids: Ids

    def make(self, purpose: str, whose: str = "") -> bytes:
        """Return a challenge that is good for one purpose of one person (or session) only."""
        until = int((self.clock.now() + CHALLENGE_LIFE).timestamp())
        head = self.ids.bytes(_NONCE_BYTES) + until.to_bytes(_TIME_BYTES, "big")
        return head + _mac(self.keys()[0], purpose, whose, head)

    def ends(self, purpose: str, whose: str, challenge: bytes) -> datetime | None:
        """Return when a challenge of ours ends; ``None`` for one of others, or that has ended."""
        head, mac = challenge[:-_MAC_BYTES], challenge[-_MAC_BYTES:]
        if len(head) != _NONCE_BYTES + _TIME_BYTES:
            return None
        ours = (_mac(key, purpose, whose, head) for key in self.keys())
        if not any(hmac.compare_digest(mac, one) for one in ours):
            return None
        until = datetime.fromtimestamp(int.from_bytes(head[_NONCE_BYTES:], "big"), UTC)
        return until if until > self.clock.now() else None


def _mac(key: bytes, purpose: str, whose: str, head: bytes) -> bytes:
    told = [b"webauthn challenge", purpose.encode(), whose.encode(), head]
    message = b"".join(len(one).to_bytes(4, "big") + one for one in told)
    return hmac.digest(key, message, hashlib.sha256)


def challenge_digest(challenge: bytes) -> bytes:
    """Return what is written down of a challenge that was used."""
    return hashlib.sha256(challenge).digest()
