"""What inspectors may read: one list for the whole house, and a look noted before each answer.

A route that is not on the list is refused to them by their role, so a new one is closed until
somebody puts it here or, in ``tests/inspections``, says why not.
"""

from collections.abc import Container, Sequence
from dataclasses import replace

import msgspec

from teahouse.errors import Invalid
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Handler, Route
from teahouse.inspections.model import INSPECTOR, REGISTERS, NoVisit, VisitRegister
from teahouse.inspections.service import Inspections
from teahouse.labels.model import Labels

DESK = "/api/v1/operator"
EXPORT = f"{DESK}/inspections/export"

# By register: what is read with GET under ``/api/v1/operator``. In none of it is what people say.
READ: dict[str, tuple[str, ...]] = {
    "audit": ("/audit", "/audit/verify"),
    "findings": (
        "/findings", "/findings/{finding_id}", "/findings/clauses", "/findings/figures",
        "/findings/exposure", "/findings/rulings",
    ),
    "gate": ("/gate/policies", "/gate/history", "/gate/grid", "/gate/overrides", "/live"),
    "holds": ("/holds",),
    "rules": ("/cases/rules", "/screening/rules", "/standing/rules", "/approvals/rules",
        "/minors/rules", "/holidays"),
    "thresholds": ("/thresholds",),
    "upgrades": (
        "/upgrades", "/upgrades/{run_id}", "/upgrades/{run_id}/exposure",
        "/upgrades/{run_id}/exposure.csv", "/upgrades/classes", "/upgrade-reports/census",
    ),
    "breaches": (
        "/breaches", "/breaches/{case_id}", "/breaches/{case_id}/notice",
        "/breaches/{case_id}/notices",
    ),
    "backups": ("/backups",),
    "assessments": ("/assessments", "/assessments/{assessment_id}"),
    "listings": ("/listings", "/listings/{listing_id}"),
    "incidents": (
        "/incidents", "/incidents/{incident_id}", "/incidents/{incident_id}/reports",
        "/incidents/law", "/incidents/figures", "/incidents/flaws",
    ),
}  # fmt: skip
# By register: the pages of the console that ask for nothing but what is in it. One without a page, and what
# no page shows, is read by itself.
PAGES: dict[str, tuple[str, ...]] = {
    "audit": ("audit",),
    "findings": ("findings",),
    "gate": ("live", "history"),
    "holds": ("holds",),
    "thresholds": ("thresholds",),
    "upgrades": ("upgrades",),
    "breaches": ("breaches",),
    "assessments": ("assessments",),
    "listings": ("listings",),
    "incidents": ("incidents",),
}
ON_NO_PAGE = ("/gate/grid", "/gate/overrides", "/upgrades/classes")
# By register: the tables, and columns of the register of purposes, that its answers are made of. What is
# sensitive among them closes it, by ``labels``; tests hold this against what the answers really read.
DRAWN: dict[str, tuple[str, ...]] = {
    "audit": ("audit_entries", "audit_head"),
    "findings": ("findings_findings", "findings_steps", "findings_rulings"),
    "gate": (
        "gate_policies", "gate_overrides", "gate_attempts", "gate_slips", "gate_pace",
        "gate_queues", "gate_epoch",
    ),
    "rules": (
        "screening_rules", "screening_domains", "screening_networks", "screening_tally",
        "standing_rules", "approvals_rules", "campaigns_campaigns", "holidays_years",
        "holidays_spans",
    ),
    "thresholds": ("thresholds_days", "thresholds_crossings"),
    "upgrades": (
        "upgrades_runs", "upgrades_steps", "exposures_points", "reports_reports", "vault_ring",
        "vault_keys", "vault_workers", "backups_backups", "backups_keys", "rights_exports",
    ),
    "breaches": (
        "breaches_cases", "breaches_notices", "breaches_affected", "breaches_affected.account_id",
    ),
    "backups": ("backups_backups", "backups_restores", "backups_keys"),
    "assessments": (
        "assessments_assessments", "assessments_steps", "assessments_owed", "assessments_declared",
    ),
    "holds": ("holds_holds", "holds_objects", "holds_kept", "holds_values", "holds_handings"),
    "listings": ("listings_listings", "listings_holds", "listings_steps"),
    "incidents": (
        "incidents_incidents", "incidents_steps", "incidents_clocks", "incidents_reports",
        "incidents_flaws",
    ),
}  # fmt: skip
# Of the inspector's own session: they need no visit, and tell nothing of the house.
OWN = (("GET", "/me"), ("GET", "/news"), ("GET", "/factors"), ("DELETE", "/sessions"))

