"""What a new account has to show under the regime of its region and class."""

from dataclasses import dataclass

from teahouse.infra.db.pool import Tx
from teahouse.realnames.model import Identity, Level
from teahouse.realnames.service import Realnames
from teahouse.regimes.model import REALNAME
from teahouse.regimes.service import Regimes
from teahouse.registrations.model import (
    NewAccount,
    NoSuchRegistration,
    Registered,
    Registration,
    TurnedAway,
    WrongStep,
)
from teahouse.registrations.service.steps import Steps


@dataclass(frozen=True, slots=True, repr=False)
class Evidence:
    """Holds registrations to the regime. ``listen`` once, before anybody registers."""

    steps: Steps
    regimes: Regimes
    realnames: Realnames

    def listen(self) -> None:
        """Have registrations wait for what they lack, and new accounts begin under a version."""
        self.steps.judges.append(self.judge)
        self.steps.finishers.append(self.complete)

    async def judge(self, tx: Tx, registration: Registration, _new: NewAccount) -> str | None:
        """Have a registration wait that shows less than the regime wants."""
        shown = Level.PHONE if registration.contact_kind == "phone" else Level.NONE
        scope = (registration.region, registration.account_class)
        return REALNAME if await self.regimes.lacking(tx, scope, shown) else None

    async def complete(self, tx: Tx, made: Registered) -> None:
        """Give a new account what was shown, in the transaction that makes it."""
        account = made.account
        if made.registration is not None:
            await self.realnames.adopt(tx, made.registration.digest, account.account_id)
        scope = (account.region, account.account_class.value)
        level = await self.realnames.level(tx, account.account_id)
        await self.regimes.begin(tx, account.account_id, scope, level)

    async def confirm(self, registration_id: str, identity: Identity, agreed: bool) -> None:
        """Have the identity of somebody who registers confirmed; the registration can go on.

        Raises ``NoSuchRegistration``, ``TurnedAway``, ``WrongStep`` unless it waits for that, and what
        ``Realnames.confirm`` raises.
        """
        seen = await self.steps.find(registration_id)
        if seen is None:
            raise NoSuchRegistration
        if seen.turned_away:
            raise TurnedAway(seen.turned_away)
        if REALNAME not in seen.held_for:
            raise WrongStep(stage=seen.stage.value)
        digest = seen.digest
        proof = await self.realnames.confirm_pending(digest, identity, agreed)
        async with self.steps.db.transaction() as tx:
            await self.realnames.keep_pending(tx, digest, proof)
            await self.steps.release(tx, digest, REALNAME)
