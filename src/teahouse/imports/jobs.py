"""What imports do later: make the accounts, and tell their people, some at a time."""

from teahouse.imports.model import RunImport, TellPeople
from teahouse.imports.service import Imports
from teahouse.infra.jobs.queue import Jobs


def register(imports: Imports, jobs: Jobs) -> None:
    """Register the jobs of this domain; call it before anything is enqueued."""
    jobs.handle_outside(RunImport, imports.run, given_up=imports.given_up)
    jobs.handle_outside(TellPeople, imports.telling.run)
