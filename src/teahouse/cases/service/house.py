"""Putting the parts of cases together."""

from collections.abc import Sequence
from dataclasses import dataclass

from teahouse.accounts.service import Accounts
from teahouse.audit.service import Audit
from teahouse.cases import store
from teahouse.cases.model.case import ContentKind
from teahouse.cases.service.appeals import Appeals
from teahouse.cases.service.deciding import Deciding
from teahouse.cases.service.emergencies import Emergencies
from teahouse.cases.service.engine import Engine
from teahouse.cases.service.people import Authors
from teahouse.cases.service.pictures import Pictures
from teahouse.cases.service.reports import Reports
from teahouse.cases.service.sanctions import Sanctions
from teahouse.clock import Clock
from teahouse.complaints.service import Complaints
from teahouse.ids import Ids
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database
from teahouse.infra.vault.vault import Vault
from teahouse.media.service import Media
from teahouse.rulebook.model import RuleBook, Rules
from teahouse.rulings.service import Rulings
from teahouse.standing.service import Standing
from teahouse.wellbeing.service import Wellbeings


@dataclass(frozen=True, repr=False)
class Cases:
    """The verbs of cases, by who calls them."""

    engine: Engine
    deciding: Deciding
    appeals: Appeals
    authors: Authors
    pictures: Pictures
    emergencies: Emergencies
    wellbeings: Wellbeings


def open_cases(
    *,
    db: Database,
    log: Log,
    vault: Vault,
    accounts: Accounts,
    standing: Standing,
    complaints: Complaints,
    audit: Audit,
    media: Media,
    kinds: Sequence[ContentKind],
    rules: RuleBook,
    rulings: Rulings,
    wellbeings: Wellbeings,
    clock: Clock,
    ids: Ids,
) -> Cases:
    """Put the parts together, and begin to hear of reports and of accounts that end."""
    sanctions = Sanctions(accounts, standing)
    by_name = {kind.name: kind for kind in kinds}
    engine = Engine(db, log, vault, sanctions, by_name, Rules(rules), rulings, clock, ids)
    Reports(engine, accounts, complaints).listen()
    accounts.endings.append(store.unname)
    deciding = Deciding(engine, accounts, complaints, audit, wellbeings)
    return Cases(
        engine=engine,
        deciding=deciding,
        appeals=Appeals(engine, audit),
        authors=Authors(engine),
        pictures=Pictures(deciding, media),
        emergencies=Emergencies(engine, deciding, audit),
        wellbeings=wellbeings,
    )
