"""The envelope: sealed bytes that say which key, version and suite they need [U-01].

Layout, big-endian: magic 4 · format 1 · suite 1 · key id 16 · key version 4 · nonce 12 ·
ciphertext and tag. The associated data are this header up to the nonce, then the place the value
belongs to, every part with its length before it, so that no two places read the same.
"""

import re
import struct
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag

from teahouse.infra.vault.model import KeyRef, Tampered, UnknownKey
from teahouse.infra.vault.suites import NONCE_BYTES, SUITES, TAG_BYTES, Cipher

MAGIC = b"\xd7THV"
FORMAT = 1
HELD = 2  # a header as in format 1, then what a key service made of it
KEY_BYTES = 32
IDS_CACHED_MAX = 10_000  # a page of values names few keys, each several times

_HEADER = struct.Struct(">4sBB16sI")
HEADER_BYTES = _HEADER.size + NONCE_BYTES
_ULID = re.compile(r"[0-9a-hjkmnp-tv-z]+")
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_DIGITS = str.maketrans(_CROCKFORD, "0123456789abcdefghijklmnopqrstuv")  # as int() has them
_PAIRS = [one + other for one in _CROCKFORD for other in _CROCKFORD]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value belongs; a value opens nowhere else."""

    tenant: str
    table: str
    column: str
    row_id: str
    schema_version: int = 1

    def encoded(self) -> bytes:
        """Return the parts, each with its length before it."""
        parts = (self.tenant, self.table, self.column, self.row_id, str(self.schema_version))
        return told(*parts)


def told(*parts: str) -> bytes:
    """Return parts, each with its length before it, so that no two lists of them read the same."""
    raw = [part.encode() for part in parts]
    return b"".join([len(part).to_bytes(4, "big") + part for part in raw])


@lru_cache(IDS_CACHED_MAX)
def key_id_bytes(key_id: str) -> bytes:
    """Return the 16 bytes of a ULID in text."""
    if not _ULID.fullmatch(key_id):
        raise ValueError("not a ULID")
    return int(key_id.translate(_DIGITS), 32).to_bytes(16, "big")


def key_id_text(raw: bytes) -> str:
    """Return the text of a ULID in 16 bytes."""
    value = int.from_bytes(raw, "big")
    return "".join([_PAIRS[value >> shift & 1023] for shift in range(120, -1, -10)])


def header(cipher: Cipher, ref: KeyRef) -> bytes:
    """Return what an envelope begins with."""
    return _HEADER.pack(MAGIC, FORMAT, cipher.suite, key_id_bytes(ref.key_id), ref.version)


def seal(cipher: Cipher, ref: KeyRef, nonce: bytes, place: Place, value: bytes) -> bytes:
    """Return ``value`` sealed for ``place``. ``nonce`` is 12 bytes never used with this key."""
    assert len(nonce) == NONCE_BYTES, "a nonce has 12 bytes"
    return seal_behind(cipher, header(cipher, ref), nonce, place.encoded(), value)


def seal_behind(cipher: Cipher, head: bytes, nonce: bytes, place: bytes, value: bytes) -> bytes:
    """Do what ``seal`` does, with header and place made before."""
    return head + nonce + cipher.encrypt(nonce, value, head + place)


def key_of(sealed: bytes) -> KeyRef:
    """Say which key opens ``sealed``.

    Raises ``Tampered`` for bytes that are no envelope, ``UnknownKey`` for a format or suite that
    this version does not know.
    """
    if len(sealed) < HEADER_BYTES + TAG_BYTES:
        raise Tampered("these bytes are not an envelope")
    return _named(sealed[: _HEADER.size])


@lru_cache(IDS_CACHED_MAX)
def _named(head: bytes) -> KeyRef:
    magic, layout, suite, key_id, version = _HEADER.unpack(head)
    if magic != MAGIC:
        raise Tampered("these bytes are not an envelope")
    if layout not in (FORMAT, HELD) or suite not in SUITES:
        raise UnknownKey(f"envelope format {layout}, suite {suite}")
    return KeyRef(key_id_text(key_id), version)


def open_(cipher: Cipher, place: Place, sealed: bytes) -> bytes:
    """Return what was sealed, or raise ``Tampered``. Call ``key_of`` first to find the cipher."""
    try:
        return open_at(cipher, place.encoded(), sealed)
    except Tampered:
        raise Tampered(f"not sealed for {place.table}.{place.column}") from None


def open_at(cipher: Cipher, place: bytes, sealed: bytes) -> bytes:
    """Do what ``open_`` does, with the place made before."""
    if sealed[4] != FORMAT:
        raise Tampered("this was made by a key service")
    head, nonce = sealed[: _HEADER.size], sealed[_HEADER.size : HEADER_BYTES]
    try:
        return cipher.decrypt(nonce, sealed[HEADER_BYTES:], head + place)
    except InvalidTag:
        raise Tampered("not sealed for this place") from None


def held(ref: KeyRef, suite: int, inner: bytes) -> bytes:
    """Return what a key service made, behind a header that says by which key."""
    return _HEADER.pack(MAGIC, HELD, suite, key_id_bytes(ref.key_id), ref.version) + inner


def inner_of(sealed: bytes) -> bytes:
    """Return what a key service made. Call ``key_of`` first. Raises ``Tampered``."""
    if sealed[4] != HELD:
        raise Tampered("this was not made by a key service")
    return sealed[_HEADER.size :]
