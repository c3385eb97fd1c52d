"""Keeping push rules, and having them at hand, compiled, for every event that is sent."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from teahouse.accountdata.events import AccountDataChanged
from teahouse.accountdata.model import PUSH_RULES
from teahouse.accountdata.service import AccountData
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.push import store
from teahouse.push.model import rules as model
from teahouse.push.model.evaluate import PREDEFINED_SET, RuleSet, compile_rules
from teahouse.push.model.rules import (
    Action,
    Difference,
    NewRule,
    NoSuchRule,
    Rule,
    RuleKind,
    TooManyRules,
)

SETS_CACHED_MAX = 50_000


@dataclass
class _Cache:
    """Compiled rules by person. ``turn`` counts changes, so a slow read is not kept when stale."""

    sets: OrderedDict[str, RuleSet] = field(default_factory=OrderedDict[str, RuleSet])
    turn: int = 0

    def drop(self, _pos: int, changed: AccountDataChanged) -> None:
        """Forget a person's rules when they have changed."""
        if changed.type == PUSH_RULES:
            self.turn += 1
            self.sets.pop(changed.user_id, None)

    def keep(self, user_id: str, found: RuleSet) -> None:
        """Remember a person's rules, and forget whoever was not asked about for longest."""
        self.sets[user_id] = found
        if len(self.sets) > SETS_CACHED_MAX:
            self.sets.popitem(last=False)


@dataclass(frozen=True, repr=False)
class Push:
    """Push rules: changed by clients, asked for whenever something is said."""

    db: Database
    log: Log
    accountdata: AccountData
    _cache: _Cache = field(default_factory=_Cache, repr=False)

    def __post_init__(self) -> None:
        """Listen for changes, in this worker and in others."""
        self.log.hear(AccountDataChanged, self._cache.drop)

    async def rules(self, user_id: str) -> dict[RuleKind, list[Rule]]:
        """Return a person's rules by kind, the most important first."""
        async with self.db.read() as tx:
            return model.merged(await store.of_user(tx, user_id))

    async def differences(self, user_id: str) -> list[Difference]:
        """Return how a person's rules differ from the predefined ones."""
        async with self.db.read() as tx:
            return await store.of_user(tx, user_id)

    async def rules_for(self, user_id: str) -> RuleSet:
        """Return a person's rules compiled, from memory when they can be."""
        return (await self.rules_for_many([user_id]))[user_id]

    def rules_at_hand(self, user_id: str) -> RuleSet | None:
        """Return a person's rules compiled, if they are in memory."""
        return self._cache.sets.get(user_id)

    async def rules_for_many(self, user_ids: Iterable[str]) -> dict[str, RuleSet]:
        """Return the compiled rules of many people, reading at most once."""
        found: dict[str, RuleSet] = {}
        unknown: list[str] = []
        for user_id in user_ids:
            known = self._cache.sets.get(user_id)
            if known is None:
                unknown.append(user_id)
            else:
                found[user_id] = known
        if not unknown:
            return found
        turn = self._cache.turn
        async with self.db.read() as tx:
            differing = await store.of_users(tx, unknown)
        for user_id in unknown:
            differences = differing.get(user_id)
            compiled = compile_rules(model.merged(differences)) if differences else PREDEFINED_SET
            found[user_id] = compiled
            if turn == self._cache.turn:
                self._cache.keep(user_id, compiled)
        return found

    async def put_rule(
        self,
        user_id: str,
        kind: RuleKind,
        rule_id: str,
        rule: NewRule,
        *,
        before: str | None = None,
        after: str | None = None,
    ) -> None:
        """Make or change one of a person's own rules.

        Raises ``BadRuleId``, ``Missing``, ``BadJson``, ``NoSuchNeighbour``, ``TooManyRules``.
        """
        model.check_rule_id(rule_id)
        checked = model.check_new(kind, rule)
        async with self.db.transaction() as tx:
            await store.lock(tx, user_id)
            had = await store.of_user(tx, user_id)
            known = next((one for one in had if (one.kind, one.rule_id) == (kind, rule_id)), None)
            if known is None and len(had) >= model.RULES_MAX:
                raise TooManyRules
            own = [one for one in had if one.kind == kind and one.place is not None]
            own.sort(key=lambda one: one.place or 0)
            order = model.placed([one.rule_id for one in own], rule_id, before, after)
            enabled = known.enabled if known else True
            new = Difference(
                kind, rule_id, 0, enabled, checked.actions, checked.conditions, checked.pattern
            )
            await store.put(tx, user_id, new)
            await store.order(tx, user_id, kind, order)
            await self._announce(tx, user_id)

    async def delete_rule(self, user_id: str, kind: RuleKind, rule_id: str) -> None:
        """Delete one of a person's own rules. Raises ``NoSuchRule``, ``BadRuleId``."""
        model.check_rule_id(rule_id)
        async with self.db.transaction() as tx:
            await store.lock(tx, user_id)
            model.find(model.merged(await store.of_user(tx, user_id)), kind, rule_id)
            await store.delete(tx, user_id, kind, rule_id)
            await self._announce(tx, user_id)

    async def set_enabled(self, user_id: str, kind: RuleKind, rule_id: str, enabled: bool) -> None:
        """Turn a rule, own or predefined, on or off. Raises ``NoSuchRule``."""
        async with self.db.transaction() as tx:
            one = await self._to_change(tx, user_id, kind, rule_id)
            await store.put(tx, user_id, msgspec.structs.replace(one, enabled=enabled))
            await self._announce(tx, user_id)

    async def set_actions(
        self, user_id: str, kind: RuleKind, rule_id: str, actions: Sequence[Action]
    ) -> None:
        """Change what a rule, own or predefined, does. Raises ``NoSuchRule``, ``BadJson``."""
        model.check_actions(actions)
        async with self.db.transaction() as tx:
            one = await self._to_change(tx, user_id, kind, rule_id)
            await store.put(tx, user_id, msgspec.structs.replace(one, actions=list(actions)))
            await self._announce(tx, user_id)

    async def carry(self, user_id: str, old: str, new: str) -> None:
        """Let what somebody ruled about a room hold for the room that takes its place."""
        for kind, rules in (await self.rules(user_id)).items():
            for rule in rules:
                found = model.carried(rule, kind, old, new)
                if found is not None:
                    await self.put_rule(user_id, kind, *found)
                    if not rule.enabled:
                        await self.set_enabled(user_id, kind, found[0], False)

    async def forget(self, tx: Tx, user_id: str) -> None:
        """Delete a person's rules; for the erasure of an account."""
        await store.forget(tx, user_id)

    async def _to_change(self, tx: Tx, user_id: str, kind: RuleKind, rule_id: str) -> Difference:
        """Return a rule's difference as it is, empty for a predefined rule left alone."""
        await store.lock(tx, user_id)
        for one in await store.of_user(tx, user_id):
            if (one.kind, one.rule_id) == (kind, rule_id):
                return one
        rule = model.predefined(kind, rule_id)
        if rule is None:
            raise NoSuchRule
        return Difference(kind, rule_id, None, rule.enabled, None, None, None)

    async def _announce(self, tx: Tx, user_id: str) -> None:
        """Write the account data that tells clients, last in the transaction."""
        rules = model.merged(await store.of_user(tx, user_id))
        content = msgspec.json.encode(model.document(user_id, rules))
        await self.accountdata.set_in(tx, user_id, "", PUSH_RULES, content)
