"""Device keys, one-time keys and fallback keys as values (Client-Server API, "Key management")."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from teahouse.errors import BadJson, Kind, Refused, TooLarge

NAME_BYTES_MAX = 255
DEVICE_KEYS_BYTES_MAX = 32 * 1024
KEY_BYTES_MAX = 4 * 1024
STOCK_MAX = 1_000  # one-time keys of one device
FALLBACKS_MAX = 20  # algorithms of one device
PEOPLE_AT_ONCE_MAX = 2_000
CLAIMS_AT_ONCE_MAX = 5_000
USUAL_ALGORITHM = "signed_curve25519"  # told even when there is none of it

Object = dict[str, Any]


class KeyExists(Refused):
    """One time key already exists, with another content."""

    code = "encryption.key_exists"
    kind = Kind.INVALID


class NoDevice(Refused):
    """Say for which device: a service does so by device_id."""

    code = "encryption.no_device"
    kind = Kind.MISSING


class TooManyKeys(Refused):
    """That is more keys than one device may keep here."""

    code = "encryption.too_many_keys"
    kind = Kind.TOO_LARGE


def check_device_said(session_id: str) -> None:
    """Refuse a service that has not said which device it is: ``NoDevice``."""
    if not session_id:
        raise NoDevice


class DeviceKeys(msgspec.Struct, frozen=True):
    """What device keys must hold; they may hold more."""

    user_id: str
    device_id: str
    algorithms: list[str]
    keys: dict[str, str]
    signatures: dict[str, dict[str, str]]


class SignedKey(msgspec.Struct, frozen=True):
    """What a key that is signed must hold."""

    key: str
    signatures: dict[str, Object]


class StoredKey(NamedTuple):
    """A one-time or fallback key: its algorithm, its id, and its JSON text."""

    algorithm: str
    key_id: str
    body: bytes

    @property
    def name(self) -> str:
        """The name that clients give it."""
        return f"{self.algorithm}:{self.key_id}"


class Stock(msgspec.Struct, frozen=True):
    """How many one-time keys a device has here, and which of its fallback keys are unused."""

    counts: dict[str, int] = {}
    unused: list[str] = []

    @property
    def told(self) -> dict[str, int]:
        """The counts as clients are told them."""
        return {USUAL_ALGORITHM: 0} | self.counts


def encoded(value: Any) -> bytes:
    """Return a JSON text that is the same for equal values."""
    return msgspec.json.encode(value, order="deterministic")


def device_keys_text(keys: Object, user_id: str, device_id: str) -> bytes:
    """Return device keys as they are kept. Raises ``BadJson``, ``TooLarge``."""
    try:
        found = msgspec.convert(keys, DeviceKeys)
    except msgspec.ValidationError as wrong:
        raise BadJson(f"device_keys cannot be used: {wrong}") from wrong
    if found.user_id != user_id or found.device_id != device_id:
        raise BadJson("device_keys name another user or device than the one that uploads them.")
    if not all(user.startswith("@") for user in found.signatures):
        raise BadJson("The signatures of device_keys are named by users.")
    body = encoded({name: value for name, value in keys.items() if name != "unsigned"})
    if len(body) > DEVICE_KEYS_BYTES_MAX:
        raise TooLarge(f"device_keys may have at most {DEVICE_KEYS_BYTES_MAX} bytes.")
    return body


def stored_keys(keys: Mapping[str, Any]) -> list[StoredKey]:
    """Return one-time or fallback keys as they are kept. Raises ``BadJson``, ``TooLarge``."""
    return [_stored_key(name, value) for name, value in keys.items()]


def _stored_key(name: str, value: Any) -> StoredKey:
    algorithm, colon, key_id = name.partition(":")
    if not (algorithm and colon and key_id) or len(name.encode()) > NAME_BYTES_MAX:
        raise BadJson("A key is named by its algorithm, a colon and an id.")
    if not isinstance(value, str):
        try:
            signed = msgspec.convert(value, SignedKey)
        except msgspec.ValidationError as wrong:
            raise BadJson(f"The key {name[:80]} cannot be used: {wrong}") from wrong
        if not all(user.startswith("@") for user in signed.signatures):
            raise BadJson("The signatures of a key are named by users.")
    body = encoded(value)
    if len(body) > KEY_BYTES_MAX:
        raise TooLarge(f"A key may have at most {KEY_BYTES_MAX} bytes.")
    return StoredKey(algorithm, key_id, body)


def check_fallbacks(keys: list[StoredKey]) -> None:
    """Refuse fallback keys of more algorithms than there can be."""
    if len({key.algorithm for key in keys}) > FALLBACKS_MAX:
        raise TooManyKeys


def unknown_keys(
    uploaded: list[StoredKey], known: Mapping[tuple[str, str], bytes]
) -> list[StoredKey]:
    """Return those that are not there yet. Raises ``KeyExists`` for one that is there otherwise."""
    new: list[StoredKey] = []
    for key in uploaded:
        before = known.get((key.algorithm, key.key_id))
        if before is None:
            new.append(key)
        elif before != key.body:
            raise KeyExists(f"One time key {key.name} already exists, with another content.")
    return new


def wanted_claims(asked: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str, str]]:
    """Return (user, device, algorithm) of each key that is asked for. Raises ``TooLarge``."""
    claims = [
        (user_id, device_id, algorithm)
        for user_id, devices in asked.items()
        for device_id, algorithm in devices.items()
    ]
    if len(claims) > CLAIMS_AT_ONCE_MAX:
        raise TooLarge(f"At most {CLAIMS_AT_ONCE_MAX} keys are claimed at once.")
    return claims


def check_people(asked: Mapping[str, Any]) -> None:
    """Refuse to look at more people at once than there is room for."""
    if len(asked) > PEOPLE_AT_ONCE_MAX:
        raise TooLarge(f"At most {PEOPLE_AT_ONCE_MAX} people are asked about at once.")


def unreached(asked: Mapping[str, Any], server_name: str) -> dict[str, Object]:
    """Return ``failures``: the other servers that were named, none of which we speak with."""
    others = {user_id.partition(":")[2] for user_id in asked} - {server_name}
    why = {"status": 503, "message": "This server does not federate."}
    return {name: dict(why) for name in sorted(others) if name}
