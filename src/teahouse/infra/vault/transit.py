"""Key-encryption keys held by a key service: the transit engine of Vault or OpenBao, over HTTP.

The keys never leave it. Each of ours is a key of its own there, ``<prefix>-<key id>-<version>``; what
it made is kept in an envelope of the second format, behind our own header, and bound to its place
as associated data. The token is read from its file at each question, so that it can be renewed.
"""

import base64
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import msgspec

from teahouse.ids import Ids
from teahouse.infra.vault import envelope, suites
from teahouse.infra.vault.envelope import Place
from teahouse.infra.vault.keyfile import CHECK_BYTES
from teahouse.infra.vault.model import (
    SHARED,
    BadKeys,
    KeyRef,
    KeyServiceAway,
    Tampered,
    UnknownKey,
    VaultFault,
)

KEY_TYPE = "aes256-gcm96"
BATCH_KEYS = 250  # asked for at once
_CHECK = b"teahouse key check 1"
_JSON = "application/json"


class _Results(msgspec.Struct, frozen=True):
    batch_results: list[dict[str, Any]]


class _Batch(msgspec.Struct, frozen=True):
    data: _Results | None = None


class Answer(Protocol):
    """What came back."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def body(self) -> bytes:
        """The body."""
        ...


class Client(Protocol):
    """What asks: the egress client, which stands on our own floor."""

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Get a URL."""
        ...

    async def post(
        self, url: str, body: bytes, content_type: str, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Post to a URL."""
        ...

    async def delete(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Delete what is at a URL."""
        ...


@dataclass(frozen=True, repr=False)
class Transit:
    """A :class:`KeySource` at a key service. ``url`` is where the engine is mounted."""

    client: Client
    url: str
    token_file: Path
    prefix: str
    ids: Ids
    _known: set[KeyRef] = field(default_factory=set[KeyRef])

    async def newest(self) -> KeyRef | None:
        """Return nothing: a new database gets a key of its own."""
        return None

    async def create(self) -> KeyRef:
        """Make the first key. Raises ``BadKeys``, ``KeyServiceAway``."""
        ref = KeyRef(self.ids.ulid(), 1)
        await self.add(ref, suites.INTERNATIONAL)
        return ref

    async def add(self, ref: KeyRef, suite: int, scope: str = SHARED) -> None:
        """Make another key, of whichever scope. Raises ``BadKeys`` for a suite that the service has not."""
        del scope
        if suite != suites.INTERNATIONAL:
            raise BadKeys("the key service makes no keys of that suite")
        await self._post(f"keys/{self._name(ref)}", {"type": KEY_TYPE})

    async def remove(self, ref: KeyRef) -> None:
        """Destroy a key at the service; nothing when it is gone already."""
        self._known.discard(ref)
        if not await self._is_there(ref):
            return
        self._known.discard(ref)
        await self._post(f"keys/{self._name(ref)}/config", {"deletion_allowed": True})
        answer = await self.client.delete(self._at(f"keys/{self._name(ref)}"), self._headers())
        if answer.status not in (200, 204):
            raise self._refusal(answer)

    async def suite(self, ref: KeyRef) -> int:
        """Return the suite of every key here."""
        return suites.INTERNATIONAL

    async def wrap(self, ref: KeyRef, secret: bytes, place: Place) -> bytes:
        """Seal a key at the service. Raises ``UnknownKey``, ``KeyServiceAway``."""
        if not await self._is_there(ref):  # to seal under a name nobody has would make a key
            raise UnknownKey(f"key-encryption key {ref.key_id} version {ref.version}")
        asked = {"plaintext": _text(secret), "associated_data": _text(self._told(ref, place))}
        told = await self._post(f"encrypt/{self._name(ref)}", asked)
        return envelope.held(ref, suites.INTERNATIONAL, str(told["ciphertext"]).encode("ascii"))

    async def unwrap(self, wrapped: bytes, place: Place) -> bytes:
        """Open a sealed key at the service."""
        ref = envelope.key_of(wrapped)
        asked = {
            "ciphertext": envelope.inner_of(wrapped).decode("ascii", "replace"),
            "associated_data": _text(self._told(ref, place)),
        }
        answer = await self._ask(f"decrypt/{self._name(ref)}", asked)
        if answer.status in (400, 404):  # it says no more than that
            self._known.discard(ref)
            if not await self._is_there(ref):
                raise UnknownKey(f"key-encryption key {ref.key_id} version {ref.version}")
            raise Tampered(f"not sealed for {place.table}.{place.column}")
        return base64.b64decode(self._data(answer)["plaintext"], validate=True)

    async def wrap_many(self, ref: KeyRef, keys: Sequence[tuple[bytes, Place]]) -> list[bytes]:
        """Seal several keys at the service, so many with each question; raises like :meth:`wrap`."""
        if not await self._is_there(ref):
            raise UnknownKey(f"key-encryption key {ref.key_id} version {ref.version}")
        made: list[bytes] = []
        for first in range(0, len(keys), BATCH_KEYS):
            asked = [
                {"plaintext": _text(secret), "associated_data": _text(self._told(ref, place))}
                for secret, place in keys[first : first + BATCH_KEYS]
            ]
            for told in await self._batch(f"encrypt/{self._name(ref)}", asked):
                if told.get("error") or not told.get("ciphertext"):
                    raise KeyServiceAway
                inner = str(told["ciphertext"]).encode("ascii")
                made.append(envelope.held(ref, suites.INTERNATIONAL, inner))
        return made

    async def unwrap_many(self, wrapped: Sequence[tuple[bytes, Place]]) -> list[bytes | None]:
        """Open several sealed keys at the service, so many with each question."""
        opened: list[bytes | None] = [None] * len(wrapped)
        by_key: dict[KeyRef, list[tuple[int, dict[str, str]]]] = {}
        for nth, (one, place) in enumerate(wrapped):
            try:
                ref, inner = envelope.key_of(one), envelope.inner_of(one)
            except VaultFault:
                continue
            asked = {
                "ciphertext": inner.decode("ascii", "replace"),
                "associated_data": _text(self._told(ref, place)),
            }
            by_key.setdefault(ref, []).append((nth, asked))
        for ref, of_key in by_key.items():
            if not await self._is_there(ref):
                continue
            for first in range(0, len(of_key), BATCH_KEYS):
                part = of_key[first : first + BATCH_KEYS]
                answers = await self._batch(f"decrypt/{self._name(ref)}", [a for _, a in part])
                for (nth, _), told in zip(part, answers, strict=True):
                    if not told.get("error"):  # beside which there may be an empty plaintext
                        opened[nth] = base64.b64decode(told["plaintext"], validate=True)
        return opened

    async def check_value(self, ref: KeyRef) -> bytes:
        """Return eight bytes of a MAC under the key."""
        if not await self._is_there(ref):
            raise UnknownKey(f"key-encryption key {ref.key_id} version {ref.version}")
        told = await self._post(f"hmac/{self._name(ref)}", {"input": _text(_CHECK)})
        return base64.b64decode(str(told["hmac"]).rpartition(":")[2], validate=True)[:CHECK_BYTES]

    # -- within --------------------------------------------------------------------------------

    async def _is_there(self, ref: KeyRef) -> bool:
        if ref in self._known:
            return True
        answer = await self.client.get(self._at(f"keys/{self._name(ref)}"), self._headers())
        if answer.status == 404:
            return False
        if self._data(answer).get("type") != KEY_TYPE:
            raise BadKeys(f"{self._name(ref)} at the key service is not a key of {KEY_TYPE}")
        self._known.add(ref)
        return True

    async def _batch(self, path: str, asked: list[dict[str, str]]) -> list[dict[str, Any]]:
        """Ask for several; where one of them fails the answer is 400, and still has the others."""
        answer = await self._ask(path, {"batch_input": asked})
        if answer.status not in (200, 400):
            raise self._refusal(answer)
        try:
            told = msgspec.json.decode(answer.body, type=_Batch).data
        except msgspec.DecodeError:
            raise self._refusal(answer) from None
        if told is None or len(told.batch_results) != len(asked):
            raise self._refusal(answer)
        return told.batch_results

    async def _post(self, path: str, asked: dict[str, Any]) -> dict[str, Any]:
        return self._data(await self._ask(path, asked))

    async def _ask(self, path: str, asked: dict[str, Any]) -> Answer:
        body = msgspec.json.encode(asked)
        return await self.client.post(self._at(path), body, _JSON, self._headers())

    def _data(self, answer: Answer) -> dict[str, Any]:
        if answer.status == 204:
            return {}
        if answer.status != 200:
            raise self._refusal(answer)
        try:
            return msgspec.json.decode(answer.body, type=dict[str, Any]).get("data") or {}
        except msgspec.DecodeError as wrong:
            raise KeyServiceAway from wrong

    def _refusal(self, answer: Answer) -> Exception:
        if answer.status in (400, 403, 404, 405):
            return BadKeys(f"the key service refuses ({answer.status}): look at the token's policy")
        return KeyServiceAway()

    def _headers(self) -> dict[str, str]:
        try:
            loose = stat.S_IMODE(self.token_file.stat().st_mode) & 0o077
            token = self.token_file.read_text("ascii").strip()
        except (OSError, UnicodeDecodeError) as wrong:
            raise BadKeys(f"the token file {self.token_file} cannot be read: {wrong}") from wrong
        if loose:
            words = f"others can read the token file {self.token_file}: chmod 600 {self.token_file}"
            raise BadKeys(words)
        return {"x-vault-token": token, "x-vault-request": "true"}

    def _name(self, ref: KeyRef) -> str:
        return f"{self.prefix}-{ref.key_id}-{ref.version}"

    def _at(self, path: str) -> str:
        return f"{self.url.rstrip('/')}/{path}"

    def _told(self, ref: KeyRef, place: Place) -> bytes:
        return envelope.held(ref, suites.INTERNATIONAL, b"") + place.encoded()


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
