"""What an author does in their own case: read it, do as it says, contest it, appeal."""

from collections.abc import Sequence
from dataclasses import dataclass

from teahouse.cases import store
from teahouse.cases.model.case import (
    APPEAL_ANSWER_IN,
    PAGE_MAX,
    NoSuchCase,
    Whole,
    check_appeal,
    check_words,
)
from teahouse.cases.model.procedure import ESTABLISHED, TOLD, Act, BadStep
from teahouse.cases.service.engine import AUTHOR, NOTHING, Engine, Said
from teahouse.cases.store import WORDS, CaseRow
from teahouse.cases.store import appeals as appeal_rows
from teahouse.cases.store.appeals import AppealRow
from teahouse.infra.db.pool import Tx


@dataclass(frozen=True, repr=False)
class Authors:
    """An author's verbs. What is somebody else's is not there."""

    engine: Engine

    async def own(self, account_id: str) -> Sequence[Whole]:
        """Return the cases that somebody is told of, the newest first."""
        async with self.engine.db.read() as tx:
            rows = await store.of_account(tx, account_id, TOLD, PAGE_MAX)
            return [await self.engine.whole(tx, row) for row in rows]

    async def one(self, account_id: str, case_id: str) -> Whole:
        """Return one of one's own cases. Raises ``NoSuchCase``."""
        async with self.engine.db.read() as tx:
            row = _own(await store.one(tx, case_id), account_id)
            return await self.engine.whole(tx, row)

    async def comply(self, account_id: str, case_id: str) -> Whole:
        """Do as ordered: nobody reads it any more, and it is deleted when no appeal can follow.

        Raises ``NoSuchCase``, ``BadStep``.
        """
        return await self._act(account_id, case_id, Act.COMPLY, NOTHING)

    async def contest(self, account_id: str, case_id: str, words: str) -> Whole:
        """Say that an order is wrong, once: the deadline stands still, and nobody reads it meanwhile.

        Raises ``NoSuchCase``, ``BadStep``, ``WordsNeeded``.
        """
        return await self._act(account_id, case_id, Act.CONTEST, Said(words=check_words(words)))

    async def appeal(self, account_id: str, case_id: str, words: str) -> Whole:
        """Have somebody else look again. Raises ``NoSuchCase``, ``AppealOver``, ``WordsNeeded``."""
        written, engine = check_words(words), self.engine
        async with engine.db.transaction() as tx:
            row = await self._held(tx, account_id, case_id)
            filed = await appeal_rows.appeal_of(tx, case_id) is not None
            now = engine.clock.now()
            check_appeal(row.case, filed, row.case.state in ESTABLISHED, now)
            appeal_id = engine.ids.ulid()
            sealed = await engine.vault.seal(tx, WORDS, case_id, appeal_id, written)
            due_at = now + APPEAL_ANSWER_IN
            kept = AppealRow(appeal_id, case_id, now, due_at, "", None, None, sealed, None)
            await appeal_rows.appeal(tx, kept)
            await engine.rulings.appealed(tx, case_id)
            return await engine.whole(tx, row)

    async def _act(self, account_id: str, case_id: str, act: Act, said: Said) -> Whole:
        engine = self.engine
        async with engine.db.transaction() as tx:
            row = await self._held(tx, account_id, case_id)
            if act is Act.CONTEST and row.case.left_seconds:
                raise BadStep("This order was contested before, and somebody else confirmed it.")
            case, told = await engine.move(tx, row, act, AUTHOR, said)
            whole = await engine.whole(tx, row._replace(case=case))
            if told:
                await engine.log.put(tx, *told)
        return whole

    async def _held(self, tx: Tx, account_id: str, case_id: str) -> CaseRow:
        return _own(await self.engine.held(tx, case_id), account_id)


def _own(row: CaseRow | None, account_id: str) -> CaseRow:
    if row is None or row.case.account_id != account_id:
        raise NoSuchCase
    if row.case.state not in TOLD and row.case.halted_at is None:
        raise NoSuchCase
    return row
