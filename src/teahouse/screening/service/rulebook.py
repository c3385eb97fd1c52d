"""The rules and lists as this worker knows them, and the secrets of the day.

A worker that has heard of a change reads again before it next decides; one that has not hears of
it within moments. Nothing here makes an account: the gate decides that by what holds at the commit.
"""

import asyncio
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from prometheus_client import CollectorRegistry, Counter

from teahouse.clock import Clock
from teahouse.ids import Ids
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.screening.events import RulesChanged
from teahouse.screening.model.rules import (
    LISTINGS_MAX,
    Kind,
    Listing,
    Mode,
    Rule,
    Setting,
    in_time,
    setting_of,
)
from teahouse.screening.store import counts, rules

ONE_DAY = timedelta(days=1)
DIGEST_BYTES = 16


class Meters:
    """What the rules did, for ``/metrics``."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.spoke = Counter(
            "teahouse_screening_rules",
            "What each rule did, or would have done if it were on",
            ["rule", "outcome"],
            registry=registry or CollectorRegistry(),
        )


@dataclass
class Known:
    """What was read last."""

    current: bool = False
    settings: dict[Rule, Setting] = field(default_factory=dict[Rule, Setting])
    domains: list[Listing] = field(default_factory=list[Listing])
    networks: list[Listing] = field(default_factory=list[Listing])
    secrets: dict[date, bytes] = field(default_factory=dict[date, bytes])
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(frozen=True, repr=False)
class Rulebook:
    """Knows how each rule is set. ``usual`` is the mode of rules that nobody has touched."""

    db: Database
    log: Log
    clock: Clock
    ids: Ids
    digest_key: Callable[[], bytes] = field(repr=False)
    usual: Mode = Mode.ON
    meters: Meters = field(default_factory=Meters, repr=False)
    known: Known = field(default_factory=Known, repr=False)

    def listen(self) -> None:
        """Hear of changes."""
        self.log.hear(RulesChanged, self._changed)

    def _changed(self, _pos: int, _event: RulesChanged) -> None:
        self.known.current = False

    async def read(self) -> None:
        """Read the rules and lists again if they have changed; nobody goes on with older ones."""
        known = self.known
        if known.current and not known.reading.locked():
            return
        async with known.reading:
            if known.current:
                return
            known.current = True  # first: a change heard while we read counts
            try:
                async with self.db.read() as tx:
                    known.settings = await rules.settings(tx)
                    known.domains = await rules.listed(tx, Kind.DOMAINS, LISTINGS_MAX)
                    known.networks = await rules.listed(tx, Kind.NETWORKS, LISTINGS_MAX)
            except BaseException:
                known.current = False
                raise

    def setting(self, rule: Rule) -> Setting:
        """Return how a rule is set."""
        return setting_of(self.known.settings, rule, self.usual)

    def acts(self, rule: Rule) -> bool:
        """Tell whether a rule is on."""
        return self.setting(rule).mode is Mode.ON

    def looks(self, rule: Rule) -> bool:
        """Tell whether a rule is on or watching."""
        return self.setting(rule).mode is not Mode.OFF

    def domains(self) -> list[Listing]:
        """Return the listings of e-mail domains that hold now."""
        return in_time(self.known.domains, self.clock.now())

    def networks(self) -> list[Listing]:
        """Return the listings of networks that hold now."""
        return in_time(self.known.networks, self.clock.now())

    async def spoke(self, rule: Rule, *, did: bool) -> None:
        """Count what a rule did, or only would have done."""
        outcome = _outcome(did)
        async with self.db.transaction() as tx:
            await counts.count_unhurried(tx, rule.value, outcome, self.clock.now())
        self.meters.spoke.labels(rule.value, outcome).inc()

    async def note(self, tx: Tx, rule: Rule, *, did: bool) -> None:
        """Count it inside somebody's transaction."""
        outcome = _outcome(did)
        await counts.count(tx, rule.value, outcome, self.clock.now())
        self.meters.spoke.labels(rule.value, outcome).inc()

    # -- digests -------------------------------------------------------------------------------

    async def prefixes(self, network: str) -> tuple[bytes, bytes]:
        """Return the digests of a network under the secrets of today and of the day before."""
        today = self.clock.now().date()
        return await self._prefix(today, network), await self._prefix(today - ONE_DAY, network)

    async def _prefix(self, day: date, network: str) -> bytes:
        secret = self.known.secrets.get(day)
        if secret is None:
            async with self.db.transaction() as tx:
                secret = await self._secret(tx, day)
            self.known.secrets = {
                known: kept for known, kept in self.known.secrets.items() if known >= day - ONE_DAY
            } | {day: secret}
        return self._mac(b"prefix\0" + secret, network)

    async def _secret(self, tx: Tx, day: date) -> bytes:
        await counts.new_key(tx, day, self.ids.bytes(32))
        return (await counts.keys(tx, [day]))[day]

    def digest(self, kind: str, value: str) -> bytes:
        """Return the digest by which equal values of a kind are found."""
        return self._mac(kind.encode() + b"\0", value)

    def _mac(self, prefix: bytes, value: str) -> bytes:
        message = b"teahouse screening 1\0" + prefix + value.encode()
        return hmac.digest(self.digest_key(), message, hashlib.sha256)[:DIGEST_BYTES]


def _outcome(did: bool) -> str:
    return "did" if did else "would"
