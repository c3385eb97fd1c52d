"""Reports become cases: what was reported is kept as it was, and many hands are told from one."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from teahouse.accounts.model import Account
from teahouse.accounts.service import Accounts
from teahouse.cases import store
from teahouse.cases.model.case import Found, check_category
from teahouse.cases.model.counting import Reporter, voices
from teahouse.cases.service.engine import Engine
from teahouse.complaints.model import Report, What
from teahouse.complaints.service import Complaints
from teahouse.infra.db.pool import Tx
from teahouse.rulings.model import Counted

KIND_OF = {What.EVENT: "message", What.ROOM: "room", What.USER: "profile"}


@dataclass(frozen=True, repr=False)
class Reports:
    """Makes cases of what people report. ``listen`` once."""

    engine: Engine
    accounts: Accounts
    complaints: Complaints

    def listen(self) -> None:
        """Be asked about every report before it is kept."""
        self.complaints.taking.append(self.take)

    async def take(self, report: Report) -> Callable[[Tx], Awaitable[None]]:
        """Look at what is reported, and return what is to be done in the report's transaction."""
        kind = KIND_OF[report.what]
        found = await self.engine.kinds[kind].find(report.target)
        account = await self.accounts.account(report.user_id)

        async def keep(tx: Tx) -> None:
            if found is not None:
                await self._keep(tx, report, kind, found, account)

        return keep

    async def _keep(self, tx: Tx, report: Report, kind: str, found: Found, who: Account) -> None:
        place = (kind, report.target)
        case_id = await self.engine.begin(tx, place, found, check_category(report.category))
        by = Reporter(report.made_at, who.created_at, who.door)
        await store.report(tx, case_id, report.complaint_id, (who.account_id, who.user_id), by)
        await self.engine.rulings.count(tx, Counted.REPORT, check_category(report.category))
        await store.set_voices(tx, case_id, voices(await store.reporters(tx, case_id)))
