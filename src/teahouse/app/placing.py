"""Where a new account begins to stand: by what screening saw of it, and by who answers for it."""

from teahouse.approvals.model import APPROVAL, REVIEW
from teahouse.gate.model.doors import Door
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Tx
from teahouse.registrations.model import Registered
from teahouse.registrations.service import Registrations
from teahouse.screening.events import Screened
from teahouse.screening.model.likeness import Verdict
from teahouse.screening.service import Screening
from teahouse.standing.model import Why
from teahouse.standing.service import Standing
from teahouse.vouching.service import Vouching

# Made by operators and their tools, who answer for them: they do not begin as newcomers.
TRUSTED_DOORS = (Door.ADMIN_IMPORT.value, Door.PROVISIONING.value, Door.TEST_ACCOUNT.value)


def place_newcomers(
    standing: Standing, screening: Screening, vouching: Vouching, registrations: Registrations
) -> None:
    """Have every new account placed, in the transaction that makes it, after vouches are noted."""

    async def place(tx: Tx, registered: Registered) -> None:
        account, registration = registered.account, registered.registration
        if account.door in TRUSTED_DOORS:
            return
        scope = (account.region, account.account_class.value, account.door)
        why = Why.BURST if await screening.weighing.in_burst(tx, *scope) else None
        if registration is not None:
            if APPROVAL in registration.released or REVIEW in registration.released:
                why = None  # somebody has looked
            if await screening.verdict_of(tx, registration.digest) is Verdict.STAGE:
                why = Why.SCREENING
        if await vouching.vouched(tx, account.account_id):
            why = Why.VOUCH
        await standing.begin(tx, account.account_id, why)

    registrations.finishers.append(place)


def follow_screening(log: Log, standing: Standing) -> None:
    """Stage the accounts that were found out afterwards."""

    async def screened(tx: Tx, _pos: int, told: Screened) -> None:
        if told.verdict == "stage":
            changed = await standing.stage_newcomers(tx, [told.account_id])
            if changed:
                await log.put(tx, *changed)

    log.follow("standing.screened", (Screened, screened))
