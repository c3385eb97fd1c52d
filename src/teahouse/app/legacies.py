"""What people arrange for after their death: who acts for them, and by which of the house's verbs."""

from contextlib import suppress
from typing import Any

from teahouse.accounts.model import Account, AccountState
from teahouse.app.ground import Ground
from teahouse.app.people import People
from teahouse.infra.db.pool import Tx
from teahouse.infra.http.router import Route
from teahouse.legacies import jobs as legacies_jobs
from teahouse.legacies import routes as legacies_routes
from teahouse.legacies import store as legacies_store
from teahouse.legacies.service import MEMORIAL_REASON, Legacies
from teahouse.profiles.model import MEMORIAL, ProfileTooLarge
from teahouse.rights.service.exporting import Exporting

FIELDS = (*legacies_store.FIELDS,)
SEALED = (*legacies_store.SEALED,)


def make_legacies(ground: Ground, people: People, exporting: Exporting) -> Legacies:
    """Make the domain."""
    accounts, profiles, clock = people.accounts, people.profiles, ground.clock

    async def remember(tx: Tx, account: Account) -> list[Any]:
        """Have the profile say so, and nobody sign in."""
        whose = (account.account_id, account.user_id)
        since = clock.now().date().isoformat()
        told: list[Any] = await accounts.sessions.end_all(tx, whose)
        with suppress(ProfileTooLarge):
            told.append(await profiles.set_field(tx, *whose, MEMORIAL, {"since": since}))
        if account.state is not AccountState.LOCKED:
            reason = MEMORIAL_REASON
            _, locked = await accounts.change_state(tx, account.account_id, "lock", reason)
            told.append(locked)
        return told

    legacies = Legacies(
        db=ground.db,
        log=ground.log,
        vault=ground.vault,
        audit=people.audit,
        accounts=accounts,
        telling=people.recovery.telling,
        clock=clock,
        ids=ground.ids,
        remember=remember,
        copies=exporting,
    )
    legacies.listen()
    return legacies


def legacies_jobs_of(ground: Ground, legacies: Legacies) -> None:
    """Say what this domain does later."""
    legacies_jobs.register(legacies, ground.jobs)


def legacies_routes_of(legacies: Legacies) -> list[Route]:
    """Return the routes of this domain."""
    return legacies_routes.routes(legacies)
