"""The gate, and registrations through it, on a real database, asked through their routes."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from teahouse.accounts.service import Accounts
from teahouse.accounts.service.opening import open_accounts
from teahouse.accounts.store import FIELDS as ACCOUNT_FIELDS
from teahouse.approvals import jobs as approvals_jobs
from teahouse.approvals.model import Decision, Verdict
from teahouse.approvals.routes import routes as approval_routes
from teahouse.approvals.service import Approvals
from teahouse.approvals.store import FIELDS as APPROVAL_FIELDS
from teahouse.audit.service import Audit
from teahouse.clock import FixedClock
from teahouse.codes import jobs as codes_jobs
from teahouse.codes.store import FIELDS as CODE_FIELDS
from teahouse.config import Config
from teahouse.consent.routes import routes as consent_routes
from teahouse.consent.service import Consent
from teahouse.consent.service.stepups import StepUps
from teahouse.entry.routes import routes as entry_routes
from teahouse.entry.service import Entry
from teahouse.errors import UnknownToken
from teahouse.gate import jobs as gate_jobs
from teahouse.gate.model.policies import Both, Draft, LegalBasis, Policy, State, Words
from teahouse.gate.routes import routes as gate_routes
from teahouse.gate.service import Gate
from teahouse.gate.service.gate import make_gate
from teahouse.ids import Ids
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database
from teahouse.infra.egress.client import Egress
from teahouse.infra.egress.ways import Way
from teahouse.infra.http.caller import Authenticators, OperatorCaller
from teahouse.infra.http.limits import Limiter
from teahouse.infra.http.router import Route
from teahouse.infra.http.server import Server
from teahouse.infra.jobs.queue import Jobs
from teahouse.infra.jobs.runner import JobRunner
from teahouse.infra.senders.choose import Senders
from teahouse.infra.senders.outbox import Outbox
from teahouse.infra.vault.field import PurposeRegister
from teahouse.infra.vault.vault import Vault, open_vault
from teahouse.invites.routes import routes as invite_routes
from teahouse.invites.service import Invites
from teahouse.measures.routes import routes as measure_routes
from teahouse.measures.service import Measures
from teahouse.notices import jobs as notice_jobs
from teahouse.notices.routes import routes as notice_routes
from teahouse.notices.service.notices import Notices, make_notices
from teahouse.officials.routes import routes as official_routes
from teahouse.officials.service import Officials
from teahouse.officials.store import FIELDS as OFFICIAL_FIELDS
from teahouse.profiles.routes import routes as profile_routes
from teahouse.profiles.service import Profiles
from teahouse.profiles.store import FIELDS as PROFILE_FIELDS
from teahouse.registrations import jobs as registration_jobs
from teahouse.registrations.routes import routes as registration_routes
from teahouse.registrations.service.registrations import Registrations, make_registrations
from teahouse.registrations.store import FIELDS as REGISTRATION_FIELDS
from teahouse.screening import jobs as screening_jobs
from teahouse.screening.model.rules import Mode
from teahouse.screening.routes import routes as screening_routes
from teahouse.screening.service import Screening
from teahouse.screening.service.screening import make_screening
from teahouse.works.routes import routes as works_routes
from teahouse.works.service import Works

REGISTER = "/_matrix/client/v3/register"
WELL_KNOWN = "/.well-known/registration-status.json"
REASON = Both(zh="安全技术升级", en="A security upgrade of how numbers are stored.")
SUSPENSION = Words(
    reason=REASON,
    legal_basis=(LegalBasis(law="Cybersecurity Law", article="Article 21"),),
    technical_necessity="New rows would be written in the old format while it is replaced.",
    contact="registrar@tea.example",
)


def suspension(**scope: Any) -> Draft:
    return Draft(state=State.SUSPENDED, words=SUSPENSION, **scope)


FIELDS = (
    *ACCOUNT_FIELDS,
    *PROFILE_FIELDS,
    *CODE_FIELDS,
    *REGISTRATION_FIELDS,
    *OFFICIAL_FIELDS,
    *APPROVAL_FIELDS,
)


@dataclass(repr=False)
class House:
    """What a test works with."""

    gate: Gate
    screening: Screening
    notices: Notices
    invites: Invites
    registrations: Registrations
    approvals: Approvals
    consent: Consent
    accounts: Accounts
    profiles: Profiles
    vault: Vault
    log: Log
    clock: FixedClock
    runner: JobRunner
    outbox: Outbox
    server: Server
    client: httpx.AsyncClient

    async def call(
        self, method: str, path: str, json: Any = None, token: str | None = None, **more: Any
    ) -> tuple[int, Any]:
        """Call a route and return its status and JSON."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        sent = await self.client.request(method, path, headers=headers, json=json, **more)
        return sent.status_code, sent.json()

    async def shut(self, **scope: Any) -> Policy:
        """Suspend a scope."""
        return await self.gate.policies.set("op-owner", "the owner", suspension(**scope))

    async def begin(self, **asked: Any) -> str:
        """Start a registration and answer the policy; return its id."""
        status, begun = await self.call("POST", "/api/v1/registrations", asked)
        assert status == 201, begun
        path = f"/api/v1/registrations/{begun['registration_id']}"
        answer = {"policy_version": begun["policy_version"], "lang": "en"}
        status, said = await self.call("POST", f"{path}/consent", answer)
        assert status == 200, said
        return path

    async def prove(self, path: str, kind: str, value: str) -> None:
        """Send a code and give it back."""
        status, said = await self.call("POST", f"{path}/contact", {"kind": kind, "value": value})
        assert status == 202, said
        status, said = await self.call("POST", f"{path}/code", {"code": await self.code(value)})
        assert (status, said) == (200, {"verified": True})

    async def join(self, name: str, value: str = "+447911123456", **asked: Any) -> tuple[int, Any]:
        """Register from the first step to the last."""
        kind = "email" if "@" in value else "phone"
        path = await self.begin(door=kind, **asked)
        await self.prove(path, kind, value)
        return await self.call("POST", f"{path}/finish", {"username": name})

    async def approve(self) -> None:
        """Approve whoever waits."""
        waiting = await self.approvals.page(waiting=True, cursor="", limit=100)
        wanted = [request.request_id for request, _ in waiting]
        verdict = Verdict(Decision.APPROVE, "checked")
        assert await self.approvals.decide("op-registrar", wanted, verdict) == wanted

    async def code(self, to: str) -> str:
        """Run the jobs and read the code that came."""
        await self.runner.run_due()
        return self.outbox.codes(to)[-1]


