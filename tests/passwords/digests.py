"""Digests of one password, as other systems make them; cheap ones, and the settings are real."""

import unicodedata

import argon2
import bcrypt
from argon2.low_level import Type
from passlib.hash import django_pbkdf2_sha256, pbkdf2_sha256, pbkdf2_sha512, scrypt, sha512_crypt

SAID = "naïve ﬁsh 茶"  # of which NFKC makes another text
PEPPER = "of the Synapse"


def _bcrypt(said: bytes, kind: bytes = b"2b") -> str:
    return bcrypt.hashpw(said, bcrypt.gensalt(4, kind if kind != b"2y" else b"2b")).decode()


def digests() -> dict[str, str]:
    """Return a fresh digest of the password by each form that is known here."""
    said = SAID.encode()
    synapse = unicodedata.normalize("NFKC", SAID).encode() + PEPPER.encode()
    plain = _bcrypt(said)
    return {
        "bcrypt": plain,
        "bcrypt of old": _bcrypt(said, b"2a"),
        "bcrypt of PHP": "$2y" + plain[3:],
        "synapse": "$synapse" + _bcrypt(synapse),
        "pbkdf2": pbkdf2_sha256.using(rounds=1000).hash(SAID),
        "pbkdf2 512": pbkdf2_sha512.using(rounds=1000).hash(SAID),
        "django": django_pbkdf2_sha256.using(rounds=1000).hash(SAID),
        "scrypt": scrypt.using(rounds=4).hash(SAID),
        "sha512-crypt": sha512_crypt.using(rounds=1000).hash(SAID),
        "argon2i": argon2.PasswordHasher(1, 16, 2, 24, type=Type.I).hash(SAID),
        "weak argon2id": argon2.PasswordHasher(1, 16, 1, 16).hash(SAID),
    }
