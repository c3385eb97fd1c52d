"""Keys of age, each in a file of mode 0600: for what lies with somebody else and is read back here.

The public half of one, the recipient, locks and is no secret. What is locked to it alone is opened by
nobody any more once the file, and every copy of it, is destroyed.
"""

import hashlib
import os
from pathlib import Path
from typing import Any, NamedTuple, cast

import pyrage

from teahouse.infra.vault.model import BadKeys

AGE = b"age-encryption.org/v1"
SECRET = "AGE-SECRET-KEY-"  # noqa: S105 - how such a line begins
_age: Any = pyrage  # its types are in no package that we use
FAULTS: tuple[type[Exception], ...] = (
    _age.DecryptError,
    _age.IdentityError,
    OSError,
    ValueError,
)


class Identity(NamedTuple):
    """A key as it may be told: to whom one locks, and the SHA-256 of its secret half."""

    recipient: str
    digest: str


def write_identity(path: Path, passphrase: str) -> Identity:
    """Write a new key to a file that is not there yet, locked by a passphrase if there is one.

    Raises ``BadKeys`` when it cannot be written.
    """
    made = _age.x25519.Identity.generate()
    text = f"# public key: {made.to_public()}\n{made}\n".encode()
    content: bytes = _age.passphrase.encrypt(text, passphrase) if passphrase else text
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _sync(path.parent)
    except OSError as wrong:
        raise BadKeys(f"the key file {path} cannot be written: {wrong}") from wrong
    return _told(made)


def read_identity(path: Path, passphrase: str) -> Identity | None:
    """Return the key of a file, ``None`` when there is no file. Raises ``BadKeys``."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as wrong:
        raise BadKeys(f"the key file {path} cannot be read: {wrong}") from wrong
    try:
        (found,) = keys_in(content, passphrase)
    except FAULTS as wrong:
        raise BadKeys(f"there is no key in {path}, or its passphrase is another one") from wrong
    return _told(found)


def keys_in(content: bytes, passphrase: str) -> list[Any]:
    """Return the keys of a file's content, for age. Raises one of ``FAULTS``."""
    if content.startswith(AGE):
        content = cast("bytes", _age.passphrase.decrypt(content, passphrase))
    lines = [line.strip() for line in content.decode(errors="replace").splitlines()]
    return [_age.x25519.Identity.from_str(one) for one in lines if one.startswith(SECRET)]


def destroy_identity(path: Path) -> None:
    """Write a key's file over and take it away; nothing when there is none. Raises ``BadKeys``."""
    try:
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        _sync(path.parent)
    except FileNotFoundError:
        return
    except OSError as wrong:
        raise BadKeys(f"the key file {path} cannot be destroyed: {wrong}") from wrong


def _told(key: Any) -> Identity:
    return Identity(str(key.to_public()), hashlib.sha256(str(key).encode()).hexdigest())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
