"""Signing a report, telling of it in the public history, and giving it to whoever asks."""

from dataclasses import dataclass
from datetime import timedelta

import msgspec

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.errors import NotFound
from teahouse.gate.model.policies import Both
from teahouse.infra.db.pool import Database, Tx
from teahouse.notices.model.ledger import shut_between
from teahouse.notices.service.history import History
from teahouse.reports import store
from teahouse.reports.model.document import Report, read, report_of, to_sign
from teahouse.reports.model.facts import CLOSED, CapabilityFact, RunFacts
from teahouse.reports.model.looks import primary
from teahouse.reports.model.pages import site_page
from teahouse.reports.model.words import PUBLIC_HISTORY, UNMEASURED
from teahouse.reports.service.census import Census
from teahouse.reports.store import Made

LISTED_MAX = 100
ON_SITE_MAX = 20
_MILLISECOND = timedelta(milliseconds=1)
_TOLD = {
    True: Both(
        "安全升级已完成，报告已签名。", "A security upgrade is complete; its report is signed."
    ),
    False: Both(
        "安全升级已结束，报告已签名，并写明哪些没有做到。",
        "A security upgrade has ended. Its report is signed, and says what was not done.",
    ),
}


@dataclass(frozen=True, repr=False)
class Reports:
    """The reports of every upgrade."""

    db: Database
    history: History
    audit: Audit
    census: Census
    clock: Clock
    server_name: str

    async def draft(self, facts: RunFacts) -> RunFacts:
        """Add what can be told only outside a transaction: the sinks, and when doors were shut."""
        sinks = facts.sinks or await self.census.look(facts.ended_at)
        if all(one.sink != "primary" for one in sinks):
            sinks = (primary(facts.columns), *sinks)
        entries = await self.history.entries()
        shut = shut_between(entries, facts.started_at, facts.ended_at) // _MILLISECOND
        by_history = CapabilityFact(
            capability="register",
            method=PUBLIC_HISTORY,
            watched_seconds=int((facts.ended_at - facts.started_at).total_seconds()),
            down_milliseconds=shut,
        )
        told = facts.capabilities or (CapabilityFact(capability="register", method=UNMEASURED),)
        return msgspec.structs.replace(facts, sinks=sinks, capabilities=(*told, by_history))

    async def publish(self, tx: Tx, actor: str, facts: RunFacts) -> Report:
        """Sign the report of a run that ends in ``tx``, and keep it. ``facts`` are from ``draft``."""
        now = self.clock.now()
        report = report_of(self.server_name, now, facts)
        detail: dict[str, object] = {"outcome": facts.outcome, "complete": report.complete}
        await self.audit.append(tx, actor, "reports.published", facts.run_id, detail)
        told = _TOLD[report.complete and facts.outcome == CLOSED]
        signed = await self.history.put_report(tx, facts.run_id, to_sign(report), told)
        made = Made(facts.run_id, signed.seq, now)
        await store.insert(tx, made, signed.body.decode())
        return read(signed.body)

    async def raw(self, run_id: str) -> bytes:
        """Return the report of a run as it was signed. Raises ``NotFound``."""
        async with self.db.read() as tx:
            body = await store.body(tx, run_id)
        if body is None:
            raise NotFound("There is no report of such an upgrade.")
        return body.encode()

    async def one(self, run_id: str) -> Report:
        """Return the report of a run. Raises ``NotFound``."""
        return read(await self.raw(run_id))

    async def all(self) -> list[Made]:
        """Return which reports there are, the newest first."""
        async with self.db.read() as tx:
            return await store.listed(tx, LISTED_MAX)

    async def on_site(self) -> dict[str, bytes]:
        """Return the newest reports for the static status site: the page, and the signed file."""
        async with self.db.read() as tx:
            found = await store.bodies(tx, ON_SITE_MAX)
        pages: dict[str, bytes] = {}
        for run_id, body in found:
            pages[f"reports/{run_id}.html"] = site_page(read(body.encode())).encode()
            pages[f"reports/{run_id}.json"] = body.encode()
        return pages
