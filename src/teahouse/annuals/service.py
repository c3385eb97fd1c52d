"""Drafting what the house tells of a year, publishing it by two, and taking recommendations."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date

import msgspec
from msgspec import structs

from teahouse.annuals import store
from teahouse.annuals.model import report as rules
from teahouse.annuals.model.procedure import (
    OF_THE_HOUSE,
    PUBLIC,
    AnnualAct,
    AnnualState,
    BadAnnualStep,
    next_state,
)
from teahouse.annuals.model.report import (
    CONTEXT,
    LISTED_MAX,
    Advice,
    Annual,
    AnnualSamePerson,
    Figures,
    NoSuchAdvice,
    NoSuchAnnual,
)
from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.gate.model.policies import Both
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database, Tx
from teahouse.notices.model.chain import Document, canonical
from teahouse.notices.service.history import History

# Counts, between two days with both in it, what reports tell; a name that is missing is not known.
Counting = Callable[[date, date], Awaitable[Mapping[str, int | None]]]


@dataclass(frozen=True, repr=False)
class Annuals:
    """Yearly reports, and what is recommended. ``actor`` is as in ``audit``."""

    db: Database
    history: History
    audit: Audit
    clock: Clock
    ids: Ids
    server_name: str
    count: Counting

    # -- reports ---------------------------------------------------------------------------------

    async def draft(self, actor: str, kind: str, year: int) -> Annual:
        """Begin a report with the figures of the moment. Raises ``Invalid``."""
        now = self.clock.now()
        rules.check_about(kind, year, now)
        new = Annual(
            report_id=self.ids.ulid(),
            kind=kind,
            year=year,
            texts={},
            figures=await self._figures(kind, year),
            state=AnnualState.DRAFT,
            drafted_by=actor,
            counted_at=now,
            asked_by="",
            published_by="",
            published_at=None,
            document=None,
            moved_at=now,
        )
        async with self.db.transaction() as tx:
            await store.insert(tx, new)
            detail: dict[str, object] = {"kind": kind, "number": year}
            await self.audit.append(tx, actor, "annuals.drafted", new.report_id, detail)
        return new

    async def write(self, actor: str, report_id: str, texts: Mapping[str, Both]) -> Annual:
        """Write a draft's texts; its figures are counted anew.

        Raises ``NoSuchAnnual``, ``BadAnnualStep``, ``BadAnnual``.
        """
        found = await self.one(report_id)
        figures = await self._figures(found.kind, found.year)
        async with self.db.transaction() as tx:
            held = await self._held(tx, report_id)
            if held.state is not AnnualState.DRAFT:
                raise BadAnnualStep
            now, said = self.clock.now(), rules.check_texts(held.kind, texts)
            after = structs.replace(
                held, texts=said, figures=figures, drafted_by=actor, counted_at=now, moved_at=now
            )
            await store.move(tx, after)
            await self.audit.append(tx, actor, "annuals.written", report_id)
        return after

    async def act(self, actor: str, report_id: str, act: AnnualAct) -> Annual:
        """Take a step; whoever asked for it does not publish.

        Raises ``NoSuchAnnual``, ``BadAnnualStep``, ``BadAnnual``, ``AnnualSamePerson``.
        """
        if act in OF_THE_HOUSE:
            raise BadAnnualStep
        if act is AnnualAct.PUBLISH:
            return await self._publish(actor, report_id)
        async with self.db.transaction() as tx:
            held = await self._held(tx, report_id)
            state = next_state(held.state, act)
            if act is AnnualAct.ASK:
                rules.check_whole(held.kind, held.texts)
            asked = actor if act is AnnualAct.ASK else ""
            after = structs.replace(held, state=state, asked_by=asked, moved_at=self.clock.now())
            await store.move(tx, after)
            await self.audit.append(tx, actor, f"annuals.{act.value}", report_id)
        return after

    async def _publish(self, actor: str, report_id: str) -> Annual:
        await self.history.begin()
        (key,) = [one for one in await self.history.keys() if one.state == "primary"]
        found, now = await self.one(report_id), self.clock.now()
        next_state(found.state, AnnualAct.PUBLISH)
        if actor in (found.asked_by, found.drafted_by):
            raise AnnualSamePerson
        said = rules.document(found, self.server_name, key.public, now)
        signed = canonical(await self.history.sign(CONTEXT, said, key.key_id)).decode()
        async with self.db.transaction() as tx:
            held = await self._held(tx, report_id)
            if held != found:  # somebody was quicker: what was signed is not what is there
                raise BadAnnualStep
            for former in await store.published_locked(tx, held.kind, held.year):
                replaced = next_state(former.state, AnnualAct.REPLACE)
                await store.move(tx, structs.replace(former, state=replaced, moved_at=now))
            after = structs.replace(
                held,
                state=AnnualState.PUBLISHED,
                published_by=actor,
                published_at=now,
                document=signed,
                moved_at=now,
            )
            await store.move(tx, after)
            await self.audit.append(tx, actor, "annuals.publish", report_id)
        return after

    async def one(self, report_id: str) -> Annual:
        """Return a report. Raises ``NoSuchAnnual``."""
        async with self.db.read() as tx:
            found = await store.one(tx, report_id)
        if found is None:
            raise NoSuchAnnual
        return found

    async def all(self) -> list[Annual]:
        """Return reports, what moved last first."""
        async with self.db.read() as tx:
            return await store.newest(tx, LISTED_MAX)

    async def public(self) -> list[Annual]:
        """Return what was published, the newest first."""
        async with self.db.read() as tx:
            return await store.public(tx, LISTED_MAX)

    async def document(self, report_id: str) -> Document:
        """Return a published report as it was signed. Raises ``NoSuchAnnual``."""
        found = await self.one(report_id)
        if found.state not in PUBLIC or found.document is None:
            raise NoSuchAnnual
        return msgspec.json.decode(found.document)

    # -- recommendations -------------------------------------------------------------------------

    async def advise(self, actor: str, text: Both) -> Advice:
        """Keep a recommendation, which everybody may read. Raises ``BadAnnual``."""
        said, now = rules.check_advice(text), self.clock.now()
        new = Advice(
            advice_id=self.ids.ulid(), text=said, given_by=actor, given_at=now, answer=Both(),
            answered_by="", answered_at=None,
        )  # fmt: skip
        async with self.db.transaction() as tx:
            await store.advise(tx, new)
            await self.audit.append(tx, actor, "annuals.advised", new.advice_id)
        return new

    async def answer(self, actor: str, advice_id: str, text: Both) -> None:
        """Answer a recommendation, in public. Raises ``BadAnnual``, ``NoSuchAdvice``."""
        said = rules.check_advice(text)
        async with self.db.transaction() as tx:
            if not await store.answer(tx, advice_id, said, actor, self.clock.now()):
                raise NoSuchAdvice
            await self.audit.append(tx, actor, "annuals.answered", advice_id)

    async def advice(self) -> list[Advice]:
        """Return recommendations, the newest first."""
        async with self.db.read() as tx:
            return await store.advice(tx, LISTED_MAX)

    # -- inside ----------------------------------------------------------------------------------

    async def _figures(self, kind: str, year: int) -> Figures:
        return rules.told(kind, await self.count(*rules.days_of(year, self.clock.now())))

    async def _held(self, tx: Tx, report_id: str) -> Annual:
        found = await store.one_locked(tx, report_id)
        if found is None:
            raise NoSuchAnnual
        return found
