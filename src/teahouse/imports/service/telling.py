"""Telling people that they were brought in: each once, at their own contact, as the budget allows.

Whoever tells somebody claims the row first and commits that, so that no two workers tell one person.
If a worker dies in between, nobody knows whether the message left: it is noted as not told, and not
sent again.
"""

import enum
from dataclasses import dataclass
from datetime import timedelta

from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.imports import store
from teahouse.imports.model import (
    CLAIM_LIFE,
    LINK_LIFE,
    NOT_SENT_WAIT,
    TELL_AT_ONCE,
    TELL_WAIT,
    TEXTS_KEPT,
    TEXTS_WAIT,
    TellPeople,
    Told,
    told_by,
)
from teahouse.imports.service.arrivals import Arrivals
from teahouse.infra.db.pool import Database
from teahouse.infra.jobs.queue import Jobs
from teahouse.infra.senders.model import CodeMessage, Lang, NeverSent, NotSent
from teahouse.registrations.service import Registrations

TEMPLATE = "brought_in"


class _Went(enum.Enum):
    """What became of a message; the values are how long to wait before the next."""

    ON = TELL_WAIT
    NOT_SENT = NOT_SENT_WAIT
    NO_BUDGET = TEXTS_WAIT


@dataclass(frozen=True, repr=False)
class Telling:
    """Tells those whom an import brought in."""

    db: Database
    jobs: Jobs
    clock: Clock
    config: Config
    registrations: Registrations
    arrivals: Arrivals

    def adapter(self, kind: str) -> str:
        """Name what sends to a kind of contact: ``sms``, ``mail``, ``test``, or ``none``."""
        codes = self.registrations.steps.accounts.codes
        sender = codes.sender(kind)
        if sender is None:
            return "none"
        return "test" if sender is codes.senders.outbox else {"phone": "sms", "email": "mail"}[kind]

    def offered(self) -> tuple[str, ...]:
        """Return the kinds of contact that messages can be sent to."""
        return tuple(kind for kind in ("phone", "email") if self.adapter(kind) != "none")

    async def run(self, job: TellPeople) -> None:
        """Tell some of an import's people, and ask to be called again for the others."""
        now = self.clock.now()
        async with self.db.transaction() as tx:
            await store.lose(tx, job.import_id, now - CLAIM_LIFE)
            await store.give_up(tx, job.import_id, now - LINK_LIFE)
        wait = TELL_WAIT
        for _ in range(TELL_AT_ONCE):
            async with self.db.transaction() as tx:
                claimed = await store.claim(tx, job.import_id, self.clock.now())
            if claimed is None:
                break
            went = await self._tell(job.import_id, *claimed)
            wait = went.value
            if went is not _Went.ON:
                break
        async with self.db.transaction() as tx:
            due, sending = await store.to_tell(tx, job.import_id)
            if due or sending:
                later = self.clock.now() + (wait if due else CLAIM_LIFE + timedelta(seconds=1))
                await self.jobs.enqueue(tx, job, later, unique=job.import_id)

    async def _tell(self, import_id: str, number: int, account_id: str) -> _Went:
        """Tell somebody whose row is claimed; what could not be sent now is given back."""
        told, went = Told.TOLD, _Went.ON
        try:
            went = await self._send(import_id, number, account_id)
        except NotSent:
            went = _Went.NOT_SENT
        except NeverSent:
            told = Told.FAILED
        if went is not _Went.ON:
            told = Told.DUE
        async with self.db.transaction() as tx:
            await store.set_told(tx, import_id, number, told, self.clock.now())
        return went

    async def _send(self, import_id: str, number: int, account_id: str) -> _Went:
        accounts = self.registrations.steps.accounts
        contacts = await accounts.identifiers(account_id)
        kind = told_by(contacts, self.offered())
        if kind is None:
            raise NeverSent("nothing sends to that kind of contact")
        if kind == "phone" and not await self._may_text():
            return _Went.NO_BUDGET
        message = CodeMessage(
            contacts[kind],
            code="",
            minutes=0,
            lang=self._lang(kind, contacts[kind]),
            template=TEMPLATE,
            message_id=f"{import_id}.{number}",
            link=f"{self.config.base_url}/#/arrival/{self.arrivals.sign(import_id, number)}",
        )
        await accounts.codes.tell(kind, message)
        return _Went.ON

    async def _may_text(self) -> bool:
        """Tell whether codes would still find enough of the hour's and the day's messages left."""
        left = await self.registrations.steps.screening.knocks.budget_left()
        return all(now > most * TEXTS_KEPT for now, most in left.values())

    def _lang(self, kind: str, value: str) -> Lang:
        if kind == "phone":
            return "zh" if value.startswith("+86") else "en"
        return "zh" if self.config.profile == "cn-mainland" else "en"
