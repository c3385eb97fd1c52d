"""What rights do later: make exports, end them, look for what should be gone, forget old answers."""

from teahouse.accounts.events import AccountDeactivated
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.rights.model.combing import CombErasures
from teahouse.rights.model.exports import DropBlob, MakeExport, VerifyErasure
from teahouse.rights.service.combing import Combing
from teahouse.rights.service.erasures import Erasures
from teahouse.rights.service.exporting import Exporting
from teahouse.rights.service.requests import Requests

PURGE_SECONDS = 900
COMB_SECONDS = 86_400
COMB_SECONDS_MAX = 3600.0
MAKING_SECONDS_MAX = 1800.0  # some gigabytes of pictures


def register(
    exporting: Exporting, erasures: Erasures, combing: Combing, requests: Requests, jobs: Jobs
) -> None:
    """Say who does these jobs; before the runner starts."""

    async def purge(tx: Tx) -> None:
        await exporting.purge(tx)
        await requests.purge(tx)

    jobs.handle_outside(MakeExport, exporting.make, seconds_max=MAKING_SECONDS_MAX)
    jobs.handle_outside(DropBlob, exporting.drop)
    jobs.handle_outside(VerifyErasure, erasures.verify)
    jobs.handle_outside(CombErasures, combing.comb, seconds_max=COMB_SECONDS_MAX)
    jobs.every("rights.comb", COMB_SECONDS, combing.ask)
    jobs.every("rights.purge", PURGE_SECONDS, purge)


def follow(erasures: Erasures, log: Log) -> None:
    """Follow the log: whoever is gone is looked for."""

    async def gone(tx: Tx, _pos: int, told: AccountDeactivated) -> None:
        await erasures.ended(tx, told.account_id, told.user_id, told.erase)

    log.follow("rights.erasures", (AccountDeactivated, gone))
