"""Requests about personal data: filed by anybody, answered with reasons within their days."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from teahouse.audit.service import Audit
from teahouse.calendars.model import WORKING_DAYS_MAX, calendar, calendar_name
from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.consent.model import Answer, check_lang
from teahouse.consent.service import Consent
from teahouse.ids import Ids, token_digest
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller, OperatorCaller
from teahouse.infra.vault.vault import Vault
from teahouse.rights import store
from teahouse.rights.model.holdings import Holding, Row, Whose, Words
from teahouse.rights.model.requests import (
    CLOCKED_MAX,
    FIGURES_DAYS,
    LISTED_MAX,
    OPEN_MAX,
    AnsweredAlready,
    ClockedRequest,
    ErasuresCounted,
    Figures,
    Filed,
    NoSuchRequest,
    RequestKind,
    TooManyRequests,
    check_kind,
    check_outcome,
    check_reasons,
    check_text,
)
from teahouse.rights.store import ANSWER, CONTACT, REQUEST_PURPOSE, TEXT, RequestRow

KEPT_FOR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Filing:
    """What somebody writes."""

    kind: str
    text: str
    contact: str
    lang: str
    policy_version: str


@dataclass(frozen=True, repr=False)
class Requests:
    """Requests, complaints and appeals, and the clock that runs for each."""

    db: Database
    vault: Vault
    audit: Audit
    consent: Consent
    clock: Clock
    ids: Ids
    config: Config

    async def file(self, caller: Caller | None, filing: Filing) -> tuple[str, Filed]:
        """Keep a request; return its reference, which is told once, and the request.

        Raises ``Invalid``, ``StalePolicy``, ``TooManyRequests`` for an account with several open.
        """
        kind = check_kind(filing.kind).value
        check_text(filing.text, filing.contact)
        now, request_id = self.clock.now(), self.ids.ulid()
        reference = self.ids.token("thr")
        due = calendar(calendar_name(self.config.profile)).due(now)
        account_id = caller.account_id if caller else None
        answer = Answer(filing.policy_version, (), check_lang(filing.lang), "privacy.request")
        async with self.db.transaction() as tx:
            if account_id is not None and await store.open_of(tx, account_id) >= OPEN_MAX:
                raise TooManyRequests
            await self.vault.create_subject(tx, request_id)
            await self.consent.told(tx, request_id, request_id, [REQUEST_PURPOSE.id], answer)
            text = await self.vault.seal(tx, TEXT, request_id, request_id, filing.text.strip())
            contact = None
            if filing.contact.strip():
                written = filing.contact.strip()
                contact = await self.vault.seal(tx, CONTACT, request_id, request_id, written)
            row = RequestRow(
                request_id, account_id, kind, answer.lang, text, contact, now, due, None, None, None
            )
            await store.insert_request(tx, token_digest(reference), row)
            return reference, await self._opened(tx, row)

    async def by_reference(self, reference: str) -> Filed:
        """Return the request of a reference. Raises ``NoSuchRequest``."""
        async with self.db.read() as tx:
            row = await store.by_reference(tx, token_digest(reference))
            if row is None:
                raise NoSuchRequest
            return await self._opened(tx, row)

    async def own(self, account_id: str) -> Sequence[Filed]:
        """Return an account's requests, newest first."""
        async with self.db.read() as tx:
            rows = await store.requests_of(tx, account_id, LISTED_MAX)
            return [await self._opened(tx, row) for row in rows]

    async def listed(self, operator: OperatorCaller, is_open: bool) -> Sequence[Filed]:
        """Return requests for operators: the open ones by their day, or those answered. Audited.

        What people wrote is in them, and their contacts: whoever reads it has read it.
        """
        async with self.db.transaction() as tx:
            rows = await store.requests(tx, is_open, LISTED_MAX)
            found = [await self._opened(tx, row) for row in rows]
            if found:
                detail: dict[str, object] = {"open": is_open, "count": len(found)}
                await self.audit.append(tx, operator.operator_id, "rights.read", "requests", detail)
        return found

    async def answer(
        self, operator: OperatorCaller, request_id: str, outcome: str, reasons: str
    ) -> Filed:
        """Answer a request, with reasons. Audited.

        Raises ``NoSuchRequest``, ``AnsweredAlready``, ``ReasonsNeeded``, ``Invalid``.
        """
        chosen, text = check_outcome(outcome), check_reasons(reasons)
        now, who = self.clock.now(), operator.operator_id
        async with self.db.transaction() as tx:
            row = await store.request_locked(tx, request_id)
            if row is None:
                raise NoSuchRequest
            if row.answered_at is not None:
                raise AnsweredAlready
            sealed = await self.vault.seal(tx, ANSWER, request_id, request_id, text)
            await store.answer_request(tx, request_id, now, who, chosen.value, sealed)
            detail: dict[str, object] = {"outcome": chosen.value, "late": row.due_at <= now}
            await self.audit.append(tx, who, "rights.answered", request_id, detail)
            answered = await store.request(tx, request_id)
            assert answered is not None, "it is held"
            return await self._opened(tx, answered)

    async def figures(self) -> Figures:
        """Return what everybody may know about how requests are dealt with."""
        now = self.clock.now()
        async with self.db.read() as tx:
            counted = await store.figures(tx, now, now - timedelta(days=FIGURES_DAYS))
        return Figures(*counted, working_days_max=WORKING_DAYS_MAX)

    async def counted(self, begun: datetime, ended: datetime) -> tuple[int, int, int]:
        """Return how many requests were filed in a time, answered, and answered late."""
        async with self.db.read() as tx:
            return await store.counted(tx, begun, ended)

    async def clocked(self) -> tuple[list[ClockedRequest], ErasuresCounted]:
        """Return how the newest requests were dealt with in time, and erasures counted."""
        async with self.db.read() as tx:
            return await store.clocked(tx, CLOCKED_MAX), await store.erased(tx)

    async def purge(self, tx: Tx) -> None:
        """Erase what was answered more than a year ago."""
        for request_id in await store.delete_answered(tx, self.clock.now() - KEPT_FOR):
            await self.vault.destroy_subject(tx, request_id)

    async def forget(self, tx: Tx, account_id: str) -> None:
        """Take an account that ends off its requests; they are answered by reference still."""
        await store.unname_requests(tx, account_id)

    async def _opened(self, tx: Tx, row: RequestRow) -> Filed:
        whose = row.request_id
        contact = answer = None
        if row.contact is not None:
            contact = await self.vault.open(tx, CONTACT, whose, whose, row.contact)
        if row.answer is not None:
            answer = await self.vault.open(tx, ANSWER, whose, whose, row.answer)
        held_until, held_because = None, ""
        if row.kind == RequestKind.ERASURE.value and row.account_id is not None:
            held = await store.put_off_until(tx, row.account_id)
            if held is not None:
                held_until, held_because = held
        return Filed(
            whose,
            row.account_id,
            row.kind,
            row.lang,
            await self.vault.open(tx, TEXT, whose, whose, row.text),
            contact or "",
            row.opened_at,
            row.due_at,
            row.answered_at,
            row.outcome,
            answer,
            held_until,
            held_because,
        )


def request_holdings(requests: Requests) -> list[Holding]:
    """Return what is held of a person here."""

    async def own(whose: Whose) -> AsyncIterator[Row]:
        for one in await requests.own(whose.account_id):
            yield {**msgspec.structs.asdict(one), "at": one.opened_at}

    fields = ("rights_requests.text", "rights_requests.contact", "rights_requests.answer")
    return [Holding("requests", Words("您的请求", "Your requests"), fields, own)]
