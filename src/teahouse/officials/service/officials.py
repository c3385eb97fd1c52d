"""Give the particulars of a registration under way; read one's own."""

from dataclasses import dataclass

import msgspec

from teahouse.accounts.model import AccountClass
from teahouse.approvals.service import Approvals
from teahouse.consent.service.stepups import StepUps
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller, OperatorCaller
from teahouse.infra.vault.vault import Vault
from teahouse.officials import store
from teahouse.officials.model import (
    REGISTERED,
    WITHHELD,
    Details,
    NotOfficial,
    Official,
    SubjectKind,
    check_details,
)
from teahouse.officials.store import LICENCE, NAME, SUBJECT_NAME, SealedOfficial
from teahouse.registrations.model import NoSuchRegistration, Registered
from teahouse.registrations.service import Registrations


@dataclass(frozen=True, slots=True, repr=False)
class Officials:
    """Who is behind official accounts. ``listen`` once, before anybody registers."""

    db: Database
    vault: Vault
    registrations: Registrations
    approvals: Approvals
    stepups: StepUps

    def listen(self) -> None:
        """Have registrations call :meth:`complete` for every account that it makes."""
        self.registrations.finishers.append(self.complete)

    async def submit(self, registration_id: str, details: Details) -> None:
        """Keep, sealed, the particulars of an official account that is being registered.

        Once they are being reviewed they are changed when an operator asked for it, and then reviewed
        again. Raises ``BadName``, ``BadLicence``, ``NoSuchRegistration``, ``WrongStep``, ``NotAsked``.
        """
        registration = await self.registrations.steps.find(registration_id)
        if registration is None:
            raise NoSuchRegistration
        check_details(details, registration.region)
        if registration.held_for:
            await self.approvals.check_amendable(registration_id)
        await self.registrations.steps.detail(
            registration_id, msgspec.json.encode(details).decode()
        )
        if registration.held_for:
            await self.approvals.amended(registration_id)

    async def applied(self, operator: OperatorCaller, request_id: str) -> Details:
        """Return the particulars of an official account that waits, to who reviews it. Audited.

        Raises ``StepUpNeeded`` unless the operator has just proved who they are, ``NotOfficial``.
        """
        await self.stepups.check_operator(operator, request_id, "officials.particulars")
        async with self.db.read() as tx:
            registration = await self.approvals.registration(tx, request_id)
            if registration is None:
                raise NotOfficial
            details = await self.registrations.steps.opened_details(tx, registration)
        if details is None:
            raise NotOfficial
        return msgspec.json.decode(details, type=Details)

    async def complete(self, tx: Tx, registered: Registered) -> None:
        """Write the particulars of a new official account, in the transaction that makes it."""
        account = registered.account
        if account.account_class is not AccountClass.OFFICIAL:
            return
        assert registered.details is not None, "an official account is asked for them"
        details = msgspec.json.decode(registered.details, type=Details)
        owner = account.account_id
        licence = msgspec.json.encode(details.licence)
        official = SealedOfficial(
            region=account.region,
            subject_kind=details.subject_kind.value,
            name=await self.vault.seal(tx, NAME, owner, owner, details.name.strip()),
            subject_name=await self.vault.seal(
                tx, SUBJECT_NAME, owner, owner, details.subject_name.strip()
            ),
            licence=await self.vault.seal(tx, LICENCE, owner, owner, licence),
            state=REGISTERED,
            created_at=account.created_at,
        )
        await store.insert(tx, owner, official)

    async def said(self, account_id: str) -> dict[str, str] | None:
        """Return what a registration says, without its licence; ``None``: it is no official account."""
        async with self.db.read() as tx:
            found = await store.one(tx, account_id)
            if found is None:
                return None
            opened = {
                "name": await self.vault.open(tx, NAME, account_id, account_id, found.name),
                "subject_name": await self.vault.open(
                    tx, SUBJECT_NAME, account_id, account_id, found.subject_name
                ),
            }
        return {"region": found.region, "subject_kind": found.subject_kind} | opened

    async def withhold(self, tx: Tx, account_id: str) -> bool:
        """Put a registration out of force; false when there is none that is."""
        return await store.set_state(tx, account_id, REGISTERED, WITHHELD)

    async def let_go(self, tx: Tx, account_id: str) -> bool:
        """Put a registration in force again; false when it is."""
        return await store.set_state(tx, account_id, WITHHELD, REGISTERED)

    async def own(self, caller: Caller, account_id: str) -> Official:
        """Return an official account's particulars to itself. Raises ``NotOfficial``."""
        if caller.account_id != account_id:
            raise NotOfficial
        async with self.db.read() as tx:
            found = await store.one(tx, account_id)
            if found is None:
                raise NotOfficial
            licence = await self.vault.open(tx, LICENCE, account_id, account_id, found.licence)
            return Official(
                account_id=account_id,
                region=found.region,
                subject_kind=SubjectKind(found.subject_kind),
                name=await self.vault.open(tx, NAME, account_id, account_id, found.name),
                subject_name=await self.vault.open(
                    tx, SUBJECT_NAME, account_id, account_id, found.subject_name
                ),
                licence=msgspec.json.decode(licence, type=dict[str, str]),
                state=found.state,
                created_at=found.created_at,
            )
