"""What imports do later: make the accounts, some at a time."""

from teahouse.imports.model import RunImport
from teahouse.imports.service import Imports
from teahouse.infra.jobs.queue import Jobs


def register(imports: Imports, jobs: Jobs) -> None:
    """Register the job of this domain; call it before anything is enqueued."""
    jobs.handle_outside(RunImport, imports.run)
