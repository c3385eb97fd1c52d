"""Writing assessments, having somebody else look at them, and asking for them before a switch."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from msgspec import structs

from teahouse.accounts.service import Accounts
from teahouse.assessments import store
from teahouse.assessments.model import assessment as rules
from teahouse.assessments.model.assessment import (
    DECLARED,
    LISTED_MAX,
    Assessment,
    AssessmentNeeded,
    AssessmentSamePerson,
    AssessmentStale,
    AssessmentStep,
    AssessmentText,
    CountedFacts,
    Declared,
    Duty,
    NoSuchAssessment,
    Owed,
    Seen,
    covered,
)
from teahouse.assessments.model.features import (
    BY_ID,
    FEATURES,
    Feature,
    PurposeSaid,
    feature_digest,
    features_on,
    switched_on,
)
from teahouse.assessments.model.procedure import (
    OF_ANOTHER,
    OF_THE_HOUSE,
    AssessmentAct,
    AssessmentState,
    BadAssessmentStep,
    next_state,
)
from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.errors import Invalid
from teahouse.gate.model.policies import Both
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault.field import PurposeRegister
from teahouse.settings.service import Settings

SYSTEM = "system"
ACTIVE_WITHIN = timedelta(days=30)

# What the clock ended, and how.
Ended = tuple[Assessment, AssessmentAct]


class Standing(NamedTuple):
    """Where a feature stands: whether it is on, what holds for it, and since when one is owed."""

    feature: Feature
    on: bool
    approved: Assessment | None
    owed: Owed | None


class Overview(NamedTuple):
    """Everything that the console shows at once."""

    features: list[Standing]
    assessments: list[Assessment]
    duties: list[Duty]
    declared: list[Declared]


class Whole(NamedTuple):
    """An assessment with what was done with it."""

    assessment: Assessment
    steps: list[AssessmentStep]


@dataclass(frozen=True, repr=False)
class Assessments:
    """Assessments. ``listen`` once; ``actor`` is as in ``audit``."""

    db: Database
    settings: Settings
    accounts: Accounts
    audit: Audit
    register: PurposeRegister
    config: Config
    clock: Clock
    ids: Ids

    @cached_property
    def said(self) -> Mapping[str, PurposeSaid]:
        """What the register says, by the ids of purposes."""
        return said_of(self.register)

    def listen(self) -> None:
        """Be asked before a setting is changed in the console."""
        self.settings.checks.append(self.check)

    # -- before a switch -------------------------------------------------------------------------

    async def check(self, tx: Tx, before: Config, after: Config) -> None:
        """Refuse to switch on what has no assessment that holds: ``AssessmentNeeded``.

        Not where the house only tells what is owed, nor while it is being set up.
        """
        wanted = switched_on(before, after)
        if not wanted:
            return
        seen = await store.seen(tx)  # first: whoever looks at all of them takes it first, too
        if rules.requires(before) and await self.settings.is_set_up(tx):
            await self._check_covered(tx, wanted, after.profile)
        if seen is not None:
            on = sorted({*seen.on, *(one.id for one in wanted)})
            await store.see(tx, Seen(seen.known, tuple(on)))

    async def _check_covered(self, tx: Tx, wanted: list[Feature], profile: str) -> None:
        found, now = await store.approved(tx), self.clock.now()
        for feature in wanted:
            digest = feature_digest(feature, self.said)
            if not covered(feature, profile, found, digest, now):
                raise AssessmentNeeded(feature=feature.id, kinds=list(rules.ANSWERS_FOR[profile]))

    # -- operators -------------------------------------------------------------------------------

    async def draft(self, actor: str, kind: str, feature: str, text: AssessmentText) -> Whole:
        """Keep a draft. Raises ``Invalid``, ``BadAssessment``."""
        rules.check_about(kind, feature)
        said, now = rules.check_text(kind, text), self.clock.now()
        new = Assessment(
            assessment_id=self.ids.ulid(),
            kind=kind,
            feature=feature,
            text=said,
            state=AssessmentState.DRAFT,
            author=actor,
            written_at=now,
            digest="",
            reviewer="",
            decided_at=None,
            reason="",
            valid_until=None,
            facts=None,
            moved_at=now,
        )
        async with self.db.transaction() as tx:
            await store.insert(tx, new)
            detail: dict[str, object] = {"kind": kind, "what": feature}
            await self.audit.append(tx, actor, "assessments.drafted", new.assessment_id, detail)
        return Whole(new, [])

    async def rewrite(self, actor: str, assessment_id: str, text: AssessmentText) -> Whole:
        """Write a draft anew, as its author from then on.

        Raises ``NoSuchAssessment``, ``BadAssessmentStep``, ``BadAssessment``.
        """
        async with self.db.transaction() as tx:
            held = await self._held(tx, assessment_id)
            if held.state is not AssessmentState.DRAFT:
                raise BadAssessmentStep
            said = rules.check_text(held.kind, text)
            await store.rewrite(tx, assessment_id, said, actor, self.clock.now())
            await self.audit.append(tx, actor, "assessments.rewritten", assessment_id)
            return await self._whole(tx, assessment_id)

    async def act(
        self, actor: str, assessment_id: str, act: AssessmentAct, words: str = "", days: int = 0
    ) -> Whole:
        """Take a step; ``days``: for how long it holds, of an approval.

        Raises ``NoSuchAssessment``, ``BadAssessmentStep``, ``BadAssessment``,
        ``AssessmentSamePerson``, ``AssessmentStale``, ``HighRisk``.
        """
        if act in OF_THE_HOUSE:
            raise BadAssessmentStep
        asks = act is AssessmentAct.ASK
        said, now = rules.check_words(words, needed=not asks), self.clock.now()
        async with self.db.transaction() as tx:
            held = await self._held(tx, assessment_id)
            after = structs.replace(held, state=next_state(held.state, act))
            if act in OF_ANOTHER and held.author == actor:
                raise AssessmentSamePerson
            if asks:
                rules.check_whole(held.kind, held.text)
                after = structs.replace(after, digest=self._digest(held))
            elif act is AssessmentAct.APPROVE:
                after = await self._approved(tx, after, actor, days)
            elif act is AssessmentAct.REFUSE:
                after = structs.replace(after, reviewer=actor, decided_at=now)
            after = structs.replace(after, reason=said)
            await self._move(
                tx, after, AssessmentStep(act.value, after.state.value, actor, said, now)
            )
            detail: dict[str, object] = {"what": after.feature, "kind": after.kind}
            await self.audit.append(tx, actor, f"assessments.{act.value}", assessment_id, detail)
        async with self.db.transaction() as tx:
            await self.look(tx)
            return await self._whole(tx, assessment_id)

    async def declare(self, actor: str, name: str, holds: bool, reason: str) -> None:
        """Say of the house what brings a yearly assessment. Raises ``Invalid``, ``BadAssessment``."""
        if name not in DECLARED:
            raise Invalid(f"name is one of {', '.join(DECLARED)}.")
        said = rules.check_words(reason, needed=True)
        async with self.db.transaction() as tx:
            await store.declare(tx, Declared(name, holds, said, actor, self.clock.now()))
            detail: dict[str, object] = {"reason": said}
            act = "assessments.declared" if holds else "assessments.undeclared"
            await self.audit.append(tx, actor, act, name, detail)

    async def forget(self, actor: str, assessment_id: str) -> None:
        """Forget an assessment that need not be kept any more.

        Raises ``NoSuchAssessment``, ``AssessmentKept``.
        """
        async with self.db.transaction() as tx:
            held = await self._held(tx, assessment_id)
            rules.check_forgotten(held, self.clock.now())
            await store.forget(tx, assessment_id)
            await self.audit.append(tx, actor, "assessments.forgotten", assessment_id)

    # -- reading ---------------------------------------------------------------------------------

    async def whole(self, assessment_id: str) -> Whole:
        """Return an assessment and its steps. Raises ``NoSuchAssessment``."""
        async with self.db.read() as tx:
            return await self._whole(tx, assessment_id)

    async def overview(self) -> Overview:
        """Return where every feature stands, all assessments, and what is due."""
        now = self.clock.now()
        async with self.db.read() as tx:
            approved = await store.approved_read(tx)
            owed = {one.feature: one for one in await store.owed(tx)}
            found = await store.newest(tx, LISTED_MAX)
            declared, last = await store.declared(tx), await store.last_approved(tx)
        standing = [self._standing(one, approved, owed) for one in FEATURES]
        kind = rules.ANSWERS_FOR[self.config.profile][0]
        due = [
            Duty(kind, one.feature, one.since, one.due_at, one.due_at <= now)
            for one in owed.values()
        ]
        return Overview(standing, found, [*due, *rules.yearly(declared, last, now)], declared)

    async def holds(self, feature_id: str) -> bool:
        """Tell whether a feature has an assessment in force."""
        async with self.db.read() as tx:
            return self._covered(BY_ID[feature_id], await store.approved_read(tx))

    async def owed(self) -> list[Owed]:
        """Return the features that are on without an assessment."""
        async with self.db.read() as tx:
            return await store.owed(tx)

    # -- the clock -------------------------------------------------------------------------------

    async def look(self, tx: Tx) -> None:
        """End what holds no more, and note what is on without an assessment."""
        now, seen = self.clock.now(), await store.seen(tx)
        kept, ended = await self._end(tx, now)
        on = features_on(self.config)
        bare = sorted(one.id for one in on if not self._covered(one, kept))
        await store.settle(tx, [one.id for one in FEATURES if one.id not in bare])
        at_once = rules.requires(self.config) and await self.settings.is_set_up(tx)
        found = [Owed(one, now, rules.due_at(one, seen, now, at_once=at_once)) for one in bare]
        new = [one for one in found if await store.owe(tx, one)]
        fresh = Seen(tuple(BY_ID), tuple(one.id for one in on))
        if fresh != seen:
            await store.see(tx, fresh)
        # Last, for each holds the end of the audit log until the commit.
        for one, end in ended:
            about: dict[str, object] = {"what": one.feature, "kind": one.kind}
            await self.audit.append(
                tx, SYSTEM, f"assessments.{end.value}", one.assessment_id, about
            )
        for one in new:
            due: dict[str, object] = {"until": one.due_at.isoformat()}
            await self.audit.append(tx, SYSTEM, "assessments.owed", one.feature, due)

    async def _end(self, tx: Tx, now: datetime) -> tuple[list[Assessment], list[Ended]]:
        kept, ended = list[Assessment](), list[Ended]()
        for one in await store.approved(tx):
            end = rules.ending(one, self._digest(one), now)
            if end is None:
                kept.append(one)
                continue
            after = structs.replace(one, state=next_state(one.state, end))
            await self._move(
                tx, after, AssessmentStep(end.value, after.state.value, SYSTEM, "", now)
            )
            ended.append((one, end))
        return kept, ended

    # -- inside ----------------------------------------------------------------------------------

    def _digest(self, one: Assessment) -> str:
        feature = BY_ID.get(one.feature)
        return "" if feature is None else feature_digest(feature, self.said)

    def _covered(self, feature: Feature, approved: list[Assessment]) -> bool:
        digest = feature_digest(feature, self.said)
        return covered(feature, self.config.profile, approved, digest, self.clock.now())

    def _standing(
        self, feature: Feature, approved: list[Assessment], owed: dict[str, Owed]
    ) -> Standing:
        holding = [one for one in approved if self._covered(feature, [one])]
        on = feature.is_on(self.config)
        return Standing(feature, on, holding[0] if holding else None, owed.get(feature.id))

    async def _approved(self, tx: Tx, after: Assessment, actor: str, days: int) -> Assessment:
        rules.check_approved(after, actor, days)
        if after.digest != self._digest(after):
            raise AssessmentStale
        now = self.clock.now()
        return structs.replace(
            after,
            reviewer=actor,
            decided_at=now,
            valid_until=now + timedelta(days=days),
            facts=await self._facts(tx, after),
        )

    async def _facts(self, tx: Tx, one: Assessment) -> CountedFacts:
        """Count what the report tells beside what was written: of the feature, or the whole house."""
        feature = BY_ID.get(one.feature)
        purposes = [
            purpose
            for purpose in self.register.purposes()
            if feature is None or purpose.id in feature.purposes
        ]
        ids = {purpose.id for purpose in purposes}
        columns = [field for field in self.register if field.purpose.id in ids]
        categories: dict[str, int] = {}
        for purpose in purposes:
            name = purpose.category.value
            categories[name] = categories.get(name, 0) + 1
        return CountedFacts(
            people=await self.accounts.count(tx),
            active=await self.accounts.active_since(tx, self.clock.now() - ACTIVE_WITHIN),
            purposes=tuple(purpose.ground for purpose in purposes),
            categories=categories,
            columns=len(columns),
            columns_sealed=sum(field.sealed for field in columns),
        )

    async def _held(self, tx: Tx, assessment_id: str) -> Assessment:
        found = await store.one_locked(tx, assessment_id)
        if found is None:
            raise NoSuchAssessment
        return found

    async def _whole(self, tx: Tx, assessment_id: str) -> Whole:
        found = await store.one(tx, assessment_id)
        if found is None:
            raise NoSuchAssessment
        return Whole(found, await store.steps(tx, assessment_id))

    async def _move(self, tx: Tx, after: Assessment, done: AssessmentStep) -> None:
        await store.move(tx, structs.replace(after, moved_at=done.at))
        await store.step(tx, self.ids.ulid(), after.assessment_id, done)


def said_of(register: PurposeRegister) -> dict[str, PurposeSaid]:
    """Return what a register says of each purpose, by its id."""
    return {
        one.id: PurposeSaid(
            ground=one.ground,
            purpose=Both(one.purpose.zh, one.purpose.en),
            means=Both(one.means.zh, one.means.en),
            category=one.category.value,
            basis=one.basis.value,
            retention_days=one.retention_days,
            recipients=Both(one.recipients.zh, one.recipients.en),
        )
        for one in register.purposes()
    }
