"""Taking lists of findings in, going up and down the ladder, and telling how it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from msgspec import structs

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.findings import store
from teahouse.findings.model import finding as rules
from teahouse.findings.model.exposure import Exposure, exposure
from teahouse.findings.model.finding import (
    ASK_LIFE,
    HOUSE,
    LAPSED_AT_ONCE_MAX,
    PAGE_MAX,
    PUBLISHED_MAX,
    RULINGS_MAX,
    Clause,
    Finding,
    NoSuchFinding,
    NoSuchRuling,
    Ruling,
    RulingThere,
    Said,
    Step,
    Tally,
    Wish,
)
from teahouse.findings.model.procedure import DONE, LADDER, Act, Rung, next_place
from teahouse.findings.model.reading import Read, Wrong, read
from teahouse.ids import Ids
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx

OPERATORS_MAX = 1_000
UNMENDED = "Nothing was mended by the deadline."

# What is to be announced, for the caller to put last.
Told = Sequence[Any]


class Measure(Protocol):
    """What this house can do to one kind of thing that is found wanting."""

    @property
    def kind(self) -> str:
        """The kind of target."""
        ...

    async def hold(self, tx: Tx, target: str, rung: Rung, why: str) -> Told:
        """Do what a rung means. Raises ``NoMeasure`` where there is no such thing."""
        ...

    async def let_go(self, tx: Tx, target: str, why: str, still_shut: bool) -> Told:
        """Undo what one finding has done; ``still_shut``: another keeps it shut."""
        ...


class Taken(NamedTuple):
    """What came of a list: how many are new or were there, and of the rest some with what is wrong."""

    new: int
    known: int
    left_out: int
    wrong: Sequence[Wrong]


class Whole(NamedTuple):
    """A finding with all that was done about it."""

    finding: Finding
    steps: Sequence[Step]


class Figures(NamedTuple):
    """How it stands, counted; ``by_rung`` leaves out what is mended."""

    total: int
    by_state: Sequence[Tally]
    by_rung: Sequence[Tally]
    by_programme: Sequence[Tally]
    by_clause: Sequence[Tally]
    by_operator: Sequence[Tally]


@dataclass(frozen=True, repr=False)
class Findings:
    """What authorities found. ``actor``: as in ``audit``."""

    db: Database
    log: Log
    audit: Audit
    clauses: Mapping[str, Clause]
    measures: Mapping[str, Measure]
    clock: Clock
    ids: Ids

    # -- lists and rulings -----------------------------------------------------------------------

    async def take(self, actor: str, form: str, text: str, authority: str, dry_run: bool) -> Taken:
        """Take a list in; a row that is there already stays as it is. Raises ``BadFindings``."""
        found = read(form, text, authority, self.clock.now(), self.clauses)
        if dry_run or not found.entries:
            return await self._would_take(found)
        now, new = self.clock.now(), 0
        async with self.db.transaction() as tx:
            for entry in found.entries:
                new += await store.insert(tx, self.ids.ulid(), entry, actor, now)
            detail: dict[str, object] = {"count": new, "rows": len(found.entries)}
            await self.audit.append(tx, actor, "findings.imported", "", detail)
        return Taken(new, len(found.entries) - new, found.left_out, found.wrong)

    async def _would_take(self, found: Read) -> Taken:
        entries = found.entries
        pairs = {(entry.number, entry.target) for entry in entries}
        there = set[tuple[str, str]]()
        if entries:
            async with self.db.read() as tx:
                numbers = [number for number, _ in pairs]
                there = await store.known(tx, entries[0].authority, numbers) & pairs
        new = len(pairs) - len(there)
        return Taken(new, len(entries) - new, found.left_out, found.wrong)

    async def note_ruling(self, actor: str, ruling: Ruling) -> Ruling:
        """Note what an authority decided in writing. Raises ``RulingThere``."""
        noted = structs.replace(
            ruling, ruling_id=self.ids.ulid(), noted_by=actor, noted_at=self.clock.now()
        )
        async with self.db.transaction() as tx:
            if not await store.rule(tx, noted):
                raise RulingThere
            await self.audit.append(tx, actor, "findings.ruling_noted", noted.ruling_id)
        return noted

    async def rulings(self) -> Sequence[Ruling]:
        """Return rulings, the newest first."""
        async with self.db.read() as tx:
            return await store.rulings(tx, RULINGS_MAX)

    # -- the ladder ------------------------------------------------------------------------------

    async def act(self, actor: str, finding_id: str, act: Act, said: Said) -> Whole:
        """Take a step that an operator may take.

        Raises ``NoSuchFinding``, ``BadFindingStep``, and what the step lacks.
        """
        rules.check_words(said)
        async with self.db.transaction() as tx:
            before = await store.one_locked(tx, finding_id)
            if before is None:
                raise NoSuchFinding
            rules.check_tester(before, act, actor)
            if act is Act.SHUT_DOWN and not await self._may_shut(tx, before, said, actor):
                return Whole(
                    structs.replace(before, asked_by=actor), await store.steps(tx, finding_id)
                )
            after, told = await self._move(tx, before, act, actor, said)
            detail: dict[str, object] = {"state": after.state.value}
            await self.audit.append(tx, actor, f"findings.{act.value}", finding_id, detail)
            whole = Whole(after, await store.steps(tx, finding_id))
            if told:
                await self.log.put(tx, *told)
        return whole

    async def _may_shut(self, tx: Tx, before: Finding, said: Said, actor: str) -> bool:
        """Tell whether two operators want it; note the first. Raises what forbids it."""
        ruling = await store.ruling(tx, said.ruling_id) if said.ruling_id else None
        if said.ruling_id and ruling is None:
            raise NoSuchRuling
        next_place(before.place, Act.SHUT_DOWN)
        rules.check_shut(before, ruling)
        now = self.clock.now()
        asked = before.asked_at is not None and now - before.asked_at < ASK_LIFE
        if asked and before.asked_by != actor:
            return True
        await store.ask(tx, before.finding_id, actor, now)
        await self.audit.append(tx, actor, "findings.shut_down_asked", before.finding_id)
        return False

    async def _move(
        self, tx: Tx, before: Finding, act: Act, actor: str, said: Said
    ) -> tuple[Finding, Told]:
        after = self._after(before, act, actor, said)
        told = await self._on_target(tx, before, after, act)
        await store.move(tx, after)
        step = Step(
            act.value, after.state.value, after.rung.value, actor, said.words.strip(),
            said.artefact, said.version, after.moved_at,
        )  # fmt: skip
        await store.note_step(tx, self.ids.ulid(), after.finding_id, step)
        return after, told

    def _after(self, before: Finding, act: Act, actor: str, said: Said) -> Finding:
        place, now = next_place(before.place, act), self.clock.now()
        entry = structs.replace(before.entry, version=said.version or before.entry.version)
        if act is Act.REGRESS:
            entry = structs.replace(entry, due_at=rules.check_deadline(said.due_at, now))
        shuts = act is Act.SHUT_DOWN
        return structs.replace(
            before,
            entry=entry,
            state=place.state,
            rung=place.rung,
            ruling_id=said.ruling_id if shuts else before.ruling_id,
            regressions=before.regressions + (act is Act.REGRESS),
            evidence_by=actor if act is Act.EVIDENCE else before.evidence_by,
            asked_by="",
            asked_at=None,
            moved_at=now,
        )

    async def _on_target(self, tx: Tx, before: Finding, after: Finding, act: Act) -> Told:
        """Do to the thing itself what the ladder says, if it is one of ours."""
        measure = self.measures.get(after.entry.kind)
        if measure is None:
            return []
        why = f"finding {after.finding_id}"
        if act in LADDER:
            return await measure.hold(tx, after.entry.target, after.rung, why)
        if after.state in DONE and before.rung is not Rung.RECTIFY:
            still = await store.still_shut(tx, after)
            return await measure.let_go(tx, after.entry.target, why, still)
        return []

    async def lapse(self, tx: Tx) -> None:
        """Note which deadlines went by: the next rungs are proposed, and nothing else happens."""
        for before in await store.lapsed(tx, self.clock.now(), LAPSED_AT_ONCE_MAX):
            await self._move(tx, before, Act.LAPSE, HOUSE, Said(UNMENDED))

    async def release(self, actor: str, kind: str, target: str, version: str) -> int:
        """Note a later version of something: what was closed about it is to be tested again."""
        said = Said(f"Version {version} came out.", version=version)
        rules.check_words(said)
        async with self.db.transaction() as tx:
            found = await store.closed_of(tx, kind, target)
            for before in found:
                await self._move(tx, before, Act.RELEASE, actor, said)
            if found:
                detail: dict[str, object] = {"count": len(found)}
                await self.audit.append(tx, actor, "findings.release", target, detail)
        return len(found)

    async def publish(self, actor: str, finding_id: str) -> Finding:
        """Put a finding on the public list, where it stays. Raises ``NoSuchFinding``."""
        async with self.db.transaction() as tx:
            found = await store.one_locked(tx, finding_id)
            if found is None:
                raise NoSuchFinding
            now = self.clock.now()
            if await store.publish(tx, finding_id, now):
                await self.audit.append(tx, actor, "findings.published", finding_id)
                found = structs.replace(found, published_at=now)
        return found

    # -- looking ---------------------------------------------------------------------------------

    async def board(self, wish: Wish) -> Sequence[Finding]:
        """Return findings, what is due first."""
        async with self.db.read() as tx:
            return await store.board(tx, wish, PAGE_MAX)

    async def look(self, finding_id: str) -> Whole:
        """Return a finding with its steps. Raises ``NoSuchFinding``."""
        async with self.db.read() as tx:
            found = await store.one(tx, finding_id)
            if found is None:
                raise NoSuchFinding
            return Whole(found, await store.steps(tx, finding_id))

    async def figures(self) -> Figures:
        """Return how it stands, all counted at one moment."""
        async with self.db.snapshot() as tx:
            return Figures(
                await store.count(tx),
                await store.by_state(tx),
                await store.by_rung(tx),
                await store.by_programme(tx),
                await store.by_clause(tx),
                await store.by_operator(tx, OPERATORS_MAX),
            )

    async def exposed(self, turnover_fen: int) -> tuple[Exposure, Sequence[Finding]]:
        """Return the bounds of a fine, and the serious findings that it may be for."""
        async with self.db.read() as tx:
            return exposure(turnover_fen), await store.exposed(tx, PAGE_MAX)

    async def published(self) -> Sequence[Whole]:
        """Return the public list, the newest first."""
        async with self.db.snapshot() as tx:
            found = await store.published(tx, PUBLISHED_MAX)
            steps = await store.steps_of(tx, [one.finding_id for one in found])
        return [Whole(one, steps[one.finding_id]) for one in found]


def measures_of(*measures: Measure) -> dict[str, Measure]:
    """Return measures by the kind of thing that they are about."""
    return {one.kind: one for one in measures}
