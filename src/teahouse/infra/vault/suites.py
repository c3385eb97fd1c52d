"""Suites: which ciphers and which MACs there are, by the number that travels with what they made.

1 is AES-256-GCM and HMAC-SHA-256, 2 is SM4-GCM and HMAC-SM3 (GB/T 32907, GB/T 32905). Both make a
nonce of 12 bytes and a tag of 16, so that an envelope is as long under either.
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import hmac as hazmat
from cryptography.hazmat.primitives.ciphers import Cipher as Hazmat
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

INTERNATIONAL = 1
CHINESE = 2
SUITES = (INTERNATIONAL, CHINESE)
CIPHER_KEY_BYTES = {INTERNATIONAL: 32, CHINESE: 16}
MAC_KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16


class Cipher(Protocol):
    """Seals and opens under one key; ``decrypt`` raises ``InvalidTag``."""

    @property
    def suite(self) -> int:
        """The number of its suite."""
        ...

    def encrypt(self, nonce: bytes, value: bytes, told: bytes) -> bytes:
        """Return ciphertext and tag of ``value``, bound to ``told``."""
        ...

    def decrypt(self, nonce: bytes, sealed: bytes, told: bytes) -> bytes:
        """Return what was encrypted, bound to ``told``."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class _Aes:
    aead: AESGCM
    suite: int = INTERNATIONAL

    def encrypt(self, nonce: bytes, value: bytes, told: bytes) -> bytes:
        return self.aead.encrypt(nonce, value, told)

    def decrypt(self, nonce: bytes, sealed: bytes, told: bytes) -> bytes:
        return self.aead.decrypt(nonce, sealed, told)


@dataclass(frozen=True, slots=True, repr=False)
class _Sm4:
    key: bytes
    suite: int = CHINESE

    def encrypt(self, nonce: bytes, value: bytes, told: bytes) -> bytes:
        work = Hazmat(algorithms.SM4(self.key), modes.GCM(nonce)).encryptor()
        work.authenticate_additional_data(told)
        return work.update(value) + work.finalize() + work.tag

    def decrypt(self, nonce: bytes, sealed: bytes, told: bytes) -> bytes:
        text, tag = sealed[:-TAG_BYTES], sealed[-TAG_BYTES:]
        work = Hazmat(algorithms.SM4(self.key), modes.GCM(nonce, tag)).decryptor()
        work.authenticate_additional_data(told)
        return work.update(text) + work.finalize()


def cipher(suite: int, key: bytes) -> Cipher:
    """Return the cipher of a suite under a key of its length."""
    assert len(key) == CIPHER_KEY_BYTES[suite], "a key has the length of its suite"
    return _Aes(AESGCM(key)) if suite == INTERNATIONAL else _Sm4(key)


def suite_of_key(key: bytes) -> int | None:
    """Return which suite a cipher's key is for, by its length; ``None`` for no suite's."""
    return next((suite for suite in SUITES if CIPHER_KEY_BYTES[suite] == len(key)), None)


def mac(suite: int, key: bytes, message: bytes) -> bytes:
    """Return the 32 bytes of a suite's MAC."""
    if suite == INTERNATIONAL:
        return hmac.digest(key, message, hashlib.sha256)
    work = hazmat.HMAC(key, hashes.SM3())
    work.update(message)
    return work.finalize()
