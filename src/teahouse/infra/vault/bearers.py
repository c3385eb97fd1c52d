"""Bearer words: how a token that was given out is known again while its key changes.

What is kept of a word is a MAC of its SHA-256 under the house's key for sessions, behind two bytes
with that key's version. Nobody has the words to make the MACs again under another key, so every
key that opens is tried, and what is kept is brought under the newest when the word is next shown.

A house from before has bare SHA-256s. They count as under version 1: known until that is disabled.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.keyring import KeyRing, MacKey, Versions
from teahouse.infra.vault.lifecycle import KeyPurpose
from teahouse.infra.vault.suites import mac

T = TypeVar("T")

VERSION_BYTES = 2
BARE_VERSION = 1  # under which bare digests count


class Kept(NamedTuple):
    """What is stored of a word.

    ``generation`` is that of the keys it was made under. It is not stored: the statement that
    writes the digest asks ``vault_current`` whether it may still.
    """

    digest: bytes
    generation: int


class Under(NamedTuple):
    """Which digests are under a version: by their beginning, and the bare ones or not."""

    beginning: bytes
    bare: bool


@dataclass(frozen=True, slots=True)
class Bearers:
    """Keeps and finds words of one kind. ``bare`` is always the SHA-256 of a word.

    ``kind`` is in the MAC, so that what is kept of one kind of word finds none of another.
    """

    ring: KeyRing
    kind: str

    def kept(self, bare: bytes) -> Kept:
        """Return what to store of a word."""
        keys = self.ring.keys
        versions = keys.secrets.get(KeyPurpose.SESSION)
        if versions is None:
            return Kept(bare, keys.generation)
        return Kept(self._under(versions, versions.primary, bare), keys.generation)

    def candidates(self, bare: bytes) -> list[bytes]:
        """Return the digests to search for, newest first: any of them is a hit."""
        versions = self.ring.keys.secrets.get(KeyPurpose.SESSION)
        if versions is None:
            return [bare]
        found = [self._under(versions, one, bare) for one in versions.newest_first]
        return [*found, bare] if BARE_VERSION in versions.keys else found

    async def found(
        self, tx: Tx, bare: bytes, find: Callable[[list[bytes]], Awaitable[T | None]]
    ) -> T | None:
        """Return what ``find`` finds by the digests of a word.

        Nobody is sent away by a worker that is behind: when nothing is found and the keys have
        changed meanwhile, they are read and it is searched once more.
        """
        found = await find(self.candidates(bare))
        if found is None and await self.ring.catch_up(tx):
            found = await find(self.candidates(bare))
        return found

    def _under(self, versions: Versions, version: int, bare: bytes) -> bytes:
        key: MacKey = versions.keys[version]
        message = b"teahouse bearer 1\0" + self.kind.encode() + b"\0" + bare
        return beginning(version) + mac(key.suite, key.secret, message)


def beginning(version: int) -> bytes:
    """Return the first bytes of every digest that was made under a version."""
    return version.to_bytes(VERSION_BYTES, "big")


def under(version: int) -> Under:
    """Return which digests are under a version, for a statement that counts them."""
    return Under(beginning(version), version == BARE_VERSION)
