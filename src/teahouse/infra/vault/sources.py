"""Who holds the key-encryption keys: one source for all, and some for single scopes beside it.

So a region's keys can stay in it.

Where a key is kept is found by asking, and remembered. A new key of a scope goes where that scope has
its keys kept; a key that was made before such a place was named stays where it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from teahouse.config import Config, RegionKeys
from teahouse.ids import Ids
from teahouse.infra.vault import envelope
from teahouse.infra.vault.envelope import Place
from teahouse.infra.vault.keyfile import KeyFile, KeySource, read_passphrase
from teahouse.infra.vault.model import SHARED, KeyRef, KeyServiceAway, UnknownKey, VaultFault
from teahouse.infra.vault.transit import Client, Transit


@dataclass(frozen=True, repr=False)
class Sources:
    """A :class:`KeySource` made of several: ``shared`` for all, and each scope's ``own``."""

    shared: KeySource
    own: Mapping[str, KeySource]
    _at: dict[KeyRef, KeySource] = field(default_factory=dict[KeyRef, KeySource])

    async def newest(self) -> KeyRef | None:
        """Return the newest key of those that are for all."""
        return await self.shared.newest()

    async def create(self) -> KeyRef:
        """Make the first key, which is for all."""
        return await self.shared.create()

    async def add(self, ref: KeyRef, suite: int, scope: str = SHARED) -> None:
        """Make another key where its scope has them kept."""
        source = self.own.get(scope, self.shared)
        await source.add(ref, suite, scope)
        self._at[ref] = source

    async def remove(self, ref: KeyRef) -> None:
        """Destroy a key, wherever it is."""
        try:
            source = await self._of(ref)
        except UnknownKey:
            return
        await source.remove(ref)
        self._at.pop(ref, None)

    async def suite(self, ref: KeyRef) -> int:
        """Return the suite that a key seals with."""
        return await (await self._of(ref)).suite(ref)

    async def wrap(self, ref: KeyRef, secret: bytes, place: Place) -> bytes:
        """Seal a key under a key."""
        return await (await self._of(ref)).wrap(ref, secret, place)

    async def unwrap(self, wrapped: bytes, place: Place) -> bytes:
        """Open a sealed key."""
        return await (await self._of(envelope.key_of(wrapped))).unwrap(wrapped, place)

    async def wrap_many(self, ref: KeyRef, keys: Sequence[tuple[bytes, Place]]) -> list[bytes]:
        """Seal several keys under a key."""
        return await (await self._of(ref)).wrap_many(ref, keys)

    async def unwrap_many(self, wrapped: Sequence[tuple[bytes, Place]]) -> list[bytes | None]:
        """Open several sealed keys, each where its key is; ``None`` for what does not open."""
        opened: list[bytes | None] = [None] * len(wrapped)
        by_key: dict[KeyRef, list[int]] = {}
        for nth, (one, _) in enumerate(wrapped):
            try:
                by_key.setdefault(envelope.key_of(one), []).append(nth)
            except VaultFault:
                continue
        for ref, places in by_key.items():
            try:
                source = await self._of(ref)
            except UnknownKey:
                continue
            secrets = await source.unwrap_many([wrapped[nth] for nth in places])
            for nth, secret in zip(places, secrets, strict=True):
                opened[nth] = secret
        return opened

    async def check_value(self, ref: KeyRef) -> bytes:
        """Return bytes by which the key is recognised."""
        return await (await self._of(ref)).check_value(ref)

    async def _of(self, ref: KeyRef) -> KeySource:
        """Return where a key is kept. Raises ``UnknownKey``; ``KeyServiceAway`` when one is away."""
        if ref in self._at:
            return self._at[ref]
        away: KeyServiceAway | None = None
        for source in (self.shared, *self.own.values()):
            try:
                await source.check_value(ref)
            except UnknownKey:
                continue
            except KeyServiceAway as silent:
                away = silent
                continue
            self._at[ref] = source
            return source
        raise away or UnknownKey(f"key-encryption key {ref.key_id} version {ref.version}")


def key_file(config: Config) -> Path:
    """Return where the key-encryption keys lie."""
    return Path(config.key_file) if config.key_file else Path(config.data_dir) / "keys" / "kek"


def by_scope(source: KeySource) -> dict[str, KeySource]:
    """Return where the keys of all are kept, and of each scope that has a place of its own."""
    if isinstance(source, Sources):
        return {SHARED: source.shared, **source.own}
    return {SHARED: source}


def key_source(config: Config, ids: Ids, client: Client | None = None) -> KeySource:
    """Return who holds the key-encryption keys: for all, and of regions that have theirs apart.

    Raises ``BadKeys`` when a passphrase cannot be read.
    """
    shared = _source(config, key_file(config), ids, client)
    if not config.region_keys:
        return shared
    beside = key_file(config)
    own = {
        one.region: _source(one, Path(one.key_file or beside.with_name(one.region)), ids, client)
        for one in config.region_keys
    }
    return Sources(shared, own)


def _source(
    kept: Config | RegionKeys, path: Path, ids: Ids, client: Client | None
) -> KeyFile | Transit:
    """Return the key service, if one is named, else a file."""
    if kept.transit_url and client is not None:
        token_file = Path(kept.transit_token_file)
        return Transit(client, kept.transit_url, token_file, kept.transit_prefix, ids)
    named = kept.key_passphrase_file
    return KeyFile(path, ids, read_passphrase(Path(named)) if named else b"")
