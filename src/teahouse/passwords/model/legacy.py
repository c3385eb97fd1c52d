"""Digests that other systems made, or weaker settings: how they are written, and made again.

Each is parted into its setting (scheme, parameters, salt; everything but what must be hidden) and
its output (what the password came to). All have a salt: a digest without one is of no known form.
The limits say how much work a digest may ask for, of whoever knows a name.
"""

import base64
import binascii
import hashlib
import re
import unicodedata
from collections.abc import Callable
from typing import Any, NamedTuple, cast

import bcrypt
from argon2 import low_level as argon2
from argon2.exceptions import Argon2Error
from passlib.handlers.sha2_crypt import sha512_crypt

from teahouse.passwords.model import UnknownDigest

DIGEST_LETTERS_MAX = 512
BCRYPT_BYTES_MAX = 72  # of a password; bcrypt has never looked at the others
BCRYPT_COSTS = (4, 14)
PBKDF2_ROUNDS = (1_000, 5_000_000)
CRYPT_ROUNDS = (1_000, 1_000_000)
CRYPT_ROUNDS_UNSAID = 5_000
SCRYPT_BYTES_MAX = 128 * 2**20
SCRYPT_LANES = (1, 16)
ARGON2_KIB = (8, 256 * 2**10)
ARGON2_PASSES = (1, 16)
ARGON2_LANES = (1, 16)
SALT_BYTES_MIN = 8
OUTPUT_BYTES = (16, 128)

_CRYPT64 = "[./0-9A-Za-z]"
_BASE64 = "[./+0-9A-Za-z]"
# The last letter of a salt stands for two bits: those four are as bcrypt writes it.
_BCRYPT = rf"\$2[aby]\$(?P<cost>[0-9]{{2}})\${_CRYPT64}{{21}}[.Oeu]"
_SETTINGS = {
    "bcrypt": re.compile(_BCRYPT),
    "synapse": re.compile(rf"\$synapse{_BCRYPT}"),
    "sha512-crypt": re.compile(rf"\$6\$(?:rounds=(?P<rounds>[0-9]{{1,9}})\$)?(?P<salt>{_CRYPT64}{{8,16}})\$"),
    "pbkdf2": re.compile(
        rf"\$pbkdf2-(?P<kind>sha256|sha512)\$(?:i=)?(?P<rounds>[0-9]{{1,9}})(?:,l=[0-9]{{1,3}})?"
        rf"\$(?P<salt>{_BASE64}+)\$"
    ),
    "django": re.compile(
        r"pbkdf2_(?P<kind>sha256)\$(?P<rounds>[0-9]{1,9})\$(?P<salt>[0-9A-Za-z]{8,128})\$"
    ),
    "scrypt": re.compile(
        rf"\$scrypt\$ln=(?P<log>[0-9]{{1,2}}),r=(?P<block>[0-9]{{1,3}}),p=(?P<lanes>[0-9]{{1,2}})"
        rf"\$(?P<salt>{_BASE64}+)\$"
    ),
    "argon2": re.compile(
        r"\$argon2(?P<kind>id|i|d)\$(?:v=(?P<version>16|19)\$)?"
        rf"m=(?P<kib>[0-9]{{1,7}}),t=(?P<passes>[0-9]{{1,3}}),p=(?P<lanes>[0-9]{{1,3}})"
        rf"\$(?P<salt>{_BASE64}+)\$"
    ),
}  # fmt: skip
_OUTPUTS = {
    "bcrypt": re.compile(rf"{_CRYPT64}{{31}}"),
    "synapse": re.compile(rf"{_CRYPT64}{{31}}"),
    "sha512-crypt": re.compile(rf"{_CRYPT64}{{86}}"),
}
_ARGON2 = {"id": argon2.Type.ID, "i": argon2.Type.I, "d": argon2.Type.D}


class Legacy(NamedTuple):
    """A legacy digest in its two parts."""

    scheme: str
    setting: str
    output: bytes


def read(written: str) -> Legacy:
    """Return a digest in its two parts. Raises ``UnknownDigest``."""
    if len(written) <= DIGEST_LETTERS_MAX and written.isascii():
        for scheme, setting in _SETTINGS.items():
            found = setting.match(written)
            if found is not None:
                check_setting(found.group())
                return Legacy(scheme, found.group(), _output(scheme, written[found.end() :]))
    raise UnknownDigest


def is_known(written: str) -> bool:
    """Tell whether a digest is of a form that is known here, and within the limits."""
    try:
        read(written)
    except UnknownDigest:
        return False
    return True


def check_setting(setting: str) -> None:
    """Refuse a setting that is of no known form or beyond a limit: ``UnknownDigest``."""
    scheme, found = _parted(setting)
    says = found.groupdict()
    salt = b"" if scheme in ("bcrypt", "synapse") else _salt(scheme, says["salt"])
    holds = {
        "bcrypt": lambda: _within(says["cost"], BCRYPT_COSTS),
        "synapse": lambda: _within(says["cost"], BCRYPT_COSTS),
        "sha512-crypt": lambda: _within(says["rounds"] or str(CRYPT_ROUNDS_UNSAID), CRYPT_ROUNDS),
        "pbkdf2": lambda: _within(says["rounds"], PBKDF2_ROUNDS) and _salted(salt),
        "django": lambda: _within(says["rounds"], PBKDF2_ROUNDS),
        "scrypt": lambda: _scrypt_holds(says) and _salted(salt),
        "argon2": lambda: _argon2_holds(says) and _salted(salt),
    }
    if not holds[scheme]():
        raise UnknownDigest