_REGISTER = {f"{DESK}{path}": name for name, paths in READ.items() for path in paths}
_OWN = {(method, f"{DESK}{path}") for method, path in OWN}


def inspected(routes: Sequence[Route], inspections: Inspections, labels: Labels) -> list[Route]:
    """Return the routes with those open to inspectors that are on the list, and the export.

    A register that is drawn from anything sensitive is closed, and not in the export.
    """
    assert set(READ) == set(REGISTERS) == set(DRAWN), "each register has what is read in it"
    closed = {one for one in REGISTERS if labels.closed_to_inspectors(DRAWN[one])}
    opened = [_opened(route, inspections, closed) for route in routes]
    return [*opened, _export(routes, inspections, closed)]


def shown_registers() -> list[VisitRegister]:
    """Return where each register is read: the console has it from here."""
    shown: list[VisitRegister] = []
    for register in REGISTERS:
        pages = PAGES.get(register, ())
        whole = [path for path in READ[register] if "{" not in path]
        parts = [path for path in whole if not pages or path in ON_NO_PAGE]
        shown.append(VisitRegister(register, pages, tuple(parts)))
    return shown


def register_of(route: Route) -> str:
    """Return the register that a route belongs to; empty for none."""
    found = route.auth is Auth.OPERATOR and route.method == "GET"
    return _REGISTER.get(route.path, "") if found else ""


def _opened(route: Route, inspections: Inspections, closed: Container[str]) -> Route:
    if route.auth is Auth.OPERATOR and (route.method, route.path) in _OWN:
        return replace(route, allow=(*route.allow, INSPECTOR))
    register = register_of(route)
    if not register or register in closed:
        return route
    looked = _looked(route, register, inspections)
    return replace(route, allow=(*route.allow, INSPECTOR), handler=looked)


def _looked(route: Route, register: str, inspections: Inspections) -> Handler:
    async def handler(request: Request) -> Response:
        who = request.operator
        if who.role == INSPECTOR:
            what = " ".join((route.path.removeprefix(DESK), *request.path.values()))
            await inspections.look(who.operator_id, register, what)
        return await route.handler(request)

    return handler


def _export(routes: Sequence[Route], inspections: Inspections, closed: Container[str]) -> Route:
    whole = [one for one in routes if register_of(one) and "{" not in one.path]

    async def export(request: Request) -> Response:
        register = request.query_one("register") or ""
        if register not in REGISTERS:
            raise Invalid(f"register is one of {', '.join(REGISTERS)}.")
        if register in closed:
            raise NoVisit
        visit = await inspections.export(request.operator.operator_id, register)
        parts: dict[str, msgspec.Raw] = {}
        for one in whole:
            if register_of(one) == register:
                answer = await one.handler(request)
                parts[one.path.removeprefix(DESK)] = msgspec.Raw(answer.body)
        made_at = inspections.clock.now()
        told = {"register": register, "visit_id": visit.visit_id, "made_at": made_at}
        return json_response(told | {"parts": parts})

    return Route(
        "GET", EXPORT, export, auth=Auth.OPERATOR, allow=("owner", INSPECTOR),
        summary="A register of an open visit, to take away: `register` names it",
    )  # fmt: skip
