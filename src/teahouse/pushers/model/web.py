"""Web Push: sealing for a browser (RFC 8188, RFC 8291) and showing who sends (RFC 8292).

What is random comes as arguments, so that the standards' own examples can be repeated.
"""

import base64
import binascii
import hmac
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from teahouse.pushers.model import BadSubscription, Browser

CURVE = ec.SECP256R1()
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
POINT_BYTES, NUMBER_BYTES, AUTH_BYTES, SALT_BYTES = 65, 32, 16, 16
SEED_BYTES = 48  # of a private key: half as many again, so that every key is as likely
RECORD_BYTES = 4096
PADDED_TO = 1024  # a message's length tells nothing finer
PLAIN_BYTES_MAX = 3 * PADDED_TO - 1
SECONDS_KEPT = 24 * 3600  # at the push service, for a browser that is not there
WORD_LIFE = timedelta(hours=12)  # of which RFC 8292 allows twice as much
_KEY_LABEL = b"teahouse web push sender 1"

PrivateKey = ec.EllipticCurvePrivateKey


def encoded(raw: bytes) -> str:
    """Return bytes as the standards write them: URL-safe base 64 without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def decoded(text: str) -> bytes:
    """Return the bytes of such a text. Raises ``BadSubscription``."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise BadSubscription from wrong


def key_from(seed: bytes) -> PrivateKey:
    """Return the private key that a seed of ``SEED_BYTES`` leads to."""
    assert len(seed) == SEED_BYTES, "a shorter seed would prefer some keys"
    return ec.derive_private_key(int.from_bytes(seed, "big") % (ORDER - 1) + 1, CURVE)


def sender_key(house_key: bytes) -> PrivateKey:
    """Return the key by which push services know this house, from one of its own keys."""
    seed = hmac.digest(house_key, _KEY_LABEL + b"\0", "sha512")
    return key_from(seed[:SEED_BYTES])


def public_of(key: PrivateKey) -> bytes:
    """Return a public key, uncompressed."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def check_keys(browser: Browser) -> None:
    """Refuse with ``BadSubscription`` keys that nothing can be sealed with."""
    _point(decoded(browser.p256dh))
    if len(decoded(browser.auth)) != AUTH_BYTES:
        raise BadSubscription


def _point(raw: bytes) -> ec.EllipticCurvePublicKey:
    if len(raw) != POINT_BYTES:
        raise BadSubscription
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, raw)
    except ValueError as wrong:
        raise BadSubscription from wrong


def sealed(plain: bytes, browser: Browser, own: PrivateKey, salt: bytes, padding: int = 0) -> bytes:
    """Return ``plain`` as a body that only ``browser`` can read; ``own`` is for this one alone."""
    theirs, mine = decoded(browser.p256dh), public_of(own)
    shared = own.exchange(ec.ECDH(), _point(theirs))
    key, nonce = keys_of(shared, decoded(browser.auth), theirs, mine, salt)
    record = AESGCM(key).encrypt(nonce, plain + b"\x02" + bytes(padding), None)
    header = salt + RECORD_BYTES.to_bytes(4, "big") + bytes([len(mine)]) + mine
    assert len(header) + len(record) <= RECORD_BYTES, "push services take no more than one record"
    return header + record


def keys_of(
    shared: bytes, auth: bytes, theirs: bytes, mine: bytes, salt: bytes
) -> tuple[bytes, bytes]:
    """Return the key and nonce of a body, from what both sides know (RFC 8291, section 3.4)."""
    first = hmac.digest(auth, shared, "sha256")
    secret = _expanded(first, b"WebPush: info\0" + theirs + mine, 32)
    second = hmac.digest(salt, secret, "sha256")
    key = _expanded(second, b"Content-Encoding: aes128gcm\0", 16)
    return key, _expanded(second, b"Content-Encoding: nonce\0", 12)


def _expanded(key: bytes, info: bytes, length: int) -> bytes:
    return hmac.digest(key, info + b"\x01", "sha256")[:length]


def padding_of(plain: bytes) -> int:
    """Return how much to add, so that many lengths become one."""
    return -(len(plain) + 1) % PADDED_TO


def authorization(key: PrivateKey, endpoint: str, contact: str, now: datetime) -> str:
    """Return the header by which a push service knows who sends."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + WORD_LIFE).timestamp()),
        "sub": contact,
    }
    head = {"typ": "JWT", "alg": "ES256"}
    said = ".".join(encoded(msgspec.json.encode(part)) for part in (head, claims))
    one, other = decode_dss_signature(key.sign(said.encode(), ec.ECDSA(hashes.SHA256())))
    raw = one.to_bytes(NUMBER_BYTES, "big") + other.to_bytes(NUMBER_BYTES, "big")
    return f"vapid t={said}.{encoded(raw)}, k={encoded(public_of(key))}"
