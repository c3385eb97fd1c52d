"""What is seen of a sign-up, and the verdict at its last step.

The verdict is taken once, in a transaction before the one that makes the account, so that a refusal
leaves its trace; what follows from it (waiting, staging) is read from there by whoever asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from teahouse.gate.model.policies import in_force
from teahouse.gate.service.keeper import Keeper
from teahouse.infra.db.pool import Tx
from teahouse.screening.events import Screened
from teahouse.screening.model.bursts import DECIDED_BY
from teahouse.screening.model.findings import Finding
from teahouse.screening.model.likeness import (
    Population,
    Verdict,
    is_crowd,
    stricter,
    weigh,
)
from teahouse.screening.model.mail import mail_kind
from teahouse.screening.model.refusals import LooksMade
from teahouse.screening.model.rules import Rule, domain_action, network_action
from teahouse.screening.model.signals import (
    Knock,
    Neighbour,
    Signals,
    address_network,
    contact_part,
    half_octave,
    shape_of,
    stem_of,
)
from teahouse.screening.service.rulebook import Rulebook
from teahouse.screening.store import sightings
from teahouse.screening.store.sightings import Finish, Sighting, hexed

LOOK_BACK = timedelta(hours=24)
NEIGHBOURS_MAX = 80  # for each signal
POPULATION_ROWS_MAX = 5000
POPULATION_VALUES_MAX = 2000
POPULATION_LIFE = timedelta(minutes=1)
SIGHTINGS_LIFE = timedelta(days=3)
LATE_MAX = 500
HOLDS = "approval"  # what a registration that is held waits for


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """A registration at its contact step, as screening needs it."""

    digest: bytes
    began_at: datetime
    door: str
    region: str
    account_class: str
    invite_digest: bytes | None


@dataclass(frozen=True)
class Said:
    """What one rule says about a sign-up."""

    rule: Rule
    verdict: Verdict


@dataclass
class Crowd:
    """The population as this worker counted it last."""

    population: Population = field(default_factory=Population)
    until: datetime | None = None


@dataclass(frozen=True, repr=False)
class Weighing:
    """Sees sign-ups and weighs them."""

    book: Rulebook
    keeper: Keeper
    crowd: Crowd = field(default_factory=Crowd, repr=False)

    async def sighting(self, knock: Knock, begun: Begun, kind: str, written: str) -> Sighting:
        """Return what is to be kept of a contact step; nothing of it can be read back."""
        await self.book.read()
        prefix, before = await self.book.prefixes(address_network(knock.address))
        part = contact_part(kind, written)
        return Sighting(
            registration_digest=begun.digest,
            at=self.book.clock.now(),
            began_at=begun.began_at,
            door=begun.door,
            region=begun.region,
            account_class=begun.account_class,
            prefix_digest=prefix,
            prefix_before_digest=before,
            agent_digest=self.book.digest("agent", knock.agent),
            contact_digest=self.book.digest("part", f"{kind}:{part}"),
            mail_kind=mail_kind(part) if kind == "email" else "number",
            invite_digest=begun.invite_digest,
            held=self._listed(knock.address, part if kind == "email" else ""),
        )

    async def see(self, tx: Tx, one: Sighting) -> None:
        """Keep a sighting, in the transaction that keeps the contact."""
        await sightings.see(tx, one)

    async def weigh(self, digest: bytes, username: str | None, passwordless: bool) -> Verdict:
        """Decide about a registration at its last step, once. Raises ``LooksMade``."""
        await self.book.read()
        if not (self.book.looks(Rule.LIKENESS) or self.book.looks(Rule.LISTS)):
            return Verdict.PASS
        async with self.book.db.transaction() as tx:
            one = await sightings.seen(tx, digest)
            if one is None:
                return Verdict.PASS
            if one.verdict:
                verdict = Verdict(one.verdict)
            else:
                verdict = await self._decide(tx, one, username or "", passwordless)
        if verdict is Verdict.REFUSE:
            raise LooksMade
        return verdict

    async def judge(self, tx: Tx, digest: bytes) -> str | None:
        """Return what a registration has to wait for, ``None`` when it has not."""
        return HOLDS if await self.verdict_of(tx, digest) is Verdict.HOLD else None

    async def verdict_of(self, tx: Tx, digest: bytes) -> Verdict:
        """Return the verdict on a registration; one that was never weighed passes."""
        found = await sightings.verdict(tx, digest)
        return Verdict(found) if found else Verdict.PASS

    async def findings(self, tx: Tx, digest: bytes) -> tuple[Finding, ...]:
        """Return why a registration is not simply let in: rules and numbers, which name nobody."""
        return (await sightings.found(tx, digest, None)).findings

    async def in_burst(self, tx: Tx, region: str, account_class: str, door: str) -> bool:
        """Tell whether a burst lasts in a scope, and screening has tightened it."""
        now, scope = self.book.clock.now(), (region, account_class, door)
        return any(
            policy.decided_by == DECIDED_BY
            and in_force(policy, now)
            and (policy.region, policy.account_class, policy.door) == scope
            for policy in await self.keeper.policies(tx)
        )

    async def became(self, tx: Tx, digest: bytes, account_id: str) -> None:
        """Note which account a registration became."""
        await sightings.became(tx, digest, account_id)

    async def later(self, tx: Tx) -> None:
        """Stage the accounts that passed before it was seen what they belong to."""
        await self.book.read()
        if not self.book.acts(Rule.LATER):
            return
        staged = await sightings.late(tx, LATE_MAX)
        if staged:
            await self.book.log.put(tx, *[Screened(one, "stage") for one in staged])

    async def purge(self, tx: Tx) -> None:
        """Forget what was seen three days ago."""
        await sightings.purge(tx, self.book.clock.now() - SIGHTINGS_LIFE)

    # -- inside --------------------------------------------------------------------------------

    def _listed(self, address: str, host: str) -> bool:
        network = network_action(self.book.networks(), address)
        held = network is not None and network.action == "hold"
        return held or (host != "" and domain_action(self.book.domains(), host) == "hold")

    async def _decide(self, tx: Tx, one: Sighting, username: str, passwordless: bool) -> Verdict:
        now = self.book.clock.now()
        stem = stem_of(username)
        stem_digest = self.book.digest("stem", stem) if stem else None
        since = now - LOOK_BACK
        near = await sightings.neighbours(tx, one, stem_digest, since, NEIGHBOURS_MAX)
        pace = half_octave((now - one.began_at).total_seconds())
        gap = _gap(one, near, now)
        signals = Signals(
            prefix=hexed(one.prefix_digest),
            prefix_before=hexed(one.prefix_before_digest),
            agent=hexed(one.agent_digest),
            contact=hexed(one.contact_digest),
            mail_kind=one.mail_kind,
            invite=hexed(one.invite_digest),
            stem=hexed(stem_digest),
            shape=shape_of(username),
            passwordless=str(passwordless).lower(),
            pace=str(pace),
            gap="" if gap is None else str(gap),
        )
        said, alike = await self._said(tx, one, signals, near)
        acted, rules = await self._acted(tx, one, said)
        resembles = any(told.rule is not Rule.LISTS for told in said)
        cluster_id = await self._cluster(tx, alike) if resembles else None
        finish = Finish(
            stem_digest=stem_digest,
            shape=signals.shape,
            passwordless=passwordless,
            pace=pace,
            gap=gap,
            finished_at=now,
            neighbours=len(alike),
            verdict=acted.value,
            cluster_id=cluster_id,
            rules=[rule.value for rule in rules],
        )
        await sightings.weighed(tx, one.registration_digest, finish)
        return acted

    async def _said(
        self, tx: Tx, one: Sighting, signals: Signals, near: Sequence[Neighbour]
    ) -> tuple[list[Said], Sequence[Neighbour]]:
        """Return what each rule says that is not off, and the sign-ups that resemble this one."""
        weighed = weigh(
            await self._population(tx), signals, near, self.book.setting(Rule.LIKENESS).amount
        )
        said, alike = [Said(Rule.LIKENESS, weighed.verdict)], weighed.alike
        if is_crowd(signals, near, self.book.setting(Rule.VOLUME).amount):
            said.append(Said(Rule.VOLUME, Verdict.STAGE))
            alike = alike or tuple(o for o in near if o.signals.prefix == signals.prefix)
        if one.held:
            said.append(Said(Rule.LISTS, Verdict.HOLD))
        loud = (told for told in said if told.verdict is not Verdict.PASS)
        return [told for told in loud if self.book.looks(told.rule)], alike

    async def _acted(
        self, tx: Tx, one: Sighting, said: Sequence[Said]
    ) -> tuple[Verdict, tuple[Rule, ...]]:
        """Return what follows, and by which rules; one that only watches is counted, and no more.

        Each rule acts by its own mode: what one of them would have done takes nothing from what
        another does.
        """
        verdict, rules = Verdict.PASS, ()
        for told in said:
            acts = self.book.acts(told.rule)
            await self.book.note(tx, told.rule, did=acts)
            if acts:
                verdict, rules = stricter(verdict, told.verdict), (*rules, told.rule)
        if rules and await self.in_burst(tx, one.region, one.account_class, one.door):
            # What resembles a burst waits, and the pace is people's.
            return stricter(verdict, Verdict.HOLD), (*rules, Rule.BURST)
        return verdict, rules

    async def _cluster(self, tx: Tx, alike: Sequence[Neighbour]) -> str:
        """Return the cluster that these sign-ups are in, and put those into it that are in none."""
        named = [one.cluster_id for one in alike if one.cluster_id is not None]
        cluster_id = max(set(named), key=named.count) if named else self.book.ids.ulid()
        if not named:
            await sightings.new_cluster(tx, cluster_id, self.book.clock.now())
        await sightings.join_cluster(tx, [one.digest for one in alike], cluster_id)
        return cluster_id

    async def _population(self, tx: Tx) -> Population:
        now = self.book.clock.now()
        if self.crowd.until is None or self.crowd.until <= now:
            self.crowd.until = now + POPULATION_LIFE
            self.crowd.population = await sightings.population(
                tx, now - LOOK_BACK, POPULATION_ROWS_MAX, POPULATION_VALUES_MAX
            )
        return self.crowd.population


def _gap(one: Sighting, near: Sequence[Neighbour], now: datetime) -> int | None:
    """Return how long ago the last like it came from the same place, coarsely."""
    prefixes = (hexed(one.prefix_digest), hexed(one.prefix_before_digest))
    agent = hexed(one.agent_digest)
    before = [o.at for o in near if o.signals.prefix in prefixes and o.signals.agent == agent]
    return half_octave((now - max(before)).total_seconds()) if before else None
