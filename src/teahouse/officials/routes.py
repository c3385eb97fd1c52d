"""Officials' routes: a step of their registration, their particulars, and changes of these."""

from teahouse.approvals.model import BadVerdict
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.officials.model import Details, Official
from teahouse.officials.service import Officials
from teahouse.officials.service.changes import Changes
from teahouse.officials.wire import (
    ComparedWire,
    KeptWire,
    OfficialChangesWire,
    OfficialChangeWire,
    OwnChangesWire,
    ProposeBody,
    VerdictBody,
    change_wire,
    compared_wire,
    own_changes,
)

STEP = Limit("officials.step", per_minute=20, burst=40, by="address")
PROPOSE = Limit("officials.propose", per_minute=5, burst=10, by="account")
BODY_BYTES_MAX = 64 * 1024
OWN = "/api/v1/official/change"
CHANGES = "/api/v1/operator/officials/changes"

REVIEWERS = ("owner", "registrar")
READERS = ("owner", "registrar", "moderator", "auditor")


def routes(officials: Officials) -> list[Route]:
    """Return officials' routes."""

    async def submit(request: Request) -> Response:
        details = await request.struct(Details, BODY_BYTES_MAX)
        await officials.submit(request.path["registration_id"], details)
        return json_response(KeptWire(kept=True))

    async def own(request: Request) -> Response:
        found = await officials.own(request.caller, request.path["account_id"])
        return json_response(found)

    async def applied(request: Request) -> Response:
        found = await officials.applied(request.operator, request.path["request_id"])
        return json_response(found)

    return [
        Route(
            "GET", "/api/v1/operator/officials/requests/{request_id}", applied,
            auth=Auth.OPERATOR, allow=REVIEWERS, answer=Details,
            summary="The particulars of an official account that waits for review",
        ),
        Route(
            "POST", "/api/v1/registrations/{registration_id}/official", submit, auth=Auth.NONE,
            limit=STEP, door="official", body=Details, answer=KeptWire,
            summary="Say who is behind the official account",
        ),
        Route(
            "GET", "/api/v1/officials/{account_id}", own, answer=Official,
            summary="An official account's particulars, for itself",
        ),
    ]  # fmt: skip


def change_routes(changes: Changes) -> list[Route]:
    """Return the routes of changes: the account's own, and the reviewers'."""
    return [*_own_change(changes), *_review(changes)]


def _own_change(changes: Changes) -> list[Route]:
    async def propose(request: Request) -> Response:
        body = await request.struct(ProposeBody, BODY_BYTES_MAX)
        await changes.propose(request.caller, body.details, body.lang)
        return json_response(own_changes(await changes.own(request.caller)))

    async def own(request: Request) -> Response:
        return json_response(own_changes(await changes.own(request.caller)))

    async def withdraw(request: Request) -> Response:
        await changes.withdraw(request.caller)
        return empty()

    return [
        Route(
            "PUT", OWN, propose, limit=PROPOSE, body=ProposeBody, answer=OwnChangesWire,
            summary="Propose other particulars for one's official account, or answer what was asked",
        ),
        Route(
            "GET", OWN, own, answer=OwnChangesWire,
            summary="See how one's last change stands",
        ),
        Route("DELETE", OWN, withdraw, summary="Take a change back that was not decided"),
    ]  # fmt: skip


def _review(changes: Changes) -> list[Route]:
    async def listed(request: Request) -> Response:
        waiting = (request.query_one("state") or "waiting") == "waiting"
        found = await changes.listed(waiting)
        return json_response(OfficialChangesWire([change_wire(one) for one in found]))

    async def look(request: Request) -> Response:
        found = await changes.look(request.operator, request.path["change_id"])
        return json_response(compared_wire(found))

    async def decide(request: Request) -> Response:
        verdict = (await request.struct(VerdictBody)).verdict()
        if verdict is None:
            raise BadVerdict
        actor, change_id = request.operator.operator_id, request.path["change_id"]
        return json_response(change_wire(await changes.decide(actor, change_id, verdict)))

    return [
        Route(
            "GET", CHANGES, listed, auth=Auth.OPERATOR, allow=READERS, answer=OfficialChangesWire,
            summary="Official accounts' changes that wait for review, or that waited",
        ),
        Route(
            "GET", f"{CHANGES}/{{change_id}}", look, auth=Auth.OPERATOR, allow=REVIEWERS,
            answer=ComparedWire, summary="A change beside what is in force; audited",
        ),
        Route(
            "POST", f"{CHANGES}/{{change_id}}/decision", decide, auth=Auth.OPERATOR,
            allow=REVIEWERS, body=VerdictBody, answer=OfficialChangeWire,
            summary="Approve a change, decline it, or ask for more, with a reason",
        ),
    ]  # fmt: skip
