"""Operators' routes to bring in accounts, and the routes of those who were brought in.

Owners act; everyone may read; all acts are audited.
"""

from teahouse.accounts.model import Device
from teahouse.imports.model import Arrival, Import, read
from teahouse.imports.service import Imports
from teahouse.imports.wire import (
    FileBody,
    ImportsWire,
    ImportWire,
    RefusedWire,
    ReportWire,
    TakeBody,
    TakenWire,
    report_wire,
)
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Auth, Route

WRITERS = ("owner",)
READERS = ("owner", "registrar", "auditor")
BASE = "/api/v1/operator/imports"
ARRIVAL = "/api/v1/arrivals/{token}"
ARRIVING = Limit("imports.arrival", per_minute=10, burst=20, by="address")


def routes(imports: Imports) -> list[Route]:
    """Return the routes of imports."""
    return [*_bringing(imports), *_looking(imports), *_arriving(imports)]


def _bringing(imports: Imports) -> list[Route]:
    async def check(request: Request) -> Response:
        body = await request.struct(FileBody)
        return json_response(report_wire(await imports.check(read(body.csv))))

    async def start(request: Request) -> Response:
        body = await request.struct(FileBody)
        rows = read(body.csv)
        return json_response(
            await imports.start(request.operator.operator_id, body.label, rows), 201
        )

    return [
        Route(
            "POST", f"{BASE}/check", check, auth=Auth.OPERATOR, allow=WRITERS,
            summary="A dry run: what would happen to each row", body=FileBody, answer=ReportWire,
        ),
        Route(
            "POST", BASE, start, auth=Auth.OPERATOR, allow=WRITERS, door="admin_import",
            summary="Bring in the rows that can be", body=FileBody, answer=Import, status=201,
        ),
    ]  # fmt: skip


def _looking(imports: Imports) -> list[Route]:
    async def listed(_request: Request) -> Response:
        return json_response(ImportsWire(await imports.listed()))

    async def one(request: Request) -> Response:
        import_id = request.path["import_id"]
        about = await imports.one(import_id)
        refused = [RefusedWire(n, why) for n, why in await imports.refused(import_id)]
        return json_response(ImportWire(about, refused))

    async def resume(request: Request) -> Response:
        await request.ignored_body()
        import_id = request.path["import_id"]
        return json_response(await imports.resume(request.operator.operator_id, import_id))

    async def undo(request: Request) -> Response:
        await request.ignored_body()
        import_id = request.path["import_id"]
        return json_response(await imports.undo(request.operator.operator_id, import_id))

    return [
        Route(
            "GET", BASE, listed, auth=Auth.OPERATOR, allow=READERS, answer=ImportsWire,
            summary="The imports, newest first",
        ),
        Route(
            "GET", f"{BASE}/{{import_id}}", one, auth=Auth.OPERATOR, allow=READERS,
            answer=ImportWire, summary="How far an import is, and what it could not bring in",
        ),
        Route(
            "POST", f"{BASE}/{{import_id}}/resume", resume, auth=Auth.OPERATOR, allow=WRITERS,
            door="admin_import", answer=Import, summary="Take up an import that the gate stopped",
        ),
        Route(
            "POST", f"{BASE}/{{import_id}}/undo", undo, auth=Auth.OPERATOR, allow=WRITERS,
            answer=Import, summary="Erase the accounts of an import that nobody has used",
        ),
    ]  # fmt: skip


def _arriving(imports: Imports) -> list[Route]:
    """Return what somebody may do with the link that told them."""
    arrivals = imports.arrivals

    async def look(request: Request) -> Response:
        return json_response(await arrivals.look(request.path["token"]))

    async def take(request: Request) -> Response:
        body = await request.struct(TakeBody)
        device = Device(None, body.device_name, address=request.address)
        answer = (body.policy_version, body.lang)
        account, opened = await arrivals.take(request.path["token"], body.password, answer, device)
        wire = TakenWire(account.user_id, opened.access_token, opened.device_id)
        return json_response(wire, 201)

    async def decline(request: Request) -> Response:
        await request.ignored_body()
        await arrivals.decline(request.path["token"])
        return empty()

    return [
        Route(
            "GET", ARRIVAL, look, auth=Auth.NONE, limit=ARRIVING, answer=Arrival,
            summary="See the account that was made for one, by the link that told it",
        ),
        Route(
            "POST", ARRIVAL, take, auth=Auth.NONE, limit=ARRIVING, body=TakeBody, answer=TakenWire,
            status=201, summary="Take the account, with a password of one's own",
        ),
        Route(
            "DELETE", ARRIVAL, decline, auth=Auth.NONE, limit=ARRIVING,
            summary="Decline the account: it is erased at once",
        ),
    ]  # fmt: skip
