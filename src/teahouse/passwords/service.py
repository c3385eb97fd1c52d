"""Argon2id away from the event loop, in a bounded pool, with the same work for unknown accounts.

Wrapping has threads of its own, which give way: nobody who signs in stands in line behind it.
"""

import asyncio
import hmac
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from teahouse.infra.vault.keyring import KeyRing, Keys, MacKey
from teahouse.infra.vault.lifecycle import KeyPurpose
from teahouse.infra.vault.model import BadKeyState, StaleRing
from teahouse.infra.vault.suites import mac
from teahouse.passwords.model import Busy, UnknownDigest, legacy, wrapped
from teahouse.passwords.model.legacy import Legacy

T = TypeVar("T")

THREADS_MAX = 2
WAITING_MAX = 200  # logins in line; at 25 ms each on two threads the last waits 2.5 s
WRAPPING_NICE = 15  # how far the threads that wrap give way to everything else


def _hasher(cheap: bool) -> PasswordHasher:
    if cheap:
        return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def _give_way() -> None:
    """Let everything else go before this thread; where threads have no priority, nothing."""
    try:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), WRAPPING_NICE)
    except (OSError, AttributeError):
        return


@dataclass(repr=False)
class Passwords:
    """Hashes and checks passwords. ``cheap`` is for test mode only.

    Without a ``ring`` nothing wrapped can be read. ``synapse_pepper`` is of the Synapse that people
    were brought from.
    """

    cheap: bool = False
    ring: KeyRing | None = None
    synapse_pepper: str = ""
    wrapping_threads: int = 1
    verified: int = 0  # how many checks were made, for the test that nobody can tell who exists
    _waiting: int = 0
    _pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(THREADS_MAX, "argon2")
    )

    def __post_init__(self) -> None:
        """Make the digest that stands in for those who have none."""
        self._hasher = _hasher(self.cheap)
        self._nobody = self._hasher.hash("nobody has this password")
        self._wrapping = ThreadPoolExecutor(self.wrapping_threads, "wrapping", _give_way)

    @property
    def plain(self) -> str:
        """The SQL pattern of digests of today's settings."""
        start, salt, digest = self._nobody.rsplit("$", 2)
        return f"{start}${'_' * len(salt)}${'_' * len(digest)}"

    async def hash(self, password: str) -> str:
        """Return the PHC string of a password. Raises ``Busy``."""
        return await self._run(lambda: self._hasher.hash(password))

    async def check(self, phc: str | None, password: str, other: str | None = None) -> bool:
        """Tell whether a password is right; without a digest do the same work and say no.

        ``other`` is somebody else's digest: its work is done where there is none. Raises ``Busy``,
        ``StaleRing`` for a digest under a pepper that this worker has yet to read, ``Fenced``.
        """
        self.verified += 1
        right = await self._run(lambda: self._verify(phc or other or self._nobody, password))
        return right and phc is not None

    def outdated(self, phc: str) -> bool:
        """Tell whether a digest is not of today's form and settings."""
        try:
            return self._hasher.check_needs_rehash(phc)
        except InvalidHashError:
            return True

    def lot(self, written: str) -> int:
        """Return a number of 64 bits for a name, always the same one, that nobody else can tell."""
        assert self.ring is not None, "a house has keys"
        message = b"teahouse passwords lot 1\0" + written.encode()
        digest = hmac.digest(self.ring.oldest_house_key(), message, "sha256")
        return int.from_bytes(digest[:8], "big", signed=True)

    async def wrap(self, digests: Sequence[str], keys: Keys) -> list[str | None]:
        """Wrap legacy digests under the primary pepper of ``keys``; none for what is of no form.

        Raises ``BadKeyState`` when the house has no pepper.
        """
        versions = keys.secrets.get(KeyPurpose.PEPPER)
        if versions is None:
            raise BadKeyState("There is no pepper yet: make, distribute and promote one.")
        pepper, secret = versions.primary, versions.keys[versions.primary]
        loop = asyncio.get_running_loop()
        work = [
            loop.run_in_executor(self._wrapping, self._wrapped, pepper, secret, digest)
            for digest in digests
        ]
        return list(await asyncio.gather(*work))

    def close(self) -> None:
        """Let the threads go."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._wrapping.shutdown(wait=False, cancel_futures=True)

    def _verify(self, phc: str, password: str) -> bool:
        try:
            if wrapped.is_wrapped(phc):
                return self._verify_wrapped(wrapped.read(phc), password)
            if phc.startswith("$argon2"):
                return self._hasher.verify(phc, password)
            there = legacy.read(phc)
            made = self._made_again(there.setting, len(there.output), password)
            return hmac.compare_digest(made, there.output)
        except (Argon2Error, InvalidHashError, UnknownDigest):
            return False

    def _verify_wrapped(self, whole: wrapped.Wrapped, password: str) -> bool:
        versions = self.ring.keys.secrets.get(KeyPurpose.PEPPER) if self.ring else None
        key = None if versions is None else versions.keys.get(whole.pepper)
        if key is None:
            raise StaleRing
        made = self._made_again(whole.setting, whole.length, password)
        peppered = _peppered(key, Legacy("", whole.setting, made))
        return self._hasher.verify(whole.outer, peppered)

    def _made_again(self, setting: str, length: int, password: str) -> bytes:
        return legacy.made_again(setting, length, password, self.synapse_pepper)

    def _wrapped(self, pepper: int, key: MacKey, digest: str) -> str | None:
        try:
            there = legacy.read(digest)
        except UnknownDigest:
            return None
        return wrapped.write(pepper, there, self._hasher.hash(_peppered(key, there)))

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= WAITING_MAX:
            raise Busy
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._waiting -= 1


def _peppered(key: MacKey, there: Legacy) -> bytes:
    """Return the inner output under the pepper: what argon2id is then made over."""
    return mac(key.suite, key.secret, wrapped.message(there))
