"""Receipts and typing as values (Client-Server API, "Receipts", "Typing Notifications")."""

from collections.abc import Collection, Iterable
from typing import Any

import msgspec

from teahouse.errors import Invalid

READ = "m.read"
READ_PRIVATE = "m.read.private"
FULLY_READ = "m.fully_read"
TYPES = frozenset([READ, READ_PRIVATE, FULLY_READ])
TYPING_MS_MAX = 120_000
TYPING_MS_DEFAULT = 30_000
MAIN_THREAD = "main"

ReceiptKey = tuple[str, str, str]


class Receipt(msgspec.Struct, frozen=True, array_like=True):
    """How far somebody has read. ``thread_id`` is empty for a receipt of the whole room."""

    room_id: str
    user_id: str
    type: str
    thread_id: str
    event_id: str
    event_pos: int
    ts: int

    @property
    def of(self) -> ReceiptKey:
        """Which receipt of the room this is."""
        return self.user_id, self.type, self.thread_id


def check_type(name: str, allowed: Iterable[str] = TYPES) -> None:
    """Refuse a kind of receipt that the specification does not have."""
    if name not in allowed:
        raise Invalid(f"{name[:40]!r} is not a kind of receipt.")


def check_thread(thread_id: Any) -> str:
    """Return a body's thread id, empty when it has none."""
    if thread_id is None:
        return ""
    if not isinstance(thread_id, str) or not thread_id or len(thread_id.encode()) > 255:
        raise Invalid("thread_id must be an event id or main.")
    if thread_id != MAIN_THREAD and not thread_id.startswith("$"):
        raise Invalid("thread_id must be an event id or main.")
    return thread_id


def contents(
    receipts: Iterable[Receipt], reader: str, ignored: Collection[str] = ()
) -> list[dict[str, Any]]:
    """Return ``m.receipt`` contents of what ``reader`` may see, and not of whom they ignore.

    One content has room for one receipt of a person and kind at an event: the same person's
    receipts there for several threads go into as many contents.
    """
    found: list[dict[str, Any]] = []
    for receipt in receipts:
        is_private = receipt.type == READ_PRIVATE and receipt.user_id != reader
        if is_private or receipt.user_id in ignored:
            continue
        about: dict[str, Any] = {"ts": receipt.ts}
        if receipt.thread_id:
            about["thread_id"] = receipt.thread_id
        for content in found:
            people = content.setdefault(receipt.event_id, {}).setdefault(receipt.type, {})
            if receipt.user_id not in people:
                people[receipt.user_id] = about
                break
        else:
            found.append({receipt.event_id: {receipt.type: {receipt.user_id: about}}})
    return found
