"""Operators' verbs: how the rules are set, the lists, the clusters. Every act is audited."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from teahouse.audit.service import Audit
from teahouse.errors import Invalid, NotFound
from teahouse.screening.events import RulesChanged, Screened
from teahouse.screening.model.findings import Found
from teahouse.screening.model.refusals import BadListing
from teahouse.screening.model.rules import (
    LISTINGS_MAX,
    RULES,
    Kind,
    Listing,
    Mode,
    Rule,
    Wanted,
    check_listing,
    check_setting,
)
from teahouse.screening.service.knocks import Knocks
from teahouse.screening.service.rulebook import Rulebook
from teahouse.screening.service.watcher import Watcher
from teahouse.screening.store import counts, rules, sightings

CLUSTERS_MAX = 200
CLUSTER_ACCOUNTS_MAX = 10_000
DECISIONS = ("stage", "review", "ignore")
LOOK_BACK = timedelta(hours=24)
LOW_SHARE = 0.2


class RuleShown(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as it is set, and what it did in the last day, or would have done."""

    rule: str
    mode: Mode
    amount: int
    usual_amount: int
    least: int
    most: int
    unit: str
    did: int
    would: int


class Budget(msgspec.Struct, frozen=True):
    """How many messages may still be sent in a window; ``low`` under a fifth."""

    rule: str
    left: int
    of: int
    low: bool


class Tightening(msgspec.Struct, frozen=True):
    """A policy that screening has set by itself."""

    policy_id: str
    region: str
    account_class: str
    door: str
    state: str
    since: datetime
    until: datetime | None


class Pressure(msgspec.Struct, frozen=True):
    """How things stand at the doors now."""

    seen_day: int
    level: int
    budgets: list[Budget]
    tightened: list[Tightening]


class Cluster(msgspec.Struct, frozen=True, kw_only=True):
    """Sign-ups that look made by one hand, in numbers; nothing in it names anybody."""

    cluster_id: str
    began_at: datetime
    decision: str
    decided_by: str | None
    decided_at: datetime | None
    last_at: datetime
    sign_ups: int
    accounts: int
    passed: int
    staged: int
    held: int
    refused: int
    prefixes: int
    agents: int
    contacts: int
    door: str
    region: str
    shape: str


