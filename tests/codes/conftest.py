"""Codes on a real database, with one who has an address and nobody else."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from teahouse.clock import FixedClock
from teahouse.codes import jobs as codes_jobs
from teahouse.codes.model import CodeRequest
from teahouse.codes.service import Codes
from teahouse.config import Config
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.infra.jobs.runner import JobRunner
from teahouse.infra.senders.choose import Senders
from teahouse.infra.senders.outbox import Outbox
from teahouse.infra.vault.vault import Ground, open_vault

ADDRESS = "ada@tea.example"


class OnlyAda:
    """Knows one address, as accounts know those that were proved."""

    async def owner(self, tx: Tx, kind: str, value: str) -> str | None:
        return "ada" if (kind, value) == ("email", ADDRESS) else None

    async def contacts_in_use(self, tx: Tx, account_id: str, kind: str) -> list[str]:
        return [ADDRESS] if (account_id, kind) == ("ada", "email") else []


@dataclass(repr=False)
class Post:
    """What a test works with."""

    codes: Codes
    outbox: Outbox
    runner: JobRunner
    clock: FixedClock

    async def start(self, request: CodeRequest, ground: Ground | None = None) -> str:
        """Ask for a code and return its id."""
        async with self.codes.db.transaction() as tx:
            return (await self.codes.start(tx, request, ground)).code_id

    async def code(self, to: str) -> str:
        """Run the jobs and read the code that came."""
        await self.runner.run_due()
        return self.outbox.codes(to)[-1]


@pytest.fixture
async def post(database: Database, clock: FixedClock, ids: Ids, tmp_path: Path) -> Post:
    config = Config(data_dir=str(tmp_path), server_name="tea.example", test_mode=True)
    async with database.transaction() as tx:
        vault = await open_vault(tx, config, clock, ids)
    jobs, outbox = Jobs(clock, ids), Outbox()
    senders = Senders(outbox, outbox, outbox)
    codes = Codes(database, vault, clock, ids, jobs, senders, OnlyAda(), limited=False)
    codes_jobs.register(codes, jobs)
    return Post(codes, outbox, JobRunner(database, jobs), clock)
