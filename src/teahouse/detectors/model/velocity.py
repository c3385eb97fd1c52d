"""Velocity: how often the same may be said, by one or by many, in how many rooms, in which time."""

import hashlib
from datetime import timedelta
from typing import Literal, NamedTuple

import msgspec

from teahouse.detectors.model.folding import as_it_looks, closed

MINUTES_MAX = 24 * 60
LETTERS_MIN = 8  # a shorter text is a greeting, and many say it
ECHOES_KEPT_FOR = timedelta(minutes=MINUTES_MAX)
DIGEST_BYTES = 16


class VelocityError(ValueError):
    """This is no rule of how often the same may be said."""


class Velocity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From when on it is too often: each is a least number, within ``minutes``."""

    by: Literal["one", "many"]  # accounts
    minutes: int
    messages: int = 2
    accounts: int = 1
    rooms: int = 1


class Echo(NamedTuple):
    """How often one text was said in a stretch of time."""

    messages: int
    accounts: int
    rooms: int


def read_velocity(entry: str) -> Velocity:
    """Return the rule of ``by=one minutes=10 messages=20 rooms=5``. Raises ``VelocityError``."""
    parted = [part.partition("=") for part in entry.split()]
    told = {name: value for name, _, value in parted}
    try:
        rule = msgspec.convert(told, Velocity, strict=False)
    except msgspec.ValidationError as wrong:
        raise VelocityError(f"{wrong}") from None
    least = min(rule.messages, rule.accounts, rule.rooms)
    if not 0 < rule.minutes <= MINUTES_MAX or least < 1 or rule.messages < 2:
        raise VelocityError("minutes are 1 to 1440, messages 2 at least, and the others 1")
    return rule


def is_too_often(rule: Velocity, echo: Echo) -> bool:
    """Tell whether something was said as often as a rule has it."""
    return (
        echo.messages >= rule.messages
        and echo.accounts >= rule.accounts
        and echo.rooms >= rule.rooms
    )


def digest_of(text: str) -> bytes | None:
    """Return the digest by which a text is told from others; ``None`` when it is too short."""
    said = closed(as_it_looks(text)).text
    if len(said) < LETTERS_MIN:
        return None
    return hashlib.blake2b(said.encode(), digest_size=DIGEST_BYTES).digest()
