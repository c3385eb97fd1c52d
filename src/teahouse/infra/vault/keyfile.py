"""Key-encryption keys in a file that only the server's own user can read.

One key a line, ``teahouse-kek <key id> <version> <key in hexadecimal>``; the last line is the newest
of those that are for all, and those of single scopes stand before.
A key of 32 bytes is for AES-256-GCM, one of 16 for SM4-GCM. With a passphrase all lines are sealed
together, and the file is one line, ``teahouse-sealed <salt> <nonce> <ciphertext>``. Whoever has this file and the database can read everything: back them up apart.
"""

import fcntl
import hashlib
import hmac
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag

from teahouse.ids import Ids
from teahouse.infra.vault import envelope, suites
from teahouse.infra.vault.envelope import Place
from teahouse.infra.vault.model import SHARED, BadKeys, KeyRef, UnknownKey, VaultFault
from teahouse.infra.vault.suites import Cipher

_LABEL = "teahouse-kek"
_SEALED = "teahouse-sealed"
_SALT_BYTES = 16
_COST = 2**15  # of scrypt: 32 MiB, and a tenth of a second
_CHECK = b"teahouse key check 1"
CHECK_BYTES = 8


class KeySource(Protocol):
    """Who holds the key-encryption keys: a file here, a key service elsewhere.

    ``wrap`` and ``unwrap`` are asked with the place of the wrapped key, bound into it. Both raise
    ``UnknownKey`` for a key that the source does not have; ``unwrap`` raises ``Tampered``.
    """

    async def newest(self) -> KeyRef | None:
        """Return the newest key, or ``None`` when there is none at all."""
        ...

    async def create(self) -> KeyRef:
        """Make the first key."""
        ...

    async def add(self, ref: KeyRef, suite: int, scope: str = SHARED) -> None:
        """Make another key, for now beside the others; of a scope, where its keys are kept."""
        ...

    async def remove(self, ref: KeyRef) -> None:
        """Destroy a key; nothing when there is none."""
        ...

    async def suite(self, ref: KeyRef) -> int:
        """Return the suite that a key seals with."""
        ...

    async def wrap(self, ref: KeyRef, secret: bytes, place: Place) -> bytes:
        """Seal a key under a key."""
        ...

    async def unwrap(self, wrapped: bytes, place: Place) -> bytes:
        """Open a sealed key."""
        ...

    async def wrap_many(self, ref: KeyRef, keys: Sequence[tuple[bytes, Place]]) -> list[bytes]:
        """Seal several keys, each for its place, with one question."""
        ...

    async def unwrap_many(self, wrapped: Sequence[tuple[bytes, Place]]) -> list[bytes | None]:
        """Open several sealed keys; ``None`` for each that cannot be opened."""
        ...

    async def check_value(self, ref: KeyRef) -> bytes:
        """Return bytes by which the key is recognised, and from which it cannot be found."""
        ...


