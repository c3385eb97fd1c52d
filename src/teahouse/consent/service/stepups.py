"""Showing once more that it is you, for what is sensitive [L-28]: by session, for ten minutes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.consent import store
from teahouse.consent.model import Proof
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller, OperatorCaller
from teahouse.infra.vault.model import StepUpNeeded
from teahouse.infra.vault.vault import Fresh
from teahouse.operators.model import Factor, WrongCode
from teahouse.operators.service import Operators

Prove = Callable[[Caller, str | None, str | None, str | None], Awaitable[None]]
FRESH_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, repr=False)
class StepUps:
    """Who has just shown who they are. ``prove`` refuses who shows neither password nor code."""

    db: Database
    prove: Prove
    operators: Operators
    audit: Audit
    clock: Clock

    async def person(self, caller: Caller, proof: Proof) -> datetime:
        """Take a person's password, or a code sent to them; return until when that counts.

        Raises ``WrongCredentials``, ``WrongCode``.
        """
        await self.prove(caller, proof.password, proof.kind, proof.code)
        async with self.db.transaction() as tx:
            return await self.grant(tx, caller.session_id, caller.account_id)

    async def operator(self, operator: OperatorCaller, factor: Factor) -> datetime:
        """Ask an operator for the second factor again; return until when that counts. Audited.

        Raises ``WrongCode``.
        """
        async with self.db.transaction() as tx:
            right = await self.operators.check_factor(tx, operator, factor)
            act = "consent.step_up" if right else "consent.step_up_refused"
            until = None
            if right:
                until = await self.grant(tx, operator.session_id, operator.operator_id)
            await self.audit.append(tx, operator.operator_id, act, operator.operator_id)
        if until is None:
            raise WrongCode
        return until

    async def grant(self, tx: Tx, session_id: str, reader: str) -> datetime:
        """Count a session as fresh from now; for whoever has checked something as strong."""
        until = self.clock.now() + FRESH_FOR
        await store.step_up(tx, session_id, reader, until)
        return until

    async def fresh(self, tx: Tx, caller: Caller) -> Fresh | None:
        """Return a person's word to read what is sensitive of themselves, if it is fresh."""
        return await self._word(tx, caller.session_id, caller.account_id, caller.account_id)

    async def check(self, caller: Caller) -> Fresh:
        """Return a person's fresh word. Raises ``StepUpNeeded``."""
        async with self.db.read() as tx:
            found = await self.fresh(tx, caller)
        if found is None:
            raise StepUpNeeded
        return found

    async def check_operator(self, operator: OperatorCaller, subject_id: str, what: str) -> Fresh:
        """Return an operator's fresh word to read somebody's sensitive data.

        Audited either way: ``what`` names what is read. Raises ``StepUpNeeded``.
        """
        async with self.db.transaction() as tx:
            who = operator.operator_id
            found = await self._word(tx, operator.session_id, who, subject_id)
            act = "consent.sensitive_refused" if found is None else "consent.sensitive_read"
            await self.audit.append(tx, who, act, subject_id, {"what": what})
        if found is None:
            raise StepUpNeeded
        return found

    async def purge(self, tx: Tx) -> None:
        """Delete what has ended."""
        await store.end_stepups(tx, self.clock.now())

    async def _word(self, tx: Tx, session_id: str, reader: str, subject_id: str) -> Fresh | None:
        until = await store.stepped_up(tx, session_id, reader)
        if until is None or until <= self.clock.now():
            return None
        return Fresh(reader, subject_id, until)
