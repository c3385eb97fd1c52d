"""What a provider told of somebody without an account: sealed, and kept by their browser only."""

import base64
import hmac
from dataclasses import dataclass

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from teahouse.clock import Clock
from teahouse.ids import Ids, urlsafe
from teahouse.oidc.model import Arrival, FlowOver

NONCE_BYTES = 12


@dataclass(frozen=True, repr=False)
class Arrivals:
    """Seals and opens; every worker of the house has the key."""

    house_key: bytes
    clock: Clock
    ids: Ids

    def seal(self, arrival: Arrival) -> str:
        """Return the word that the browser keeps."""
        nonce = self.ids.bytes(NONCE_BYTES)
        return urlsafe(nonce + self._cipher().encrypt(nonce, msgspec.json.encode(arrival), b""))

    def open(self, word: str) -> Arrival:
        """Return what was sealed. Raises ``FlowOver``."""
        try:
            raw = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
            text = self._cipher().decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], b"")
            arrival = msgspec.json.decode(text, type=Arrival)
        except (ValueError, InvalidTag) as wrong:
            raise FlowOver from wrong
        if arrival.expires_at <= self.clock.now():
            raise FlowOver
        return arrival

    def _cipher(self) -> AESGCM:
        return AESGCM(hmac.digest(self.house_key, b"oidc.arrival", "sha256"))
