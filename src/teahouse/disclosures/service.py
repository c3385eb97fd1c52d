"""Writing down what authorities ask, giving by two or refusing, and publishing how often."""

from dataclasses import dataclass
from datetime import UTC
from typing import Any

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.disclosures import store
from teahouse.disclosures.model import (
    CountedRequests,
    Disclosure,
    DisclosureBody,
    DisclosureSamePerson,
    NoSuchDisclosure,
    RequestAct,
    RequestState,
    YearFigures,
    check_approved,
    check_given,
    check_reason,
    check_request,
    figures,
    next_state,
)
from teahouse.disclosures.store import ASKED, GIVEN, PURPOSE, DisclosureRow
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault.vault import Vault

LISTED_MAX = 500


@dataclass(frozen=True, repr=False)
class Disclosures:
    """The register of requests. ``actor`` is as in ``audit``."""

    db: Database
    vault: Vault
    audit: Audit
    clock: Clock
    ids: Ids

    async def record(self, actor: str, body: DisclosureBody) -> str:
        """Write down a request; nothing is given by it. Raises ``BadDisclosure``."""
        now = self.clock.now()
        check_request(body, now)
        request_id = self.ids.ulid()
        async with self.db.transaction() as tx:
            await self.vault.create_subject(tx, request_id)
            await self.vault.grant(tx, request_id, [PURPOSE])
            asked = body.asked.strip()
            sealed = await self.vault.seal(tx, ASKED, request_id, request_id, asked)
            await store.insert(tx, request_id, body, sealed, actor, now)
            detail: dict[str, object] = {"authority": body.authority, "number": body.reference}
            await self.audit.append(tx, actor, "disclosures.recorded", request_id, detail)
        return request_id

    async def listed(self, actor: str) -> list[Disclosure]:
        """Return the register, the newest first. Audited: it was read."""
        async with self.db.transaction() as tx:
            found = [await self._opened(tx, row) for row in await store.newest(tx, LISTED_MAX)]
            if found:
                await self.audit.append(tx, actor, "disclosures.read", "", {"count": len(found)})
        return found

    async def propose(
        self, actor: str, request_id: str, given: str, accounts: int, approval: str = ""
    ) -> None:
        """Say what would be given, of how many accounts; a second operator gives it.

        Raises ``BadDisclosure``, ``BadDisclosureStep``, ``RequiresApproval``.
        """
        text = check_given(given, accounts)
        async with self.db.transaction() as tx:
            row = await self._held(tx, request_id)
            state = next_state(row.state, RequestAct.PROPOSE)
            row = row._replace(approval=approval.strip() or row.approval)
            check_approved(await self._opened(tx, row))
            sealed = await self.vault.seal(tx, GIVEN, request_id, request_id, text)
            after = row._replace(state=state, given=sealed, accounts_given=accounts, first_by=actor)
            detail: dict[str, object] = {"accounts": accounts}
            await self._move(tx, after, RequestAct.PROPOSE, actor, detail)

    async def give(self, actor: str, request_id: str) -> None:
        """Agree, as the second operator, that it is given as proposed.

        Raises ``BadDisclosureStep``, ``DisclosureSamePerson``, ``RequiresApproval``.
        """
        async with self.db.transaction() as tx:
            row = await self._held(tx, request_id)
            state = next_state(row.state, RequestAct.GIVE)
            if row.first_by == actor:
                raise DisclosureSamePerson
            check_approved(await self._opened(tx, row))
            after = row._replace(state=state, second_by=actor, decided_at=self.clock.now())
            detail: dict[str, object] = {"accounts": row.accounts_given}
            await self._move(tx, after, RequestAct.GIVE, actor, detail)

    async def end(self, actor: str, request_id: str, act: RequestAct, reason: str) -> None:
        """Refuse a request, or note that it was withdrawn. Raises ``BadDisclosure``, ``BadDisclosureStep``."""
        text = check_reason(reason)
        async with self.db.transaction() as tx:
            row = await self._held(tx, request_id)
            after = row._replace(
                state=next_state(row.state, act),
                accounts_given=0,
                reason=text,
                decided_at=self.clock.now(),
            )
            await self._move(tx, after, act, actor, {"reason": text})

    async def counted(self) -> list[CountedRequests]:
        """Return how often authorities asked, exact, for who audits the house."""
        async with self.db.read() as tx:
            return [CountedRequests(*one) for one in await store.counted(tx)]

    async def published(self) -> list[YearFigures]:
        """Return how often authorities asked, in the years that are over."""
        async with self.db.read() as tx:
            counted = await store.counted(tx)
        return figures(counted, self.clock.now().astimezone(UTC).year)

    async def _held(self, tx: Tx, request_id: str) -> DisclosureRow:
        row = await store.one_locked(tx, request_id)
        if row is None:
            raise NoSuchDisclosure
        return row

    async def _move(
        self, tx: Tx, after: DisclosureRow, act: RequestAct, actor: str, detail: dict[str, object]
    ) -> None:
        await store.move(tx, after)
        await self.audit.append(tx, actor, f"disclosures.{act.value}", after.request_id, detail)

    async def _opened(self, tx: Tx, row: DisclosureRow) -> Disclosure:
        whose, given = row.request_id, ""
        asked = await self.vault.open(tx, ASKED, whose, whose, row.asked)
        if row.given is not None and row.state in (RequestState.PROPOSED, RequestState.GIVEN):
            given = await self.vault.open(tx, GIVEN, whose, whose, row.given)
        fields: dict[str, Any] = row._asdict()
        fields |= {"asked": asked, "given": given}
        return Disclosure(**fields)
