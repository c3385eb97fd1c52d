"""Grants: who asks, what is asked and answered, what is given for it."""

from dataclasses import dataclass
from itertools import product

from teahouse.accounts.model import SESSIONS_MAX
from teahouse.accounts.service import Accounts
from teahouse.gate.model.doors import Door
from teahouse.gate.model.policies import REGIONS, Attempt, Verdict, decide
from teahouse.gate.service.keeper import Keeper
from teahouse.grants import store
from teahouse.grants.model import REFRESHES_LIFE, TRACES_LIFE, UNUSED_LIFE, App, OnlyMatrix
from teahouse.grants.service.clients import Clients
from teahouse.grants.service.given import Given
from teahouse.grants.service.requests import Requests
from teahouse.grants.service.resets import Resets
from teahouse.infra.db.pool import Tx
from teahouse.infra.http.caller import Caller
from teahouse.proofs.service import Proofs

OWN_DOORS = (Door.PHONE, Door.EMAIL)


@dataclass(frozen=True, slots=True, repr=False)
class Grants:
    """Lets other apps in. ``listen`` once, before an account ends."""

    accounts: Accounts
    proofs: Proofs
    clients: Clients
    requests: Requests
    given: Given
    resets: Resets
    keeper: Keeper

    def listen(self) -> None:
        """Know whose sessions are opened, and let what is asked end with its account."""
        self.accounts.enterings.append(self.given.entered)
        self.accounts.endings.append(store.forget)
        self.accounts.shuttings.append(store.forget)
        self.proofs.elsewhere.append(self.resets.asked)

    async def may_sign_up(self) -> bool:
        """Tell whether some door is open by which our client signs people up by themselves."""
        async with self.accounts.db.read() as tx:
            policies = await self.keeper.policies(tx)
        now = self.accounts.clock.now()
        attempts = (
            Attempt(doors=(door,), account_class="personal", region=region)
            for door, region in product(OWN_DOORS, REGIONS)
        )
        return any(decide(policies, one, now).verdict is not Verdict.REFUSE for one in attempts)

    @staticmethod
    def check_own(caller: Caller) -> None:
        """Refuse an app our own calls: ``OnlyMatrix``. It was given Matrix's, and no more."""
        if caller.matrix_only:
            raise OnlyMatrix

    async def apps(self, caller: Caller) -> list[App]:
        """Return the apps that are signed in as the caller, longest first."""
        async with self.accounts.db.read() as tx:
            rows = await store.sessions_of(tx, caller.account_id, SESSIONS_MAX)
        return [App(device, said.name, said.host, since) for device, said, since in rows]

    async def purge(self, tx: Tx) -> None:
        """Delete what has ended, and apps that nobody lets in."""
        now = self.accounts.clock.now()
        await store.purge(tx, now, (now - TRACES_LIFE, now - REFRESHES_LIFE, now - UNUSED_LIFE))


def make_grants(accounts: Accounts, proofs: Proofs, keeper: Keeper) -> Grants:
    """Put the parts together, and begin to listen."""
    clients = Clients(accounts)
    grants = Grants(
        accounts=accounts,
        proofs=proofs,
        clients=clients,
        requests=Requests(accounts, clients),
        given=Given(accounts, clients),
        resets=Resets(accounts, proofs),
        keeper=keeper,
    )
    grants.listen()
    return grants