def made_again(setting: str, length: int, password: str, pepper: str) -> bytes:
    """Return what a password comes to under a setting, in so many bytes.

    ``pepper`` is the one that Synapse put behind its people's passwords. It is milliseconds to a
    second of work. Raises ``UnknownDigest``, also for a password that the scheme cannot take.
    """
    scheme, found = _parted(setting)
    try:
        return _MAKERS[scheme](found, length, password, pepper)
    except (ValueError, Argon2Error) as wrong:
        raise UnknownDigest from wrong


def _parted(setting: str) -> tuple[str, "re.Match[str]"]:
    for scheme, pattern in _SETTINGS.items():
        found = pattern.fullmatch(setting)
        if found is not None:
            return scheme, found
    raise UnknownDigest


def _output(scheme: str, written: str) -> bytes:
    pattern = _OUTPUTS.get(scheme)
    if pattern is not None:
        if not pattern.fullmatch(written):
            raise UnknownDigest
        return written.encode()
    output = _bytes(written.rstrip("="))
    if not OUTPUT_BYTES[0] <= len(output) <= OUTPUT_BYTES[1]:
        raise UnknownDigest
    return output


def _bytes(written: str) -> bytes:
    """Return what base64 says, in the ordinary alphabet or with a dot for the plus."""
    padded = written.replace(".", "+") + "=" * (-len(written) % 4)
    try:
        return base64.b64decode(padded, validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise UnknownDigest from wrong


def _salt(scheme: str, written: str) -> bytes:
    return written.encode() if scheme in ("django", "sha512-crypt") else _bytes(written)


def _salted(salt: bytes) -> bool:
    return len(salt) >= SALT_BYTES_MIN


def _within(written: str, limits: tuple[int, int]) -> bool:
    return limits[0] <= int(written) <= limits[1]


def _scrypt_holds(says: dict[str, str]) -> bool:
    log, block = int(says["log"]), int(says["block"])
    memory = 128 * block * 2**log
    return log >= 1 and 0 < memory <= SCRYPT_BYTES_MAX and _within(says["lanes"], SCRYPT_LANES)


def _argon2_holds(says: dict[str, str]) -> bool:
    return (
        _within(says["kib"], ARGON2_KIB)
        and _within(says["passes"], ARGON2_PASSES)
        and _within(says["lanes"], ARGON2_LANES)
        and int(says["kib"]) >= 8 * int(says["lanes"])
    )


def _bcrypt_made(found: "re.Match[str]", _length: int, password: str, _pepper: str) -> bytes:
    return _bcrypt(found.group(), password.encode())


def _synapse_made(found: "re.Match[str]", _length: int, password: str, pepper: str) -> bytes:
    said = unicodedata.normalize("NFKC", password).encode() + pepper.encode()
    return _bcrypt(found.group().removeprefix("$synapse"), said)


def _bcrypt(setting: str, said: bytes) -> bytes:
    return bcrypt.hashpw(said[:BCRYPT_BYTES_MAX], setting.encode())[-31:]


def _crypt_made(found: "re.Match[str]", _length: int, password: str, _pepper: str) -> bytes:
    rounds = int(found["rounds"] or CRYPT_ROUNDS_UNSAID)
    made = cast("Any", sha512_crypt).using(salt=found["salt"], rounds=rounds).hash(password)
    return str(made).rpartition("$")[2].encode()


def _pbkdf2_made(found: "re.Match[str]", length: int, password: str, _pepper: str) -> bytes:
    salt = _bytes(found["salt"])
    return hashlib.pbkdf2_hmac(found["kind"], password.encode(), salt, int(found["rounds"]), length)


def _django_made(found: "re.Match[str]", length: int, password: str, _pepper: str) -> bytes:
    salt = found["salt"].encode()
    return hashlib.pbkdf2_hmac(found["kind"], password.encode(), salt, int(found["rounds"]), length)


def _scrypt_made(found: "re.Match[str]", length: int, password: str, _pepper: str) -> bytes:
    return hashlib.scrypt(
        password.encode(),
        salt=_bytes(found["salt"]),
        n=2 ** int(found["log"]),
        r=int(found["block"]),
        p=int(found["lanes"]),
        maxmem=2 * SCRYPT_BYTES_MAX,
        dklen=length,
    )


def _argon2_made(found: "re.Match[str]", length: int, password: str, _pepper: str) -> bytes:
    return argon2.hash_secret_raw(
        password.encode(),
        _bytes(found["salt"]),
        time_cost=int(found["passes"]),
        memory_cost=int(found["kib"]),
        parallelism=int(found["lanes"]),
        hash_len=length,
        type=_ARGON2[found["kind"]],
        version=int(found["version"] or 16),
    )


_MAKERS: dict[str, Callable[["re.Match[str]", int, str, str], bytes]] = {
    "bcrypt": _bcrypt_made,
    "synapse": _synapse_made,
    "sha512-crypt": _crypt_made,
    "pbkdf2": _pbkdf2_made,
    "django": _django_made,
    "scrypt": _scrypt_made,
    "argon2": _argon2_made,
}
