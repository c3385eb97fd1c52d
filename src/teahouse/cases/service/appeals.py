"""Appeals: taken by somebody who decided nothing in the case, and answered in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from teahouse.audit.service import Audit
from teahouse.cases import store
from teahouse.cases.model.case import (
    PAGE_MAX,
    Appeal,
    AppealOver,
    NotYours,
    Whole,
    check_outcome,
    check_words,
)
from teahouse.cases.model.procedure import Act
from teahouse.cases.service.engine import Engine
from teahouse.cases.store import ANSWER, CaseRow
from teahouse.cases.store import appeals as appeal_rows
from teahouse.cases.store.appeals import AppealRow
from teahouse.infra.db.pool import Tx


@dataclass(frozen=True, repr=False)
class Appeals:
    """Operators' verbs about appeals."""

    engine: Engine
    audit: Audit

    async def waiting(self, actor: str, after: str) -> Sequence[Appeal]:
        """Return appeals that wait, what is due first."""
        async with self.engine.db.transaction() as tx:
            rows = await appeal_rows.appeals(tx, after, PAGE_MAX)
            found = [await self.engine.appeal(tx, row) for row in rows]
            if found:
                detail: dict[str, object] = {"count": len(found)}
                await self.audit.append(tx, actor, "cases.appeals_read", "", detail)
        return found

    async def take(self, actor: str, case_id: str) -> Whole:
        """Take an appeal. Raises ``NoSuchCase``, ``AppealOver``, ``NotYours``."""
        async with self.engine.db.transaction() as tx:
            row, appeal = await self._held(tx, actor, case_id)
            if appeal.taken_by not in ("", actor):
                raise NotYours
            await appeal_rows.take_appeal(tx, appeal.appeal_id, actor)
            whole = await self.engine.whole(tx, row)
            await self.audit.append(tx, actor, "cases.appeal_taken", case_id)
        return whole

    async def decide(self, actor: str, case_id: str, outcome: str, answer: str) -> Whole:
        """Grant an appeal, and restore everything as it was; or not. Whoever took it decides.

        Raises as :meth:`take`, and ``WordsNeeded``, ``Invalid``.
        """
        granted, written, engine = check_outcome(outcome), check_words(answer), self.engine
        async with engine.db.transaction() as tx:
            row, appeal = await self._held(tx, actor, case_id)
            if appeal.taken_by != actor:
                raise NotYours
            sealed = await engine.vault.seal(tx, ANSWER, case_id, appeal.appeal_id, written)
            now = engine.clock.now()
            await appeal_rows.decide_appeal(tx, appeal.appeal_id, outcome, sealed, now)
            await engine.rulings.answered(tx, case_id, outcome, appeal.filed_at)
            case, told = row.case, ()
            if granted:
                case, told = await engine.move(tx, row, Act.OVERTURN, actor)
            whole = await engine.whole(tx, row._replace(case=case))
            detail: dict[str, object] = {"outcome": outcome}
            await self.audit.append(tx, actor, "cases.appeal_decided", case_id, detail)
            if told:
                await engine.log.put(tx, *told)
        return whole

    async def _held(self, tx: Tx, actor: str, case_id: str) -> tuple[CaseRow, AppealRow]:
        row = await self.engine.held(tx, case_id)
        appeal = await appeal_rows.appeal_of(tx, case_id)
        if appeal is None or appeal.outcome is not None:
            raise AppealOver
        in_it = row.opened_by == actor or await store.is_in_it(tx, case_id, actor)
        if in_it or actor in await store.deciders(tx, case_id):
            raise NotYours
        return row, appeal
