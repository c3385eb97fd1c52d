"""Cross-signing: whose key signs whose, and whether the signature is right.

From the Client-Server API, "Cross-signing", and the appendix "Signing JSON".
"""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from teahouse.encryption.model.keys import DEVICE_KEYS_BYTES_MAX, Object, encoded
from teahouse.errors import BadJson, Kind, Refused, TooLarge

MASTER = "master"
SELF_SIGNING = "self_signing"
USER_SIGNING = "user_signing"
USAGES = (MASTER, SELF_SIGNING, USER_SIGNING)
ED25519 = "ed25519"
UNSIGNED = ("signatures", "unsigned")
SIGNED_AT_ONCE_MAX = 1_000


class BadSignature(Refused):
    """The signature is not right."""

    code = "encryption.bad_signature"
    kind = Kind.UNPROCESSABLE


class NoMasterKey(Refused):
    """There is no master key: upload it first, or with the others."""

    code = "encryption.no_master_key"
    kind = Kind.MISSING


class KeyIdInUse(Refused):
    """A key and a device of yours cannot have one name."""

    code = "encryption.key_id_in_use"
    kind = Kind.FORBIDDEN


class NoSuchKey(Refused):
    """There is no such device or key."""

    code = "encryption.no_such_key"
    kind = Kind.NOT_FOUND


class OtherKey(Refused):
    """What was signed is not the key that is kept here."""

    code = "encryption.other_key"
    kind = Kind.INVALID


class _Shape(msgspec.Struct, frozen=True):
    user_id: str
    usage: list[str]
    keys: dict[str, str]
    signatures: dict[str, dict[str, str]] = {}


class CrossKey(NamedTuple):
    """A cross-signing key: what it is for, its public half, and its JSON text."""

    usage: str
    public_key: str
    body: bytes

    @property
    def value(self) -> Object:
        """The key as JSON."""
        return msgspec.json.decode(self.body)


class Signature(NamedTuple):
    """That ``signer`` has signed the key ``target`` of ``user_id`` with their key ``key_id``."""

    user_id: str
    target: str
    signer: str
    key_id: str
    signature: str


def cross_key(usage: str, value: Object, user_id: str) -> CrossKey:
    """Return a cross-signing key as it is kept. Raises ``BadJson``, ``TooLarge``."""
    try:
        found = msgspec.convert(value, _Shape)
    except msgspec.ValidationError as wrong:
        raise BadJson(f"The {usage} key cannot be used: {wrong}") from wrong
    if found.user_id != user_id or usage not in found.usage or len(found.keys) != 1:
        raise BadJson(f"The {usage} key must be one key, of yours, and for that use.")
    ((name, public_key),) = found.keys.items()
    if not public_key or name != f"{ED25519}:{public_key}":
        raise BadJson(f"The {usage} key is named {ED25519}: and the key itself.")
    body = encoded({name: part for name, part in value.items() if name != "unsigned"})
    if len(body) > DEVICE_KEYS_BYTES_MAX:
        raise TooLarge(f"A key may have at most {DEVICE_KEYS_BYTES_MAX} bytes.")
    return CrossKey(usage, public_key, body)


def check_cross_keys(
    given: Iterable[CrossKey],
    before: Mapping[str, CrossKey],
    user_id: str,
    device_ids: Iterable[str],
) -> None:
    """Refuse new cross-signing keys that do not hang together.

    Raises ``NoMasterKey``, ``BadSignature``, ``KeyIdInUse``.
    """
    new = {key.usage: key for key in given}
    master = new.get(MASTER) or before.get(MASTER)
    if master is None:
        raise NoMasterKey
    taken = set(device_ids)
    for key in new.values():
        if key.public_key in taken:
            raise KeyIdInUse
        if key.usage == MASTER:
            continue
        signature = signature_in(key.value, user_id, f"{ED25519}:{master.public_key}")
        if signature is None or not verifies(key.value, master.public_key, signature):
            raise BadSignature(f"The {key.usage} key is not signed by the master key.")


def is_new(given: Iterable[CrossKey], before: Mapping[str, CrossKey]) -> bool:
    """Tell whether a key among them is another than the one that is kept."""
    return any(
        key.usage not in before or key.public_key != before[key.usage].public_key for key in given
    )


