"""Identifiers, tokens and one-time codes: the only module that asks for randomness.

Sortable ids are ULIDs (128 bits: 48 of milliseconds, 80 random), written as 26 characters of
Crockford's base 32 in lower case, so that their text order is their age. Those that one worker makes
in one millisecond follow each other, too, by steps that nobody can guess.
"""

import base64
import hashlib
import random
from datetime import UTC, datetime

from teahouse.clock import Clock

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_DEVICE_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SAFE_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_STEP_BITS = 64
_LAST_MS = 253_402_300_799_000  # of the year 9999, which is as far as a datetime goes


def urlsafe(raw: bytes) -> str:
    """Return ``raw`` in URL-safe base 64 without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def token_digest(token: str) -> bytes:
    """Return the SHA-256 by which a bearer token is stored; the token itself never is."""
    return hashlib.sha256(token.encode()).digest()


def time_of(ulid: str) -> datetime:
    """Return when a sortable id was made; of one of another shape, some moment."""
    ms = 0
    for letter in ulid[:10]:
        ms = ms << 5 | max(_CROCKFORD.find(letter), 0)
    return datetime.fromtimestamp(min(ms & (1 << 48) - 1, _LAST_MS) / 1000, UTC)


def spelled(raw: bytes, letters: int) -> str:
    """Return letters like those of ``readable``, the same for the same bytes."""
    number, found = int.from_bytes(raw, "big"), ""
    for _ in range(letters):
        number, at = divmod(number, len(_SAFE_ALPHABET))
        found += _SAFE_ALPHABET[at]
    return found


class Ids:
    """Makes identifiers from a clock and a source of randomness.

    ``rng`` is the system's by default; tests pass ``random.Random(seed)`` and replay exactly.
    """

    def __init__(self, clock: Clock, rng: random.Random | None = None) -> None:
        self._clock = clock
        self._rng = rng or random.SystemRandom()
        self._latest = 0

    def ulid(self) -> str:
        """Return a sortable 128-bit id, greater than every one made in the same millisecond."""
        ms = self._clock.ms()
        if self._latest >> 80 == ms:
            value = self._latest + 1 + self._rng.getrandbits(_STEP_BITS)
        else:
            value = (ms << 80) | self._rng.getrandbits(80)
        self._latest = value
        return "".join(_CROCKFORD[(value >> shift) & 31] for shift in range(125, -1, -5))

    def bytes(self, count: int) -> bytes:
        """Return ``count`` random bytes."""
        return self._rng.getrandbits(8 * count).to_bytes(count, "big")

    def event_id(self) -> str:
        """Return a Matrix event id of the room version 4+ shape: ``$`` and 43 characters."""
        return "$" + urlsafe(self.bytes(32))

    def opaque(self, letters: int = 18) -> str:
        """Return random letters for the local part of a Matrix room id."""
        return "".join(self._rng.choice(_DEVICE_ALPHABET + _SAFE_ALPHABET) for _ in range(letters))

    def device_id(self) -> str:
        """Return a Matrix device id of ten capital letters."""
        return "".join(self._rng.choice(_DEVICE_ALPHABET) for _ in range(10))

    def token(self, prefix: str) -> str:
        """Return a bearer token of 256 bits; ``prefix`` tells secret scanners what leaked."""
        return f"{prefix}_{urlsafe(self.bytes(32))}"

    def code(self, digits: int = 6) -> str:
        """Return a one-time code of ``digits`` decimal digits."""
        return f"{self._rng.randrange(10**digits):0{digits}d}"

    def readable(self, letters: int) -> str:
        """Return letters and digits that a person can read aloud without mixing them up."""
        return "".join(self._rng.choice(_SAFE_ALPHABET) for _ in range(letters))
