"""Proof of work of our own: a signed challenge that any worker can check, and nobody's puzzle.

A challenge has sixteen parts. For each, a client looks for a number such that the SHA-256 of
``token:part:number`` begins with as many zero bits as the token says. Sixteen small parts take
nearly the same time on every try, and a client can show how far it is.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import timedelta

import msgspec

from teahouse.ids import urlsafe

PARTS = 16
ANSWER_MAX = 2**53 - 1
CHALLENGE_LIFE = timedelta(minutes=15)
LINE_WAIT = timedelta(minutes=3)
LINE_LIFE = timedelta(hours=1)
LEVEL_BITS = 2  # each level of pressure is four times the work of the one below
LEVEL_MAX = 3
_SIGN = b"teahouse proof of work 1\0"


class Challenge(msgspec.Struct, frozen=True):
    """What a client is given to solve."""

    challenge: str
    parts: int
    bits: int
    expires_in_seconds: int
    wait_seconds: int  # instead: take a place in line, and come back after so long


class Token(msgspec.Struct, frozen=True):
    """What a token of ours says. ``kind`` is p (solve) or l (a place in line)."""

    kind: str
    bits: int
    made_ms: int
    text: str


def bits_for(base: int, level: int) -> int:
    """Return the zero bits of each part at a level of pressure, 1 to 3."""
    return base + LEVEL_BITS * (min(level, LEVEL_MAX) - 1)


def make_token(key: bytes, kind: str, bits: int, made_ms: int, nonce: bytes) -> str:
    """Return a signed token."""
    body = f"{kind}.{bits}.{made_ms:x}.{urlsafe(nonce)}"
    return f"{body}.{_signature(key, body)}"


def read_token(keys: Sequence[bytes], text: str) -> Token | None:
    """Return what a token says, ``None`` for one that none of our keys has signed."""
    body, _, signature = text.rpartition(".")
    ours = (_signature(key, body).encode() for key in keys)
    if len(text) > 200 or not any(hmac.compare_digest(signature.encode(), one) for one in ours):
        return None
    kind, bits, made_ms, _ = body.split(".")
    return Token(kind, int(bits), int(made_ms, 16), text)


def solves(token: Token, answers: tuple[int, ...]) -> bool:
    """Tell whether every part is solved."""
    if len(answers) != PARTS or not all(0 <= answer <= ANSWER_MAX for answer in answers):
        return False
    return all(part_solved(token, part, answer) for part, answer in enumerate(answers))


def part_solved(token: Token, part: int, answer: int) -> bool:
    """Tell whether a number solves one part."""
    found = hashlib.sha256(f"{token.text}:{part}:{answer}".encode()).digest()
    return int.from_bytes(found[:8], "big") >> (64 - token.bits) == 0


def solve(token: Token) -> tuple[int, ...]:
    """Return an answer, as a client would find it."""
    found: list[int] = []
    for part in range(PARTS):
        answer = 0
        while not part_solved(token, part, answer):
            answer += 1
        found.append(answer)
    return tuple(found)


def _signature(key: bytes, body: str) -> str:
    return urlsafe(hmac.digest(key, _SIGN + body.encode(), hashlib.sha256)[:18])
