"""Wrapped digests: argon2id over what a legacy digest came to, under a version of the pepper.

One string says all that is needed to try a password, and nothing by which the inner digest could be
tried alone: ``$wrapped$p=<pepper>$l=<bytes of the inner output>$<inner setting><argon2id>``.
"""

import re
from typing import NamedTuple

from teahouse.passwords.model import UnknownDigest
from teahouse.passwords.model.legacy import OUTPUT_BYTES, Legacy, check_setting

MARK = "$wrapped$"
_OUTER = "$argon2id$"
_LABEL = b"teahouse wrapped password 1"
_WRITTEN = re.compile(r"\$wrapped\$p=([1-9][0-9]{0,8})\$l=([1-9][0-9]{0,2})\$(.+)")


class Wrapped(NamedTuple):
    """A wrapped digest in its parts."""

    pepper: int  # version
    length: int  # of the inner output
    setting: str  # of the inner digest
    outer: str  # argon2id over the keyed inner output


def is_wrapped(written: str) -> bool:
    """Tell whether a digest is wrapped."""
    return written.startswith(MARK)


def under(pepper: int) -> str:
    """Return the third part, between dollars, of every digest under a version of the pepper."""
    return f"p={pepper}"


def message(legacy: Legacy) -> bytes:
    """Return what the pepper is to be applied to: the inner output, bound to its setting."""
    return b"\0".join((_LABEL, legacy.setting.encode(), legacy.output))


def write(pepper: int, legacy: Legacy, outer: str) -> str:
    """Return a wrapped digest as it is stored."""
    assert outer.startswith(_OUTER), "it is wrapped by argon2id"
    return f"{MARK}{under(pepper)}$l={len(legacy.output)}${legacy.setting}{outer}"


def read(written: str) -> Wrapped:
    """Return a wrapped digest in its parts. Raises ``UnknownDigest``."""
    found = _WRITTEN.fullmatch(written)
    if found is None:
        raise UnknownDigest
    setting, outer, rest = found[3].rpartition(_OUTER)
    length = int(found[2])
    if not outer or not OUTPUT_BYTES[0] <= length <= OUTPUT_BYTES[1]:
        raise UnknownDigest
    check_setting(setting)
    return Wrapped(int(found[1]), length, setting, outer + rest)