async def operator(token: str) -> OperatorCaller:
    """A token "op-<role>" is an operator's."""
    if not token.startswith("op-"):
        raise UnknownToken
    return OperatorCaller(f"id-{token}", token, token.removeprefix("op-"), "s")


@asynccontextmanager
async def open_house(
    database: Database,
    log: Log,
    clock: FixedClock,
    tmp_path: Path,
    sms: bool = True,
    usual: Mode = Mode.WATCH,
    **settings: Any,
) -> AsyncIterator[House]:
    """Open the house up to the gate."""
    ids, limiter = Ids(clock, random.Random(27)), Limiter(clock, enabled=False)
    config = Config(data_dir=str(tmp_path), server_name="tea.example", **settings)
    async with database.transaction() as tx:
        vault = await open_vault(tx, config, clock, ids)
    jobs, outbox, audit = Jobs(clock, ids), Outbox(), Audit(database, clock)
    ground: Any = {"db": database, "log": log, "config": config, "clock": clock, "ids": ids}
    senders = Senders(outbox if sms else None, outbox, outbox)
    accounts = open_accounts(**ground, vault=vault, jobs=jobs, senders=senders)
    codes_jobs.register(accounts.codes, jobs)
    register = PurposeRegister(FIELDS)
    profiles = Profiles(database, vault, accounts)
    profiles.listen()
    consent = Consent(database, log, vault, register, config, clock, ids)
    works = Works(database, log, audit, clock, ids)
    gate = make_gate(**ground, audit=audit, works=works)
    screening = screened(gate, audit, vault, usual)
    accounts.codes.spenders.append(screening.knocks.count_message)
    registrations = make_registrations(
        **ground,
        gate=gate,
        screening=screening,
        accounts=accounts,
        profiles=profiles,
        consent=consent,
        vault=vault,
    )
    egress = Egress(Way.WEBHOOKS, config.inside)
    told = make_notices(**ground, audit=audit, gate=gate, vault=vault, egress=egress)
    _register_jobs(jobs, gate, screening, told, registrations)
    approvals, deciding = _deciding(ground, vault, audit, jobs, registrations)
    routes: list[Route] = [
        *entry_routes(Entry(accounts), limiter),
        *profile_routes(profiles),
        *consent_routes(consent),
    ]
    routes += screening_routes(screening)
    invites = Invites(gate.keeper, audit)
    routes += [*gate_routes(gate), *invite_routes(invites), *measure_routes(Measures(gate.keeper))]
    routes += [*notice_routes(told), *registration_routes(registrations)]
    routes += [*deciding, *works_routes(works)]
    server = Server(routes, Authenticators(accounts.authenticate, operator), limiter, ids)
    transport = httpx.ASGITransport(server, client=("192.0.2.7", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://tea.example") as client:
        runner = JobRunner(database, jobs)
        people = (gate, screening, told, invites, registrations, approvals)
        yield House(
            *people, consent, accounts, profiles, vault, log, clock, runner, outbox, server, client
        )
    await egress.close()
    accounts.passwords.close()


def _deciding(
    ground: Any, vault: Vault, audit: Audit, jobs: Jobs, registrations: Registrations
) -> tuple[Approvals, list[Route]]:
    """Make those who decide, and have them listen."""
    known = {name: part for name, part in ground.items() if name != "log"}
    approvals = Approvals(**known, vault=vault, audit=audit, jobs=jobs, registrations=registrations)
    approvals.listen()
    approvals_jobs.register(approvals, jobs)
    nobody: Any = None  # no test here proves anew who it is
    stepups = StepUps(ground["db"], nobody, nobody, audit, ground["clock"])
    officials = Officials(ground["db"], vault, registrations, approvals, stepups)
    officials.listen()
    return approvals, [*official_routes(officials), *approval_routes(approvals)]


def _register_jobs(
    jobs: Jobs, gate: Gate, screening: Screening, told: Notices, registrations: Registrations
) -> None:
    gate_jobs.register(gate, jobs)
    screening_jobs.register(screening, jobs)
    notice_jobs.register(told, jobs)
    registration_jobs.register(registrations, jobs)


def screened(gate: Gate, audit: Audit, vault: Vault, usual: Mode) -> Screening:
    """Put screening over a gate."""
    keeper = gate.keeper
    ground: Any = {"db": keeper.db, "log": keeper.log, "clock": keeper.clock, "ids": keeper.ids}
    return make_screening(**ground, gate=gate, audit=audit, vault=vault, usual=usual)


async def everything(connection: asyncpg.Connection, table: str) -> list[dict[str, Any]]:
    """Return a table's rows."""
    return [dict(row) for row in await connection.fetch(f'select * from "{table}"')]