@dataclass(frozen=True, repr=False)
class KeyFile:
    """A :class:`KeySource` in a local file of mode 0600."""

    path: Path
    ids: Ids
    passphrase: bytes = b""
    _keys: dict[KeyRef, bytes] = field(default_factory=dict[KeyRef, bytes], repr=False)

    async def newest(self) -> KeyRef | None:
        """Return the key of the last line. Raises ``BadKeys`` for a file that is not safe."""
        self._read()
        return next(reversed(self._keys), None)

    async def create(self) -> KeyRef:
        """Write the file with its first key. Raises ``BadKeys`` when it cannot be written."""
        ref = KeyRef(self.ids.ulid(), 1)
        secret = self.ids.bytes(suites.CIPHER_KEY_BYTES[suites.INTERNATIONAL])
        self._write_new(self.path, self._written({ref: secret}))
        self._read()
        assert self._keys[ref] == secret, "the key file reads as it was written"
        return ref

    async def add(self, ref: KeyRef, suite: int, scope: str = SHARED) -> None:
        """Write another key at the end of the file, of a scope at its beginning. Raises ``BadKeys`` when it cannot be written.

        The file is replaced whole: a reader sees it as it was or as it is, at every instant.
        """
        made = {ref: self.ids.bytes(suites.CIPHER_KEY_BYTES[suite])}
        with self._alone() as keys:
            assert ref not in keys, "a key is made once"
            self._replace({**keys, **made} if scope == SHARED else {**made, **keys})

    async def remove(self, ref: KeyRef) -> None:
        """Take a key out of the file, for ever. Raises ``BadKeys`` when it cannot be written."""
        with self._alone() as keys:
            if keys.pop(ref, None) is not None:
                self._replace(keys)

    def held(self) -> dict[KeyRef, bytes]:
        """Return the keys of the file, the newest last. Raises ``BadKeys``."""
        self._read()
        return dict(self._keys)

    def borrow(self, keys: Mapping[KeyRef, bytes]) -> frozenset[KeyRef]:
        """Put older keys before those of the file and return which; for a back-up's sake.

        An empty file is filled with them, and then none is borrowed. Raises ``BadKeys``.
        """
        with self._alone() as own:
            if not own:
                self._write_new(self.path, self._written(dict(keys)))
                return frozenset()
            lacking = {ref: key for ref, key in keys.items() if ref not in own}
            if lacking:
                self._replace({**lacking, **own})
        return frozenset(lacking)

    async def suite(self, ref: KeyRef) -> int:
        """Return the suite that the length of a key says."""
        return self._cipher(ref).suite

    async def wrap(self, ref: KeyRef, secret: bytes, place: Place) -> bytes:
        """Seal a key under a key of the file."""
        nonce = self.ids.bytes(envelope.NONCE_BYTES)
        return envelope.seal(self._cipher(ref), ref, nonce, place, secret)

    async def unwrap(self, wrapped: bytes, place: Place) -> bytes:
        """Open a key sealed under a key of the file."""
        return envelope.open_(self._cipher(envelope.key_of(wrapped)), place, wrapped)

    async def wrap_many(self, ref: KeyRef, keys: Sequence[tuple[bytes, Place]]) -> list[bytes]:
        """Seal several keys under a key of the file."""
        cipher, size = self._cipher(ref), envelope.NONCE_BYTES
        drawn = self.ids.bytes(size * len(keys)) if keys else b""
        nonces = (drawn[at : at + size] for at in range(0, len(drawn), size))
        return [
            envelope.seal(cipher, ref, nonce, place, secret)
            for nonce, (secret, place) in zip(nonces, keys, strict=True)
        ]

    async def unwrap_many(self, wrapped: Sequence[tuple[bytes, Place]]) -> list[bytes | None]:
        """Open several keys sealed under keys of the file; ``None`` for what does not open."""
        ciphers: dict[KeyRef, Cipher] = {}
        opened: list[bytes | None] = []
        for one, place in wrapped:
            try:
                ref = envelope.key_of(one)
                if ref not in ciphers:
                    ciphers[ref] = self._cipher(ref)
                opened.append(envelope.open_(ciphers[ref], place, one))
            except VaultFault:
                opened.append(None)
        return opened

    async def check_value(self, ref: KeyRef) -> bytes:
        """Return eight bytes of a MAC under the key."""
        return hmac.digest(self._key(ref), _CHECK, hashlib.sha256)[:CHECK_BYTES]

    def _cipher(self, ref: KeyRef) -> Cipher:
        key = self._key(ref)
        suite = suites.suite_of_key(key)
        assert suite is not None, "a line that was read has the length of a key"
        return suites.cipher(suite, key)

    def _key(self, ref: KeyRef) -> bytes:
        if ref not in self._keys:
            self._read()  # another process may have added a version since
        if ref not in self._keys:
            raise UnknownKey(f"key-encryption key {ref.key_id} version {ref.version}")
        return self._keys[ref]

    @contextmanager
    def _alone(self) -> Iterator[dict[KeyRef, bytes]]:
        """Give the keys as they are now, while no other process of this host changes the file.

        What is written is what was read and a change: of two at once, one would lose a key.
        """
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self.path.parent, os.O_RDONLY)
        except OSError as wrong:
            raise BadKeys(f"the key file {self.path} cannot be written: {wrong}") from wrong
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            self._take()
            yield dict(self._keys)
        finally:
            os.close(handle)

    def _read(self) -> None:
        if self._take():
            with self._alone() as keys:
                self._replace(keys)

    def _take(self) -> bool:
        """Read the file, and tell whether it is yet to be sealed by the passphrase."""
        try:
            mode = stat.S_IMODE(self.path.stat().st_mode)
            text = self.path.read_text("ascii")
        except FileNotFoundError:
            return False
        except (OSError, UnicodeDecodeError) as wrong:
            raise BadKeys(f"the key file {self.path} cannot be read: {wrong}") from wrong
        if mode & 0o077:
            raise BadKeys(f"others can read the key file {self.path}: chmod 600 {self.path}")
        plain = _unsealed(text, self.passphrase, self.path)
        lines = enumerate(plain.splitlines(), 1)
        found = dict(self._parsed(line, number) for number, line in lines)
        self._keys.clear()
        self._keys.update(found)
        return bool(self.passphrase) and plain is text and bool(found)

    def _parsed(self, line: str, number: int) -> tuple[KeyRef, bytes]:
        try:
            label, key_id, version, secret = line.split(" ")
            ref, key = KeyRef(key_id, int(version)), bytes.fromhex(secret)
            same = envelope.key_id_text(envelope.key_id_bytes(key_id))
        except (ValueError, OverflowError):
            raise BadKeys(f"line {number} of the key file {self.path} is not a key") from None
        whole = suites.suite_of_key(key) is not None and same == key_id and ref.version > 0
        if label != _LABEL or not whole:
            raise BadKeys(f"line {number} of the key file {self.path} is not a key")
        return ref, key

    def _written(self, keys: dict[KeyRef, bytes]) -> str:
        text = "".join(_line(ref, key) for ref, key in keys.items())
        if not self.passphrase:
            return text
        salt, nonce = self.ids.bytes(_SALT_BYTES), self.ids.bytes(envelope.NONCE_BYTES)
        cipher = suites.cipher(suites.INTERNATIONAL, _stretched(self.passphrase, salt))
        sealed = cipher.encrypt(nonce, text.encode(), _SEALED.encode())
        return f"{_SEALED} {salt.hex()} {nonce.hex()} {sealed.hex()}\n"

    def _replace(self, keys: dict[KeyRef, bytes]) -> None:
        draft = self.path.with_name(f"{self.path.name}.{self.ids.ulid()}")
        self._write_new(draft, self._written(keys))
        try:
            draft.replace(self.path)
            _sync(self.path.parent)
        except OSError as wrong:
            raise BadKeys(f"the key file {self.path} cannot be written: {wrong}") from wrong
        self._take()
        assert self._keys == keys, "the key file reads as it was written"

    def _write_new(self, path: Path, text: str) -> None:
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            _sync(path.parent)
        except OSError as wrong:
            raise BadKeys(f"the key file {path} cannot be written: {wrong}") from wrong


