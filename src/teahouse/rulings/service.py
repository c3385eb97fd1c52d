"""Keeping what was decided, and telling it without anybody in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from teahouse.clock import Clock
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database, Tx
from teahouse.rulings import store
from teahouse.rulings.model import (
    PAGE_MAX,
    SMALL,
    Counted,
    Period,
    PublicRuling,
    Ruling,
    Transparency,
    days_of,
    figures,
    hours,
    months_of,
    summed,
)

ID_BYTES = 12


@dataclass(frozen=True, repr=False)
class Rulings:
    """The register of decisions. Verbs with a ``tx`` run in the caller's."""

    db: Database
    clock: Clock
    ids: Ids

    async def enter(self, tx: Tx, new: Ruling) -> None:
        """Keep a decision. Its id is random: one made of the time would tell the minute."""
        await store.insert(tx, self.ids.bytes(ID_BYTES).hex(), self._today(), new)

    async def end(self, tx: Tx, case_id: str, by: str) -> None:
        """Note by what the measures of a case have ended that hold."""
        await store.end(tx, case_id, self._today(), by)

    async def appealed(self, tx: Tx, case_id: str) -> None:
        """Note that somebody has appealed."""
        await store.appeal(tx, case_id, "waiting", None, None)
        await self.count(tx, Counted.APPEAL, "filed")

    async def answered(self, tx: Tx, case_id: str, became: str, filed_at: datetime) -> None:
        """Note what became of an appeal: ``upheld`` or ``overturned``."""
        seconds = int((self.clock.now() - filed_at).total_seconds())
        await store.appeal(tx, case_id, became, self._today(), seconds)
        await self.count(tx, Counted.APPEAL, became)

    async def untie(self, tx: Tx, case_ids: Sequence[str]) -> None:
        """Forget of which cases some rulings were: there are none any more."""
        await store.untie(tx, case_ids)

    async def count(self, tx: Tx, what: Counted, part: str) -> None:
        """Count something once more today."""
        await store.count(tx, self._today(), what.value, part)

    # -- told ------------------------------------------------------------------------------------

    async def page(self, after: str) -> list[PublicRuling]:
        """Return rulings of days that are over, the oldest first; ``after`` an id: more."""
        async with self.db.read() as tx:
            return await store.page(tx, after, self._today(), PAGE_MAX, SMALL)

    async def published(self, first: str, last: str) -> Transparency:
        """Return the figures of whole months, for everybody. Raises ``BadPeriod``."""
        return await self._figures(months_of(first, last, self._today()), exact=False)

    async def exact(self, first: date, last: date) -> Transparency:
        """Return the figures of any days as they are, for operators. Raises ``Invalid``."""
        return await self._figures(days_of(first, last, self._today()), exact=True)

    async def _figures(self, period: Period, *, exact: bool) -> Transparency:
        async with self.db.snapshot() as tx:
            decided = await store.decided(tx, period)
            counted = await store.counted(tx, period)
            waited, answered = await store.waited(tx, period), await store.answered(tx, period)

        def by(*fields: str) -> dict[str, int]:
            return summed(decided, *fields)

        def of(what: Counted) -> dict[str, int]:
            return counted.get(what.value, {})

        return Transparency(
            first_day=period.first_day,
            last_day=period.last_day,
            reports=figures(of(Counted.REPORT), exact=exact),
            cases=figures(of(Counted.CASE), exact=exact),
            measures=figures(by("measure"), exact=exact),
            rules=figures(by("rule_id"), exact=exact),
            contents=figures(by("content"), exact=exact),
            account_classes=figures(by("account_class"), exact=exact),
            deciders=figures(by("decider"), exact=exact),
            by_rule_and_measure=figures(by("rule_id", "measure"), exact=exact),
            median_hours_to_decision=hours(waited, exact=exact),
            appeals=figures(of(Counted.APPEAL), exact=exact),
            median_hours_to_answer=hours(answered, exact=exact),
            sign_offs=figures(of(Counted.SIGN_OFF), exact=exact),
            after_reviews=figures(of(Counted.AFTER_REVIEW), exact=exact),
        )

    def _today(self) -> date:
        return self.clock.now().astimezone(UTC).date()
