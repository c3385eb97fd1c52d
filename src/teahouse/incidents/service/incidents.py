"""Noting incidents, assessing and containing them, telling who must be told, and closing them.

Locks: the incident first, then its clocks, then the audit log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from msgspec import structs

from teahouse.audit.service import Audit
from teahouse.breaches.service import Breaches
from teahouse.clock import Clock as Time
from teahouse.config import Config
from teahouse.errors import NotFound
from teahouse.ids import Ids
from teahouse.incidents import store
from teahouse.incidents.model import incident as rules
from teahouse.incidents.model.clocks import (
    Clock,
    check_answer,
    check_none_open,
    next_due,
    settled,
    urgency,
)
from teahouse.incidents.model.drafts import About, Part, Report, check_complete, draft, lacking
from teahouse.incidents.model.incident import (
    HOUSE,
    LATE_AT_ONCE_MAX,
    LOWER_LIFE,
    PAGE_MAX,
    BadIncident,
    Incident,
    IncidentFacts,
    IncidentLinks,
    LessonsNeeded,
    LowerSamePerson,
    NoSuchClock,
    NoSuchIncident,
    NotContained,
    Step,
)
from teahouse.incidents.model.law import ClockRule, LawBook
from teahouse.incidents.model.procedure import Act, State, next_state
from teahouse.incidents.store import ClockCount, FlawCount, Group
from teahouse.infra.db.pool import Database, Tx
from teahouse.notices.service.history import History
from teahouse.upgrades.service.upgrades import Upgrades

YEARS = (2000, 9998)


class Whole(NamedTuple):
    """An incident with its clocks and all that was done about it."""

    incident: Incident
    clocks: Sequence[Clock]
    steps: Sequence[Step]


class Beginning(NamedTuple):
    """An incident that is to be noted; ``noticed_at`` is now unless it was noticed before."""

    title: str
    profile: str
    facts: IncidentFacts
    noticed_at: datetime | None = None


class Answer(NamedTuple):
    """What is said of a report: which clock it answers (none: supplementary), and where it is."""

    clock_id: str
    words: str
    reference: str = ""
    late_why: str = ""


class Figures(NamedTuple):
    """What was noticed in a year, counted at one moment."""

    groups: Sequence[Group]
    clocks: Sequence[ClockCount]
    flaws: Sequence[FlawCount]


@dataclass(frozen=True, repr=False)
class Incidents:
    """What went wrong. ``actor``: as in ``audit``."""

    db: Database
    audit: Audit
    book: LawBook
    breaches: Breaches
    upgrades: Upgrades
    history: History
    config: Config
    clock: Time
    ids: Ids

    # -- the way of an incident ------------------------------------------------------------------

    async def open(self, actor: str, new: Beginning) -> Whole:
        """Note an incident; its clocks run from when it was noticed. Raises ``BadIncident``."""
        async with self.db.transaction() as tx:
            incident_id = await self.open_within(tx, actor, new)
            return await self._whole(tx, incident_id)

    async def open_within(self, tx: Tx, actor: str, new: Beginning) -> str:
        """Note an incident in the caller's transaction; return its id. Raises ``BadIncident``."""
        now = self.clock.now()
        noticed_at = new.noticed_at or now
        rules.check_facts(new.facts)
        rules.check_noticed(noticed_at, now)
        if new.profile not in {one.profile for one in self.book.laws}:
            raise BadIncident("There is no such profile.")
        incident = Incident(
            incident_id=self.ids.ulid(),
            title=rules.check_title(new.title),
            profile=new.profile,
            level=rules.graded(self.book.of(new.profile), new.facts),
            state=State.NOTICED,
            facts=new.facts,
            links=IncidentLinks(),
            noticed_at=noticed_at,
            starts_at=noticed_at,
            opened_by=actor,
            opened_at=now,
            held_by=actor,
            contained_at=None,
            closed_at=None,
            lower_level="",
            lower_by="",
            lower_at=None,
            moved_at=now,
        )
        await store.insert(tx, incident)
        await self._settle(tx, incident, [])
        await self._note(tx, incident, "opened", actor, incident.title)
        return incident.incident_id

    async def assess(
        self, actor: str, incident_id: str, facts: IncidentFacts, words: str, level: str = ""
    ) -> Whole:
        """Write down what is known; the level rises with it, and clocks begin.

        Raises ``BadIncident``, ``IncidentWords``, ``BadIncidentStep``, ``NoSuchIncident``.
        """
        rules.check_facts(facts)
        said = rules.check_words(words)
        counted = await self._counted(incident_id, facts)
        async with self.db.transaction() as tx:
            before = await self._held(tx, incident_id)
            law = self.book.of(before.profile)
            after = structs.replace(
                before,
                facts=counted,
                level=rules.assessed_level(law, counted, before.level, level),
            )
            return await self._step(tx, after, Act.ASSESS, actor, said)

    async def act(self, actor: str, incident_id: str, act: Act, words: str) -> Whole:
        """Contain, close or reopen an incident.

        Raises ``BadIncidentStep``, ``NotContained``, ``ClocksOpen``, ``LessonsNeeded``.
        """
        said = rules.check_words(words)
        async with self.db.transaction() as tx:
            before = await self._held(tx, incident_id)
            next_state(before.state, act)
            return await self._step(tx, await self._after(tx, before, act), act, actor, said)

    async def _after(self, tx: Tx, before: Incident, act: Act) -> Incident:
        """Return an incident with what an act notes. Raises as ``act``."""
        now = self.clock.now()
        if act is Act.CONTAIN:
            if before.contained_at is not None:
                raise NotContained
            return structs.replace(before, contained_at=now)
        if act is Act.REOPEN:
            return structs.replace(before, contained_at=None, closed_at=None, starts_at=now)
        assert act is Act.CLOSE, "the other acts have verbs of their own"
        if before.contained_at is None:
            raise NotContained
        check_none_open(await store.clocks(tx, before.incident_id))
        if not rules.said(before.facts, "lessons"):
            raise LessonsNeeded
        return structs.replace(before, closed_at=now)

    async def tell(self, actor: str, incident_id: str, whom: str, answer: Answer) -> Whole:
        """Note that an authority or people were told, and keep what they were told as it went out.

        Raises ``BadIncidentStep``, ``NoSuchClock``, ``ClockAnswered``, ``LateWhyNeeded``,
        ``ReportLacking``.
        """
        said, reference = rules.check_words(answer.words), rules.check_short(answer.reference)
        late_why, now = rules.check_short(answer.late_why), self.clock.now()
        act = Act.REPORT if whom == "authority" else Act.TELL
        async with self.db.transaction() as tx:
            before = await self._held(tx, incident_id)
            next_state(before.state, act)
            law, rule = self.book.of(before.profile), None
            if answer.clock_id:
                clocks = await store.clocks(tx, incident_id)
                clock = check_answer(clocks, answer.clock_id, whom, late_why, now)
                rule = law.clock(clock.clock_id)
                check_complete(before, rule)
                answered = structs.replace(
                    clock, answered_at=now, answered_by=actor, reference=reference,
                    late_why=late_why if clock.overdue(now) else "",
                )  # fmt: skip
                await store.keep_clock(tx, incident_id, answered)
            parts = draft(law, before, rule, self._about(late_why))
            report = Report(answer.clock_id, whom, now, parts)
            await store.keep_report(tx, incident_id, report, actor)
            detail: dict[str, object] = {"clock": answer.clock_id or "-", "reason": late_why}
            return await self._step(tx, before, act, actor, said, detail)

    async def lower(self, actor: str, incident_id: str, level: str, words: str) -> Whole:
        """Lower a level, and release clocks that no longer would run: by two, within a day.

        Raises ``BadIncident``, ``TooLow``, ``LowerSamePerson``, ``BadIncidentStep``.
        """
        said, now = rules.check_words(words), self.clock.now()
        async with self.db.transaction() as tx:
            before = await self._held(tx, incident_id)
            next_state(before.state, Act.ASSESS)
            rules.check_lower(self.book.of(before.profile), before, level)
            asked = before.lower_at is not None and now - before.lower_at < LOWER_LIFE
            if not asked or before.lower_level != level:
                after = structs.replace(before, lower_level=level, lower_by=actor, lower_at=now)
                await store.move(tx, structs.replace(after, moved_at=now))
                await self._note(tx, after, "lower_asked", actor, said)
                return await self._whole(tx, incident_id)
            if before.lower_by == actor:
                raise LowerSamePerson
            after = structs.replace(
                before, level=level, lower_level="", lower_by="", lower_at=None, moved_at=now
            )
            await store.move(tx, after)
            await self._settle(tx, after, await store.clocks(tx, incident_id), release=True)
            await self._note(tx, after, "lowered", actor, said)
            return await self._whole(tx, incident_id)

    async def take(self, actor: str, incident_id: str) -> Whole:
        """Note who has an incident in hand from now on."""
        async with self.db.transaction() as tx:
            before = await self._held(tx, incident_id)
            after = structs.replace(before, held_by=actor, moved_at=self.clock.now())
            await store.move(tx, after)
            await self._note(tx, after, "taken", actor, "")
            return await self._whole(tx, incident_id)

    async def link(self, actor: str, incident_id: str, links: IncidentLinks) -> Whole:
        """Name what belongs to an incident elsewhere; whom a leak concerns is asked of its case.

        Raises ``NotFound`` for what is not there, ``BadIncidentStep`` for what is closed.
        """
        await self._check_there(links)
        shown = await self.look(incident_id)
        people = await self._affected(links, shown.incident.facts)
        async with self.db.transaction() as tx:
            before = await self._held(tx, incident_id)
            next_state(before.state, Act.ASSESS)
            facts = structs.replace(before.facts, people=max(people, before.facts.people))
            law = self.book.of(before.profile)
            level = rules.assessed_level(law, facts, before.level, "")
            after = structs.replace(
                before, facts=facts, level=level, links=links, moved_at=self.clock.now()
            )
            await store.move(tx, after)
            await self._settle(tx, after, await store.clocks(tx, incident_id))
            await self._note(tx, after, "linked", actor, "")
            return await self._whole(tx, incident_id)

    async def late(self, tx: Tx) -> None:
        """Note which clocks ran out; each is in the audit log once, and stays late."""
        for incident_id, clock_id in await store.late(tx, self.clock.now(), LATE_AT_ONCE_MAX):
            detail: dict[str, object] = {"clock": clock_id}
            await self.audit.append(tx, HOUSE, "incidents.clock_late", incident_id, detail)

    # -- looking ---------------------------------------------------------------------------------

    async def board(self, state: str, before: str) -> Sequence[Whole]:
        """Return incidents with their clocks and no steps, what is due first at the top."""
        async with self.db.snapshot() as tx:
            found = await store.board(tx, state, before, PAGE_MAX)
            clocks = await store.clocks_of(tx, [one.incident_id for one in found])
        return [Whole(one, clocks[one.incident_id], []) for one in found]

    async def look(self, incident_id: str) -> Whole:
        """Return an incident. Raises ``NoSuchIncident``."""
        async with self.db.snapshot() as tx:
            return await self._whole(tx, incident_id)

    async def draft(
        self, incident_id: str, clock_id: str
    ) -> tuple[Incident, list[Part], list[str]]:
        """Return what a report says now, and what it lacks. Raises ``NoSuchClock``."""
        incident = (await self.look(incident_id)).incident
        facts = await self._counted(incident_id, incident.facts)
        incident = structs.replace(incident, facts=facts)
        law, rule = self.book.of(incident.profile), self._rule(incident, clock_id)
        parts = draft(law, incident, rule, self._about(""))
        return incident, parts, lacking(incident, rule)

    async def reports(self, incident_id: str) -> Sequence[Report]:
        """Return the reports that went out, the newest first."""
        async with self.db.read() as tx:
            return await store.reports(tx, incident_id)

    async def figures(self, year: int) -> Figures:
        """Return what was noticed in a year (UTC), counted."""
        since, until = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
        async with self.db.snapshot() as tx:
            return Figures(
                await store.by_kind(tx, since, until),
                await store.clocks_counted(tx, since, until),
                await store.flaws_counted(tx, since, until),
            )

    # -- inside ----------------------------------------------------------------------------------

    def _rule(self, incident: Incident, clock_id: str) -> ClockRule | None:
        if not clock_id:
            return None
        rule = self.book.of(incident.profile).clock(clock_id)
        if rule is None:
            raise NoSuchClock
        return rule

    def _about(self, late_why: str) -> About:
        return About(self.config.operator_name, self.config.server_name, late_why)

    async def _check_there(self, links: IncidentLinks) -> None:
        """Raise ``NotFound`` for what is not there."""
        if links.run_id:
            await self.upgrades.show(links.run_id)
        if links.notice_seq > len(await self.history.entries()):
            raise NotFound

    async def _counted(self, incident_id: str, facts: IncidentFacts) -> IncidentFacts:
        """Return facts with how many people the linked leak concerns, if that is more."""
        links = (await self.look(incident_id)).incident.links
        return structs.replace(facts, people=await self._affected(links, facts))

    async def _affected(self, links: IncidentLinks, facts: IncidentFacts) -> int:
        if not links.breach_id:
            return facts.people
        case, accounts = await self.breaches.case(links.breach_id)
        return max(facts.people, accounts + case.erased_count)

    async def _held(self, tx: Tx, incident_id: str) -> Incident:
        found = await store.one_locked(tx, incident_id)
        if found is None:
            raise NoSuchIncident
        return found

    async def _whole(self, tx: Tx, incident_id: str) -> Whole:
        found = await store.one(tx, incident_id)
        if found is None:
            raise NoSuchIncident
        clocks = await store.clocks(tx, incident_id)
        return Whole(found, clocks, await store.steps(tx, incident_id))

    async def _settle(
        self, tx: Tx, incident: Incident, clocks: Sequence[Clock], *, release: bool = False
    ) -> None:
        law = self.book.of(incident.profile)
        for one in settled(law, incident, clocks, release=release):
            if one not in clocks:
                await store.keep_clock(tx, incident.incident_id, one)

    async def _step(
        self,
        tx: Tx,
        after: Incident,
        act: Act,
        actor: str,
        words: str,
        detail: dict[str, object] | None = None,
    ) -> Whole:
        """Take a step of the table with what else it changed, and settle the clocks."""
        state = next_state(after.state, act)
        after = structs.replace(after, state=state, moved_at=self.clock.now())
        await store.move(tx, after)
        await self._settle(tx, after, await store.clocks(tx, after.incident_id))
        step = Step(act.value, state.value, after.level, actor, words, after.moved_at)
        await store.note_step(tx, self.ids.ulid(), after.incident_id, step)
        told = {"state": state.value, "level": after.level} | (detail or {})
        await self.audit.append(tx, actor, f"incidents.{act.value}", after.incident_id, told)
        return await self._whole(tx, after.incident_id)

    async def _note(self, tx: Tx, one: Incident, what: str, actor: str, words: str) -> None:
        """Keep what is no step of the table."""
        at = self.clock.now()
        step = Step(what, one.state.value, one.level, actor, words, at)
        await store.note_step(tx, self.ids.ulid(), one.incident_id, step)
        level = one.lower_level or one.level
        detail: dict[str, object] = {"level": level}
        await self.audit.append(tx, actor, f"incidents.{what}", one.incident_id, detail)


def due_first(found: Sequence[Whole]) -> list[Whole]:
    """Return incidents with what is due first at the top, and those that owe nothing behind."""

    def key(one: Whole) -> tuple[bool, bool, float, str]:
        clock = next_due(one.clocks)
        at = urgency(clock) if clock else 0.0
        closed = one.incident.state is State.CLOSED
        return closed, clock is None, at, one.incident.incident_id

    return sorted(found, key=key)
