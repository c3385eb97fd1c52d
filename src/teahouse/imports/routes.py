"""Operators' routes to bring in accounts. Owners act; everyone may read; all acts are audited."""

from teahouse.imports.model import Import, read
from teahouse.imports.service import Imports
from teahouse.imports.wire import FileBody, ImportsWire, ImportWire, RefusedWire, ReportWire
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route

WRITERS = ("owner",)
READERS = ("owner", "registrar", "auditor")
BASE = "/api/v1/operator/imports"


def routes(imports: Imports) -> list[Route]:
    """Return the routes of imports."""
    return [*_bringing(imports), *_looking(imports)]


def _bringing(imports: Imports) -> list[Route]:
    async def check(request: Request) -> Response:
        body = await request.struct(FileBody)
        report = await imports.check(read(body.csv))
        return json_response(ReportWire(report.rows, report.ready, report.findings))

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
