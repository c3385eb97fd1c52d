"""What a provider told of somebody without an account: sealed, and kept by their browser only."""

import base64
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from teahouse.clock import Clock
from teahouse.ids import Ids, token_digest, urlsafe
from teahouse.oidc.model import Arrival, FlowOver

NONCE_BYTES = 12


@dataclass(frozen=True, repr=False)
class Arrivals:
    """Seals under the first of the house's keys, and opens under any; every worker has them."""

    house_keys: Callable[[], Sequence[bytes]]
    clock: Clock
    ids: Ids

    def seal(self, arrival: Arrival) -> str:
        """Return the word that the browser keeps."""
        nonce = self.ids.bytes(NONCE_BYTES)
        cipher = _cipher(self.house_keys()[0])
        return urlsafe(nonce + cipher.encrypt(nonce, msgspec.json.encode(arrival), b""))

    def open(self, word: str, browser: str) -> Arrival:
        """Return what was sealed, to the browser that came back with it. Raises ``FlowOver``."""
        try:
            raw = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
            arrival = msgspec.json.decode(self._opened(raw), type=Arrival)
        except (ValueError, InvalidTag) as wrong:
            raise FlowOver from wrong
        theirs = hmac.compare_digest(arrival.browser, token_digest(browser).hex())
        if not theirs or arrival.expires_at <= self.clock.now():
            raise FlowOver
        return arrival

    def _opened(self, raw: bytes) -> bytes:
        for key in self.house_keys():
            try:
                return _cipher(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], b"")
            except InvalidTag:
                continue
        raise InvalidTag


def _cipher(key: bytes) -> AESGCM:
    return AESGCM(hmac.digest(key, b"oidc.arrival", "sha256"))