def signature_in(value: Mapping[str, Any], user_id: str, key_id: str) -> str | None:
    """Return a person's signature by one of their keys, if a value bears it."""
    found = signatures_in(value, user_id).get(key_id)
    return found if isinstance(found, str) else None


def signatures_in(value: Mapping[str, Any], user_id: str) -> Object:
    """Return a person's signatures that a value bears, by the id of the key."""
    of_all = value.get("signatures")
    found = of_all.get(user_id) if isinstance(of_all, dict) else None
    return found if isinstance(found, dict) else {}


def plain(value: Mapping[str, Any]) -> Object:
    """Return a value as it was before anybody signed it."""
    return {name: part for name, part in value.items() if name not in UNSIGNED}


def canonical(value: Mapping[str, Any]) -> bytes:
    """Return the bytes that a signature is over."""
    text = json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def verifies(value: Mapping[str, Any], public_key: str, signature: str) -> bool:
    """Tell whether a signature over a value was made with a key."""
    try:
        key = Ed25519PublicKey.from_public_bytes(_raw(public_key))
        key.verify(_raw(signature), canonical(value))
    except (ValueError, InvalidSignature):
        return False
    return True


def _raw(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise ValueError("no base64") from wrong


def shown_to(reader: str, signature: Signature) -> bool:
    """Tell whether somebody may see a signature: by the key's owner, or by themselves."""
    return signature.signer in (signature.user_id, reader)


def with_signatures(body: bytes, added: Iterable[Signature]) -> Object:
    """Return a key with the signatures that were added to it."""
    value: Object = msgspec.json.decode(body)
    for one in added:
        of_all = value.setdefault("signatures", {})
        of_all.setdefault(one.signer, {})[one.key_id] = one.signature
    return value


class Ring(NamedTuple):
    """The keys of one person that may sign, or be signed."""

    devices: dict[str, bytes]
    cross: dict[str, CrossKey]

    def target(self, name: str) -> bytes | None:
        """Return the key that is called so: a device's, or the master key by its public half."""
        if name in self.devices:
            return self.devices[name]
        master = self.cross.get(MASTER)
        return master.body if master is not None and master.public_key == name else None


def added_signatures(
    signer: str, mine: Ring, whose: str, theirs: Ring, name: str, value: Object
) -> list[Signature]:
    """Return the new signatures that ``signer`` has put to a key of ``whose``.

    One's devices are signed by the self-signing key, one's master key by a device, and another's
    master key by the user-signing key. Raises ``NoSuchKey``, ``OtherKey``, ``BadSignature``.
    """
    kept = theirs.target(name)
    if kept is None or (signer != whose and name in theirs.devices):
        raise NoSuchKey
    if encoded(plain(value)) != encoded(plain(msgspec.json.decode(kept))):
        raise OtherKey
    signers = _signers(mine, own=signer == whose, device=name in theirs.devices)
    before = signatures_in(msgspec.json.decode(kept), signer)
    added: list[Signature] = []
    for key_id, signature in signatures_in(value, signer).items():
        if before.get(key_id) == signature or key_id not in signers:
            continue
        if not isinstance(signature, str) or not verifies(value, signers[key_id], signature):
            raise BadSignature
        added.append(Signature(whose, name, signer, key_id, signature))
    if not added and not before:
        raise BadSignature("There is no signature of yours.")
    return added


def _signers(mine: Ring, *, own: bool, device: bool) -> dict[str, str]:
    """Return the public keys, by key id, with which one may sign such a key."""
    if own and not device:
        return _device_signers(mine)
    usage = SELF_SIGNING if own else USER_SIGNING
    key = mine.cross.get(usage)
    return {} if key is None else {f"{ED25519}:{key.public_key}": key.public_key}


def _device_signers(mine: Ring) -> dict[str, str]:
    found: dict[str, str] = {}
    for device_id, body in mine.devices.items():
        name = f"{ED25519}:{device_id}"
        public_key = msgspec.json.decode(body)["keys"].get(name)
        if public_key is not None:
            found[name] = public_key
    return found