@dataclass(frozen=True, repr=False)
class Desk:
    """What operators do with screening."""

    book: Rulebook
    knocks: Knocks
    watcher: Watcher
    audit: Audit

    async def rules(self) -> list[RuleShown]:
        """Return every rule."""
        await self.book.read()
        async with self.book.db.read() as tx:
            told = await counts.tally(tx, self.book.clock.now() - LOOK_BACK)
        spoke = {(rule, outcome): count for rule, outcome, count in told}
        shown: list[RuleShown] = []
        for rule, kind in RULES.items():
            setting = self.book.setting(rule)
            shown.append(
                RuleShown(
                    rule=rule.value,
                    mode=setting.mode,
                    amount=setting.amount,
                    usual_amount=kind.amount,
                    least=kind.least,
                    most=kind.most,
                    unit=kind.unit,
                    did=spoke.get((rule.value, "did"), 0),
                    would=spoke.get((rule.value, "would"), 0),
                )
            )
        return shown

    async def set_rule(self, actor: str, rule: str, mode: str, amount: int) -> None:
        """Set a rule, everywhere, with the commit. Raises ``BadRule``."""
        found, setting = check_setting(rule, mode, amount)
        await self.book.read()
        before = self.book.setting(found)
        async with self.book.db.transaction() as tx:
            await rules.set_rule(tx, found, setting, actor, self.book.clock.now())
            detail: dict[str, object] = {
                "mode": mode,
                "amount": amount,
                "mode_before": before.mode.value,
                "amount_before": before.amount,
            }
            await self.audit.append(tx, actor, "screening.rule_set", rule, detail)
            await self.book.log.put(tx, RulesChanged(rule))

    async def preview(self, rule: str, amount: int) -> int | None:
        """Return whom a rule with that amount would have met in the last day.

        ``None`` for rules that are not told from what is kept: let them watch. Raises ``BadRule``.
        """
        found, _ = check_setting(rule, Mode.WATCH.value, amount)
        since = self.book.clock.now() - LOOK_BACK
        async with self.book.db.read() as tx:
            if found is Rule.PREFIX_STARTS:
                return await sightings.replay_prefix(tx, since, amount)
            if found is Rule.LATER:
                return await sightings.would_be_late(tx)
            alike, thrown_away, _, held = await sightings.replay(tx, since, amount)
        by_rule = {Rule.LIKENESS: alike, Rule.DISPOSABLE_MAIL: thrown_away, Rule.LISTS: held}
        return by_rule.get(found)

    async def pressure(self) -> Pressure:
        """Return how things stand."""
        await self.book.read()
        now = self.book.clock.now()
        async with self.book.db.read() as tx:
            _, _, seen_day, _ = await sightings.replay(tx, now - LOOK_BACK, 1)
        left = await self.knocks.budget_left()
        tightened = await self.watcher.tightened()
        return Pressure(
            seen_day,
            await self.knocks.house_level(),
            [Budget(name, n, of, n < of * LOW_SHARE) for name, (n, of) in left.items()],
            [
                Tightening(
                    one.policy_id,
                    one.region,
                    one.account_class,
                    one.door,
                    one.state.value,
                    one.effective_from,
                    one.effective_until,
                )
                for one in tightened
            ],
        )

    # -- lists ---------------------------------------------------------------------------------

    async def listed(self, kind: Kind) -> list[Listing]:
        """Return what is on a list."""
        async with self.book.db.read() as tx:
            return await rules.listed(tx, kind, LISTINGS_MAX)

    async def enlist(
        self, actor: str, kind: Kind, wanted: Wanted, expires_at: datetime | None = None
    ) -> Listing:
        """Put a mail service or a network on its list. Raises ``BadListing``."""
        what, now = check_listing(kind, wanted), self.book.clock.now()
        if expires_at is not None and expires_at <= now:
            raise BadListing
        one = Listing(what, wanted.action, wanted.reason.strip(), expires_at, actor, now)
        domain = kind is Kind.DOMAINS
        act = "screening.domain_listed" if domain else "screening.network_listed"
        async with self.book.db.transaction() as tx:
            await rules.enlist(tx, kind, one)
            detail: dict[str, object] = {"action": wanted.action, "reason": wanted.reason}
            await self.audit.append(tx, actor, act, what, detail)
            await self.book.log.put(tx, RulesChanged(kind.value))
        return one

    async def delist(self, actor: str, kind: Kind, what: str) -> None:
        """Take a mail service or a network off its list. Raises ``NotFound``."""
        domain = kind is Kind.DOMAINS
        act = "screening.domain_unlisted" if domain else "screening.network_unlisted"
        async with self.book.db.transaction() as tx:
            if not await rules.delist(tx, kind, what):
                raise NotFound
            await self.audit.append(tx, actor, act, what)
            await self.book.log.put(tx, RulesChanged(kind.value))

    # -- sign-ups --------------------------------------------------------------------------------

    async def found(self, actor: str, account_id: str) -> Found:
        """Return what was found about an account's sign-up, for three days. Audited."""
        async with self.book.db.transaction() as tx:
            found = await sightings.found(tx, None, account_id)
            await self.audit.append(tx, actor, "screening.look", account_id)
        return found

    # -- clusters ------------------------------------------------------------------------------

    async def clusters(self) -> list[Cluster]:
        """Return what looks made by one hand, the liveliest first."""
        async with self.book.db.read() as tx:
            rows = await sightings.clusters(tx, CLUSTERS_MAX)
        names = Cluster.__struct_fields__
        return [Cluster(**dict(zip(names, row, strict=True))) for row in rows]

    async def decide(self, actor: str, cluster_id: str, decision: str) -> int:
        """Stage the accounts of a cluster, send them to review, or leave its like alone.

        Returns how many accounts it reaches. Raises ``NotFound``, ``Invalid``.
        """
        if decision not in DECISIONS:
            raise Invalid("decision must be stage, review or ignore.")
        async with self.book.db.transaction() as tx:
            now = self.book.clock.now()
            if not await sightings.decide_cluster(tx, cluster_id, decision, actor, now):
                raise NotFound
            accounts = await sightings.cluster_accounts(tx, cluster_id, CLUSTER_ACCOUNTS_MAX)
            if decision == "stage":
                await sightings.stage_cluster(tx, cluster_id)
            reached = [] if decision == "ignore" else accounts
            detail: dict[str, object] = {"decision": decision}
            reach: dict[str, object] = {"accounts": len(reached)}
            await self.audit.append(
                tx, actor, "screening.cluster_decided", cluster_id, detail, reach
            )
            if reached:
                await self.book.log.put(tx, *[Screened(one, decision) for one in reached])
        return len(reached)