def read_passphrase(path: Path) -> bytes:
    """Return the first line of a file of mode 0600. Raises ``BadKeys``."""
    try:
        loose = stat.S_IMODE(path.stat().st_mode) & 0o077
        line = path.read_bytes().partition(b"\n")[0].strip()
    except OSError as wrong:
        raise BadKeys(f"the passphrase file {path} cannot be read: {wrong}") from wrong
    if loose:
        raise BadKeys(f"others can read the passphrase file {path}: chmod 600 {path}")
    if not line:
        raise BadKeys(f"the passphrase file {path} is empty")
    return line


def _unsealed(text: str, passphrase: bytes, path: Path) -> str:
    """Return the lines of a key file, themselves if they are not sealed."""
    if not text.startswith(_SEALED):
        return text
    if not passphrase:
        raise BadKeys(f"the key file {path} is sealed: name its passphrase, key_passphrase_file")
    try:
        _, *parts = text.split()
        salt, nonce, sealed = (bytes.fromhex(part) for part in parts)
        cipher = suites.cipher(suites.INTERNATIONAL, _stretched(passphrase, salt))
        return cipher.decrypt(nonce, sealed, _SEALED.encode()).decode("ascii")
    except (ValueError, InvalidTag):
        raise BadKeys(f"the passphrase does not open the key file {path}") from None


def _stretched(passphrase: bytes, salt: bytes) -> bytes:
    return hashlib.scrypt(passphrase, salt=salt, n=_COST, r=8, p=1, maxmem=_COST * 2048, dklen=32)


def _line(ref: KeyRef, secret: bytes) -> str:
    return f"{_LABEL} {ref.key_id} {ref.version} {secret.hex()}\n"


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
