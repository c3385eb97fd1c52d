"""The register of flaws: noted, confirmed, mended, told. One that endangers the public is an incident."""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import structs

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.ids import Ids
from teahouse.incidents import store
from teahouse.incidents.model.flaws import (
    Flaw,
    FlawAct,
    NoSuchFlaw,
    check_fix,
    check_flaw,
    next_flaw_state,
)
from teahouse.incidents.model.incident import PAGE_MAX, IncidentFacts, Step, check_words
from teahouse.incidents.service.incidents import Beginning, Incidents
from teahouse.infra.db.pool import Database

PUBLIC_DANGER = "public_danger"


@dataclass(frozen=True, repr=False)
class Flaws:
    """Flaws in software. ``actor``: as in ``audit``."""

    db: Database
    audit: Audit
    incidents: Incidents
    clock: Clock
    ids: Ids

    async def note(self, actor: str, new: Flaw) -> Flaw:
        """Keep a flaw; one that endangers the public opens an incident, whose clock runs at once.

        Raises ``BadFlaw``.
        """
        now = self.clock.now()
        flaw = structs.replace(new, flaw_id=self.ids.ulid(), noted_by=actor, moved_at=now)
        check_flaw(flaw, now)
        async with self.db.transaction() as tx:
            if flaw.public_danger:
                facts = IncidentFacts(kind="flaw", marks=(PUBLIC_DANGER,))
                profile = self.incidents.config.profile
                begun = Beginning(flaw.title, profile, facts, flaw.found_at)
                incident_id = await self.incidents.open_within(tx, actor, begun)
                flaw = structs.replace(flaw, incident_id=incident_id)
            await store.new_flaw(tx, flaw)
            detail: dict[str, object] = {"severity": flaw.severity}
            await self.audit.append(tx, actor, "incidents.flaw_noted", flaw.flaw_id, detail)
        return flaw

    async def act(
        self, actor: str, flaw_id: str, act: FlawAct, words: str, fixed_in: str = ""
    ) -> Flaw:
        """Take a step. Raises ``NoSuchFlaw``, ``BadFlawStep``, ``BadFlaw``, ``IncidentWords``."""
        said, version, now = check_words(words), check_fix(act, fixed_in), self.clock.now()
        async with self.db.transaction() as tx:
            before = await store.flaw_locked(tx, flaw_id)
            if before is None:
                raise NoSuchFlaw
            state = next_flaw_state(before.state, act)
            fixes, opens = act is FlawAct.FIX, act is FlawAct.REOPEN
            after = structs.replace(
                before,
                state=state,
                fixed_in=version if fixes else before.fixed_in,
                fixed_at=now if fixes else None if opens else before.fixed_at,
                told_at=now if act is FlawAct.TELL else None if opens else before.told_at,
                why=said,
                moved_at=now,
            )
            await store.move_flaw(tx, after)
            step = Step(act.value, state.value, before.severity, actor, said, now)
            await store.note_step(tx, self.ids.ulid(), flaw_id, step)
            detail: dict[str, object] = {"state": state.value, "version": after.fixed_in}
            await self.audit.append(tx, actor, f"incidents.flaw_{act.value}", flaw_id, detail)
        return after

    async def listed(self) -> Sequence[Flaw]:
        """Return flaws, the newest first."""
        async with self.db.read() as tx:
            return await store.flaws(tx, PAGE_MAX)
