"""Putting the parts of accounts together."""

from teahouse.accounts.service import Accounts
from teahouse.accounts.service.finder import Finder
from teahouse.accounts.service.sessions import Sessions
from teahouse.accounts.service.wrapping import Wrapping
from teahouse.clock import Clock
from teahouse.codes.service import Codes
from teahouse.config import Config
from teahouse.ids import Ids
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database
from teahouse.infra.jobs.queue import Jobs
from teahouse.infra.senders.choose import Senders
from teahouse.infra.vault.vault import Vault
from teahouse.passwords.service import Passwords


def open_accounts(
    *,
    db: Database,
    log: Log,
    vault: Vault,
    jobs: Jobs,
    senders: Senders,
    clock: Clock,
    ids: Ids,
    config: Config,
) -> Accounts:
    """Put the parts together and begin to listen to the log."""
    passwords = Passwords(config.test_mode, vault.ring, config.synapse_pepper)
    sessions = Sessions(db, log, vault, clock, ids)
    finder = Finder(db, vault, passwords, config.server_name)
    codes = Codes(db, vault, clock, ids, jobs, senders, finder, limited=not config.test_mode)
    sessions.listen()
    return Accounts(
        db=db,
        log=log,
        vault=vault,
        clock=clock,
        ids=ids,
        config=config,
        passwords=passwords,
        sessions=sessions,
        codes=codes,
        finder=finder,
        wrapping=Wrapping(db, vault.ring, passwords),
    )
