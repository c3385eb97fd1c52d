"""What an audit pack holds: each section gathered from the domain that knows it, without people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from msgspec import structs

from teahouse.app.answering import Answering
from teahouse.app.assessing import Assessing
from teahouse.app.doors import Doors
from teahouse.app.ground import Ground
from teahouse.app.inspecting import Inspecting
from teahouse.app.keeping import Keeping
from teahouse.app.ordering import Ordering
from teahouse.app.people import People
from teahouse.app.registers import Registers, algorithms_of
from teahouse.app.rights import Rights
from teahouse.cases.service.house import Cases
from teahouse.config import Config
from teahouse.incidents.model.incident import PAGE_MAX
from teahouse.incidents.model.procedure import State
from teahouse.incidents.service.incidents import Whole
from teahouse.infra.vault.store import keys as vault_keys
from teahouse.packs.service import Section
from teahouse.processors.model.register import is_good
from teahouse.transfers.model import LIMITS, asked, holds, total

POLICIES_MAX = 20  # versions of the privacy policy that are told in full
YEAR = timedelta(days=365)
LANGS = ("zh", "en")
# Settings of which it is told that they are set, and not what: they hold passwords, keys or tokens.
SECRET = frozenset(
    {
        "database_url", "replicas", "nats_url", "blobs_url", "smtp_url", "sms_url", "sms_token",
        "realname_secret", "realname_secret_next", "phone_holder_secret", "phone_holder_secret_next", "registration_shared_secret",
        "registration_shared_secret_before", "synapse_pepper", "turn_secret", "oidc",
        "region_keys", "key_passphrase_file", "transit_token_file",
    }
)  # fmt: skip


@dataclass(frozen=True, repr=False)
class Sections:
    """Gathers the files of a pack."""

    ground: Ground
    people: People
    doors: Doors
    cases: Cases
    ordering: Ordering
    inspecting: Inspecting
    assessing: Assessing
    rights: Rights
    keeping: Keeping
    registers: Registers
    answering: Answering

    def all(self) -> Mapping[str, Section]:
        """Return every section by its name."""
        return {
            "algorithms": self.algorithms,
            "assessments": self.assessments,
            "audit_log": self.audit_log,
            "authorities": self.authorities,
            "backups": self.backups,
            "consent": self.consent,
            "decisions": self.decisions,
            "gate": self.gate,
            "incidents": self.incidents,
            "keys": self.keys,
            "labels": self.labels,
            "leaks": self.leaks,
            "operators": self.operators,
            "processing": self.processing,
            "processors": self.processors,
            "requests": self.requests,
            "settings": self.settings,
            "thresholds": self.thresholds,
            "transfers": self.transfers,
        }

    async def processing(self) -> object:
        """The record of processing: every purpose, its columns, and how long they are kept."""
        register = self.people.consent.register
        columns: dict[str, list[dict[str, object]]] = {}
        for one in register:
            told: dict[str, object] = {
                "column": one.name,
                "sealed": one.sealed,
                "gravity": one.gravity.name.lower(),
            }
            columns.setdefault(one.purpose.id, []).append(told)
        return [
            {
                "id": one.id, "version": one.version, "name": one.name, "purpose": one.purpose,
                "means": one.means, "category": one.category.value, "basis": one.basis.value,
                "necessity": one.necessity.value, "function": one.function,
                "retention": one.retention, "retention_days": one.retention_days,
                "recipients": one.recipients, "columns": columns[one.id],
            }
            for one in register.purposes()
        ]  # fmt: skip

    async def consent(self) -> object:
        """Every version of the privacy policy, and the newest as they read."""
        consent = self.people.consent
        versions = await consent.versions()
        texts = {
            one.version: {lang: await consent.kept(one.version, lang) for lang in LANGS}
            for one in versions[:POLICIES_MAX]
        }
        return {"versions": versions, "texts": texts}

    async def settings(self) -> object:
        """What is set apart from the defaults, and what the console chose: when, and by whom."""
        settings, default = self.people.settings, Config()
        now = structs.asdict(settings.config)
        changed = {name: value for name, value in now.items() if value != getattr(default, name)}
        told = {name: "set" if name in SECRET else value for name, value in changed.items()}
        chosen = [
            {"name": name, "changed_at": at, "changed_by": by}
            for name, at, by in await settings.changes()
        ]
        return {"set": told, "chosen_in_the_console": chosen}

    async def gate(self) -> object:
        """The policies of registration, as they hold and as they were."""
        policies = self.doors.gate.policies
        return {"current": await policies.current(), "history": await policies.history()}

    async def labels(self) -> object:
        """Every table, column and bucket with its label, and why what is sensitive is not sealed."""
        sealed = {one.name for one in self.people.consent.register if one.sealed}
        book = self.registers.labels.book
        kinds = (("table", book.tables), ("column", book.columns), ("bucket", book.buckets))
        found = [
            {"name": name, "kind": kind, "label": label.value, "sealed": name in sealed,
             "why": book.unsealed.get(name, "")}
            for kind, some in kinds
            for name, label in some.items()
        ]  # fmt: skip
        return {"version": book.version, "labels": found}

    async def processors(self) -> object:
        """Who is given personal data, on which contract; how often, and of how many, in a year."""
        processors, mode = self.registers.processors, self.ground.config.registers_enforce
        today = processors.guarding.today()
        register = [
            {"processor": one.body, "state": one.state.value, "holds": is_good(one, today),
             "agreed_at": one.agreed_at, "started_at": one.started_at, "ended_at": one.ended_at,
             "end_reason": one.end_reason, "clearing": one.clearing}
            for one in await processors.all()
        ]  # fmt: skip
        days, handings = await processors.records(YEAR.days)
        handed = [
            {"handing_id": one.handing_id, "processor_id": one.processor_id, "at": one.at,
             "people": one.people, "purposes": one.purposes}
            for one in handings
        ]  # fmt: skip
        return {"mode": mode, "register": register, "by_day": days, "by_acts": handed}

    async def transfers(self) -> object:
        """What crosses a border, by which mechanism, and of how many people in the year."""
        of, profile = self.registers.transfers, self.ground.config.profile
        today = of.today()
        people, sensitive = total(await of.volumes(), today.year)
        register = [
            {"transfer": one.body, "state": one.state.value, "holds": holds(one, today),
             "agreed_at": one.agreed_at, "ended_at": one.ended_at, "end_reason": one.end_reason}
            for one in await of.all()
        ]  # fmt: skip
        return {
            "profile": profile, "year": today.year, "people": people, "sensitive": sensitive,
            "asks": asked(profile, people, sensitive).value, "limits": LIMITS.get(profile, ()),
            "transfers": register,
        }  # fmt: skip

    async def algorithms(self) -> object:
        """What decides, ranks or points by itself, with its switch, as it is filed."""
        book, runs = algorithms_of(self.ground)
        rows = [{"algorithm": one, "runs": runs(one)} for one in book.algorithms]
        return {"version": book.version, "algorithms": rows}

    async def incidents(self) -> object:
        """What went wrong, with its clocks; flaws counted. Not what anybody wrote of it."""
        desk = self.answering.incidents
        found: list[Whole] = []
        for state in State:
            before, more = "", True
            while more:
                page = await desk.board(state.value, before)
                found += page
                more = len(page) == PAGE_MAX
                before = page[-1].incident.incident_id if page else ""
        year = self.ground.clock.now().year
        counted = {one: (await desk.figures(one)).flaws for one in (year - 1, year)}
        flaws = {str(one): some for one, some in counted.items()}
        return {"incidents": [_without_words(one) for one in found], "flaws": flaws}

    async def leaks(self) -> object:
        """Leaks: what was affected, how many, and when the authority and the people were told."""
        told = (
            "case_id", "profile", "scope", "state", "known_at", "opened_by", "opened_at",
            "rows_count", "unnamed_count", "erased_count", "counted_at", "authority_told_at",
            "published_at", "closed_at",
        )  # fmt: skip
        return [
            {name: getattr(one, name) for name in told} | {"accounts_affected": affected}
            for one, affected in await self.rights.breaches.cases()
        ]

    async def requests(self) -> object:
        """Requests about personal data, each with its times, and erasures counted."""
        found, erased = await self.rights.requests.clocked()
        figures = await self.rights.requests.figures()
        return {"figures": figures, "requests": found, "erasures": erased}

    async def decisions(self) -> object:
        """What was decided about content in the last year, counted."""
        today = self.ground.clock.now().date()
        return await self.cases.engine.rulings.exact(today - YEAR, today)

    async def authorities(self) -> object:
        """Orders, requests for data, findings and inspectors' visits, without whom they touch.

        Of an order that is to be kept secret it is not told who gave it.
        """
        orders = [
            {
                "order_id": one.order_id, "state": one.state.value,
                "authority": "" if one.order.confidential else one.order.authority,
                "number": "" if one.order.confidential else one.order.number,
                "measures": [measure.kind.value for measure in one.order.measures],
                "imported_at": one.imported_at, "in_force_at": one.in_force_at,
                "ended_at": one.ended_at,
            }
            for one in await self.ordering.orders.listed()
        ]  # fmt: skip
        return {
            "orders": orders,
            "requests_for_data": await self.ordering.disclosures.counted(),
            "findings": (await self.inspecting.findings.figures())._asdict(),
            "visits": await self.inspecting.inspections.visits(),
        }

    async def keys(self) -> object:
        """Every key of the house and of its signature: its state, and since when."""
        async with self.ground.db.read() as tx:
            _, found = await vault_keys.keys(tx)
        held = [
            {
                "purpose": one.purpose.value, "key_id": one.key_id, "version": one.version,
                "state": one.state.value, "since": one.changed_at, "scope": one.scope,
            }
            for one in found
        ]  # fmt: skip
        signing = [
            {
                "key_id": one.key_id, "public": one.public, "state": one.state,
                "created_at": one.created_at, "retired_at": one.retired_at,
                "revoked_at": one.revoked_at,
            }
            for one in await self.doors.notices.history.keys()
        ]  # fmt: skip
        return {"vault": held, "signing": signing}

    async def backups(self) -> object:
        """Back-ups that were made, and when the house was last brought back from one."""
        known = self.keeping.known
        return {"made": await known.backups(), "restored": await known.restores()}

    async def operators(self) -> object:
        """Who runs the house, by id and role."""
        return [
            {"operator_id": one.operator_id, "role": one.role, "state": one.state,
             "created_at": one.created_at}
            for one in await self.people.operators.operators()
        ]  # fmt: skip

    async def audit_log(self) -> object:
        """The end of the audit log's chain, and what recomputing all of it found."""
        audit = self.people.audit
        first_wrong = await audit.verify()
        seq, end = await audit.end()
        return {"entries": seq, "hash": end.hex(), "first_wrong": first_wrong}

    async def thresholds(self) -> object:
        """How many people there are, and which thresholds were near or reached."""
        counted, crossed = await self.inspecting.thresholds.shown()
        return {"counted": counted, "crossed": crossed}

    async def assessments(self) -> object:
        """Impact assessments, what is due, and what the house says of itself."""
        found = await self.assessing.assessments.overview()
        return {
            "assessments": found.assessments,
            "duties": found.duties,
            "declared": found.declared,
        }


def _without_words(one: Whole) -> dict[str, object]:
    """Return an incident by its times and numbers: words may name people, and stay in the house."""
    incident = one.incident
    told = (
        "incident_id", "profile", "level", "noticed_at", "starts_at", "opened_by", "opened_at",
        "held_by", "contained_at", "closed_at",
    )  # fmt: skip
    clocks = [
        {
            "clock_id": clock.clock_id, "whom": clock.whom, "applies": clock.applies,
            "due_at": clock.due_at, "answered_at": clock.answered_at,
            "answered_by": clock.answered_by, "late_at": clock.late_at,
        }
        for clock in one.clocks
    ]  # fmt: skip
    facts: dict[str, object] = {"kind": incident.facts.kind, "people": incident.facts.people}
    state: dict[str, object] = {"state": incident.state.value, "clocks": clocks}
    return {name: getattr(incident, name) for name in told} | facts | state
