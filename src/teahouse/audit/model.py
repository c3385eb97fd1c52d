"""An audit entry and how it is chained."""

import hashlib
from datetime import UTC, datetime

import msgspec

GENESIS = b"\0" * 32  # the hash before the first entry
PAGE_ENTRIES_MAX = 200
VERIFY_ENTRIES_MAX = 1000  # read at once while verifying
DETAIL_BYTES_MAX = 16 * 1024


class Entry(msgspec.Struct, frozen=True):
    """One decision. ``reach`` says what it extends to; both JSON texts are canonical."""

    seq: int
    at: datetime
    actor: str  # an operator's id, "system", "cli:<os user>", "account:<account id>"
    act: str  # a dotted word: "gate.policy_set"
    target: str
    reach: str
    detail: str
    prev_hash: bytes
    hash: bytes


def canonical(value: dict[str, object] | None) -> str:
    """Return JSON with sorted keys and no spaces, so that equal values hash equally."""
    text = msgspec.json.encode(value or {}, order="deterministic").decode()
    assert len(text) <= DETAIL_BYTES_MAX, "an audit entry names things; it does not hold them"
    return text


def chain_hash(entry: Entry) -> bytes:
    """Return the SHA-256 over the entry's content and the hash before it, lengths included."""
    parts = (
        entry.prev_hash,
        str(entry.seq).encode(),
        entry.at.astimezone(UTC).isoformat(timespec="microseconds").encode(),
        *(text.encode() for text in (entry.actor, entry.act, entry.target)),
        entry.reach.encode(),
        entry.detail.encode(),
    )
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.digest()


def first_break(entries: list[Entry], seq: int, prev_hash: bytes) -> int | None:
    """Return the first number, from ``seq`` on, whose entry is not what was appended there."""
    for entry in entries:
        if entry.seq != seq or entry.prev_hash != prev_hash or chain_hash(entry) != entry.hash:
            return seq
        seq, prev_hash = seq + 1, entry.hash
    return None
