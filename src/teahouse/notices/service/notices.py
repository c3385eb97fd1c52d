"""Notices as one thing: what is told, to whom, and where it is kept."""

from dataclasses import dataclass
from pathlib import Path

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.gate.service import Gate
from teahouse.ids import Ids
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database
from teahouse.infra.egress.client import Egress
from teahouse.infra.vault.vault import Vault
from teahouse.notices.service.history import History
from teahouse.notices.service.hooks import Hooks
from teahouse.notices.service.site import StatusSite
from teahouse.notices.service.statements import Statements


@dataclass(frozen=True)
class Notices:
    """What people are told about registration, everywhere the same."""

    statements: Statements
    history: History
    hooks: Hooks
    site: StatusSite


def make_notices(
    *,
    db: Database,
    log: Log,
    audit: Audit,
    gate: Gate,
    vault: Vault,
    egress: Egress,
    config: Config,
    clock: Clock,
    ids: Ids,
) -> Notices:
    """Put notices together, and have the gate tell them of every change."""
    history = History(db, log, audit, gate, vault, config, clock, ids)
    history.listen()
    statements = Statements(gate, history, config, clock)
    folder = Path(config.status_dir) if config.status_dir else None
    return Notices(
        statements=statements,
        history=history,
        hooks=Hooks(history, audit, egress, config.inside),
        site=StatusSite(statements, folder),
    )
