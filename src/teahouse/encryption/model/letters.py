"""Letters between devices as values (Client-Server API, "Send-to-Device messaging")."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

import msgspec

from teahouse.accounts.model import DeviceOf
from teahouse.errors import Invalid, TooLarge

ALL_DEVICES = "*"
LETTERS_AT_ONCE_MAX = 100  # in one sync
ADDRESSED_AT_ONCE_MAX = 5_000  # devices of one sending
NAME_BYTES_MAX = 255
LETTER_LIFE = timedelta(days=180)
TRANSACTION_LIFE = timedelta(days=1)

Messages = Mapping[str, Mapping[str, dict[str, Any]]]


class Letter(NamedTuple):
    """A letter to one device."""

    session_id: str
    user_id: str
    body: bytes


class Fetched(NamedTuple):
    """Letters for a device, and the place up to which it has them; 0: there are no more."""

    bodies: list[bytes]
    place: int


def check_names(event_type: str, txn_id: str) -> None:
    """Refuse a type or a transaction id that is too long."""
    for name, text in (("The type", event_type), ("The transaction id", txn_id)):
        if len(text.encode()) > NAME_BYTES_MAX:
            raise Invalid(f"{name} is longer than {NAME_BYTES_MAX} bytes.")


def addressed(
    sender: str, event_type: str, messages: Messages, devices: Iterable[DeviceOf]
) -> list[Letter]:
    """Return a letter for each device that is there. Raises ``TooLarge``."""
    letters: list[Letter] = []
    bodies: dict[tuple[str, str], bytes] = {}
    for device in devices:
        to = messages[device.user_id]
        named = device.device_id if device.device_id in to else ALL_DEVICES
        content = to.get(named)
        if content is None:
            continue
        body = bodies.get((device.user_id, named))
        if body is None:
            body = msgspec.json.encode({"content": content, "sender": sender, "type": event_type})
            bodies[device.user_id, named] = body
        letters.append(Letter(device.session_id, device.user_id, body))
    if len(letters) > ADDRESSED_AT_ONCE_MAX:
        raise TooLarge(f"At most {ADDRESSED_AT_ONCE_MAX} devices are written to at once.")
    return letters


def split(rows: list[tuple[int, bytes]], until: int, most: int = LETTERS_AT_ONCE_MAX) -> Fetched:
    """Return what is to be given of the letters that lie there, oldest first."""
    due = [(pos, body) for pos, body in rows if pos <= until]
    given = due[:most]
    return Fetched([body for _, body in given], given[-1][0] if len(due) > len(given) else 0)
