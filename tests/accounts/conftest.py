"""Accounts behind their routes, on a real database; operators are told by their token."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio

from teahouse.accountdata.service import AccountData
from teahouse.accounts.model import Account, Admission, OpenedSession, WrongCredentials
from teahouse.accounts.service import Accounts
from teahouse.accounts.service.opening import open_accounts
from teahouse.accounts.store import FIELDS as ACCOUNT_FIELDS
from teahouse.audit.service import Audit
from teahouse.clock import FixedClock
from teahouse.codes import jobs as codes_jobs
from teahouse.codes.routes import routes as code_routes
from teahouse.codes.store import FIELDS as CODE_FIELDS
from teahouse.config import Config
from teahouse.desk.routes import routes as desk_routes
from teahouse.desk.service import Desk
from teahouse.entry.routes import routes
from teahouse.entry.service import Entry
from teahouse.errors import UnknownToken
from teahouse.ids import Ids
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Authenticators, OperatorCaller
from teahouse.infra.http.limits import Limiter
from teahouse.infra.http.server import Server
from teahouse.infra.jobs.queue import Jobs
from teahouse.infra.jobs.runner import JobRunner
from teahouse.infra.senders.choose import Senders
from teahouse.infra.senders.outbox import Outbox
from teahouse.infra.vault.vault import Vault, open_vault
from teahouse.profiles.routes import routes as profile_routes
from teahouse.profiles.service import Profiles
from teahouse.profiles.store import FIELDS as PROFILE_FIELDS
from teahouse.recovery import jobs as recovery_jobs
from teahouse.recovery.routes import desk as recovery_desk
from teahouse.recovery.routes import routes as recovery_routes
from teahouse.recovery.service import Recovery, make_recovery
from teahouse.recovery.store import FIELDS as RECOVERY_FIELDS

PASSWORD = "long enough"
KEPT = (*ACCOUNT_FIELDS, *PROFILE_FIELDS, *CODE_FIELDS, *RECOVERY_FIELDS)
PURPOSES = {field.purpose for field in KEPT}
NOBODY = "tha_" + "x" * 43


@dataclass(repr=False)
class House:
    """What a test works with."""

    accounts: Accounts
    profiles: Profiles
    vault: Vault
    log: Log
    clock: FixedClock
    ids: Ids
    runner: JobRunner
    outbox: Outbox
    limiter: Limiter
    client: httpx.AsyncClient
    recovery: Recovery
    desk: Desk

    def admission(self, account_class: str = "personal", region: str = "intl") -> Admission:
        return Admission(
            admission_id=self.ids.ulid(),
            door="test",
            account_class=account_class,
            region=region,
            policy_version=1,
            at=self.clock.now(),
        )

    async def person(
        self,
        name: str,
        password: str | None = PASSWORD,
        administrator: bool = False,
        **contacts: str,
    ) -> tuple[Account, OpenedSession]:
        """Let somebody in, as the gate does."""
        phc = await self.accounts.hash_password(password) if password else None
        async with self.accounts.db.transaction() as tx:
            account = await self.accounts.create(tx, self.admission(), name, administrator)
            await self.vault.grant(tx, account.account_id, PURPOSES)
            for kind, value in contacts.items():
                await self.accounts.add_identifier(tx, account.account_id, kind, value)
            if phc:
                await self.accounts.set_password(tx, account.account_id, phc)
            opened = await self.accounts.open_session(tx, account, None, f"{name}'s phone")
            await self.accounts.announce_created(tx, account, opened)
        return account, opened

    async def call(
        self, method: str, path: str, token: str | None = None, json: Any = None
    ) -> tuple[int, Any]:
        """Call a route and return its status and JSON."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        sent = await self.client.request(method, path, headers=headers, json=json)
        return sent.status_code, sent.json()

    async def login(self, name: str, password: str = PASSWORD, **more: Any) -> tuple[int, Any]:
        body = {
            "type": "m.login.password",
            "password": password,
            "identifier": {"type": "m.id.user", "user": name},
            **more,
        }
        return await self.call("POST", "/_matrix/client/v3/login", json=body)

    async def code(self, to: str) -> str:
        """Run the jobs and read the code that came."""
        await self.runner.run_due()
        return self.outbox.codes(to)[-1]


async def operator(token: str) -> OperatorCaller:
    """A token "op-<role>" is an operator's."""
    if not token.startswith("op-"):
        raise UnknownToken
    return OperatorCaller(f"id-{token}", token, token.removeprefix("op-"), "s")


async def speaks(_tx: Tx, _account_id: str) -> str | None:
    """Know nobody's language."""
    return None


async def prove(_operator: OperatorCaller, password: str) -> None:
    """Know an operator's password, which is everybody's here."""
    if password != PASSWORD:
        raise WrongCredentials


@pytest_asyncio.fixture
async def house(
    database: Database, log: Log, clock: FixedClock, ids: Ids, tmp_path: Path
) -> AsyncIterator[House]:
    config = Config(data_dir=str(tmp_path), server_name="tea.example", test_mode=True)
    async with database.transaction() as tx:
        vault = await open_vault(tx, config, clock, ids)
    jobs, outbox = Jobs(clock, ids), Outbox()
    accounts = open_accounts(
        db=database,
        log=log,
        vault=vault,
        jobs=jobs,
        senders=Senders(outbox, outbox, outbox),
        clock=clock,
        ids=ids,
        config=config,
    )
    codes_jobs.register(accounts.codes, jobs)
    audit = Audit(database, clock)
    desk = Desk(database, log, audit, accounts)
    recovery = make_recovery(accounts, AccountData(database, log), audit, jobs, speaks)
    recovery_jobs.register(recovery, jobs)
    entry = Entry(accounts)
    entry.code_checks.append(recovery.returning.check_code)
    limiter = Limiter(clock, enabled=False)
    profiles = Profiles(database, vault, accounts)
    profiles.listen()
    served = [*code_routes(accounts.codes, test_mode=True), *routes(entry, limiter)]
    served += [*profile_routes(profiles), *recovery_routes(recovery)]
    served += desk_routes(desk)
    served += recovery_desk.routes(recovery, prove)
    server = Server(served, Authenticators(accounts.authenticate, operator), limiter, ids)
    transport = httpx.ASGITransport(server, client=("192.0.2.7", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://tea.example") as client:
        runner = JobRunner(database, jobs)
        yield House(
            accounts,
            profiles,
            vault,
            log,
            clock,
            ids,
            runner,
            outbox,
            limiter,
            client,
            recovery,
            desk,
        )
    accounts.passwords.close()
