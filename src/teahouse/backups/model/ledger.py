"""The ledger as a file: a line for each erasure, chained and signed, added to and never changed.

What people took back without leaving is in it, too: the redactions and what they answered about
purposes, each in the words of :func:`redaction` and :func:`answer`, where a subject has its id.

Its first line names the key that signs; when another signs from then on, one that was named before
says so, the former one if it is still here. So whoever knows one of the keys can prove all that
follows it. A last line
without its end is one that was being written when the house fell, and counts as not written.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from teahouse.errors import Kind, Refused
from teahouse.notices.model.chain import GENESIS, Document, canonical, key_id_of, signed

CONTEXT = "erasure"
REDACTION, ANSWER, YES, NO = "redaction", "answer", "yes", "no"
ANSWER_WORDS = 5
_ERASED = {"seq", "at", "subject_id", "hidden", "prev", "key_id", "signature"}
_KEY = {"at", "public", "server_name", "prev", "key_id", "signature"}


class BadLedger(Refused):
    """The ledger of erasures has been changed."""

    code = "backups.bad_ledger"
    kind = Kind.INVALID


class Erasure(msgspec.Struct, frozen=True):
    """Somebody was erased; or something was taken back, and ``subject_id`` names it."""

    seq: int
    at: str
    subject_id: str
    hidden: bool


class Again(NamedTuple):
    """How much of what a ledger tells was done again."""

    erased: int = 0
    redacted: int = 0
    withdrawn: int = 0

    def __add__(self, other: "tuple[object, ...]") -> "Again":
        """Count both."""
        assert isinstance(other, Again), "like with like"
        return Again(*(one + more for one, more in zip(self, other, strict=True)))


def redaction(event_id: str) -> str:
    """Return how the ledger names a redaction."""
    return f"{REDACTION} {event_id}"


def answer(account_id: str, purpose_id: str, answer_id: str, *, yes: bool) -> str:
    """Return how the ledger names what somebody answered about a purpose; later ids sort behind."""
    return f"{ANSWER} {account_id} {purpose_id} {answer_id} {YES if yes else NO}"


def redacted(named: str) -> str | None:
    """Return which event was redacted, if it is that what is named."""
    kind, _, event_id = named.partition(" ")
    return event_id if kind == REDACTION else None


def last_noes(told: Sequence[Erasure]) -> dict[str, tuple[str, str]]:
    """Return the withdrawals that nobody has taken back since, as (account, purpose) by their name."""
    last: dict[tuple[str, str], tuple[str, str]] = {}
    for one in told:
        words = one.subject_id.split(" ")
        if len(words) == ANSWER_WORDS and words[0] == ANSWER:
            last[words[1], words[2]] = one.subject_id, words[4]
    return {name: whose for whose, (name, said) in last.items() if said == NO}


class End(NamedTuple):
    """The end of a ledger: what the next line follows from, the newest number, and who signs."""

    prev: str = GENESIS
    seq: int = 0
    key_id: str = ""


def line_hash(line: Document) -> str:
    """Return the hash of a line, which the next one holds."""
    return hashlib.sha256(canonical(line)).hexdigest()


def lines_of(text: bytes) -> list[Document]:
    """Return the whole lines of a ledger. Raises ``BadLedger``."""
    found: list[Document] = []
    for number, raw in enumerate(text.split(b"\n")[:-1], 1):
        try:
            line: Any = msgspec.json.decode(raw)
        except (msgspec.DecodeError, ValueError):  # not UTF-8
            line = None
        if not isinstance(line, dict) or set(line) not in (_ERASED, _KEY):
            raise BadLedger(f"line {number} of the ledger is none")
        found.append(line)
    return found


def end_of(lines: Sequence[Document]) -> End:
    """Return the end of a ledger."""
    if not lines:
        return End()
    numbers = [line["seq"] for line in lines if "seq" in line]
    last = lines[-1]
    signer = key_id_of(last["public"]) if "public" in last else last["key_id"]
    return End(line_hash(last), numbers[-1] if numbers else 0, signer)


def check_ledger(lines: Sequence[Document], trusted: Mapping[str, str]) -> list[Erasure]:
    """Return what a ledger tells, when every line is as it was written.

    ``trusted`` are public keys by their ids; one of them must have signed the first line or have been
    handed on to, directly or not. Raises ``BadLedger`` with the first line that is wrong.
    """
    known, prev, seq, signer = dict(trusted), GENESIS, 0, ""
    found: list[Erasure] = []
    for number, line in enumerate(lines, 1):
        wrong = f"line {number} of the ledger"
        if line["prev"] != prev:
            raise BadLedger(f"{wrong} does not follow from the one before")
        if signer and line["key_id"] != signer and "public" not in line:
            raise BadLedger(f"{wrong} is not signed by the key that signed then")
        public = known.get(line["key_id"])
        if public is None or not signed(CONTEXT, line, public):
            raise BadLedger(f"{wrong} is not signed by a key of this house")
        if "public" in line:
            signer = key_id_of(line["public"])
            known[signer] = line["public"]
        else:
            if line["seq"] != seq + 1:
                raise BadLedger(f"{wrong} is not the next: the numbers have a hole")
            seq, signer = line["seq"], line["key_id"]
            found.append(Erasure(seq, line["at"], line["subject_id"], line["hidden"]))
        prev = line_hash(line)
    return found
