"""Where one stands oneself; and for operators, where others stand, and the rules."""

import msgspec

from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.standing.model import Rules, StagesPreview, stage_named
from teahouse.standing.model import Standing as Shown
from teahouse.standing.service import Standing

READERS = ("owner", "registrar", "moderator", "auditor")
STAGERS = ("owner", "registrar", "moderator")
WRITERS = ("owner", "registrar")
PLACE = "/api/v1/operator/standing"


class StageBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The stage that an account is brought to, and why."""

    stage: str
    reason: str


def routes(standing: Standing) -> list[Route]:
    """Return the routes of this domain."""

    async def own(request: Request) -> Response:
        return json_response(await standing.own(request.caller.account_id))

    async def look(request: Request) -> Response:
        account_id = request.path["account_id"]
        await standing.desk.look(request.operator.operator_id, account_id)
        return json_response(await standing.own(account_id))

    async def change(request: Request) -> Response:
        body = await request.struct(StageBody)
        actor, account_id = request.operator.operator_id, request.path["account_id"]
        changed = await standing.change(actor, account_id, stage_named(body.stage), body.reason)
        return json_response(changed)

    async def rules(_request: Request) -> Response:
        return json_response(await standing.rules())

    async def set_rules(request: Request) -> Response:
        body = await request.struct(Rules)
        return json_response(await standing.set_rules(request.operator.operator_id, body))

    async def preview(request: Request) -> Response:
        return json_response(await standing.preview(await request.struct(Rules)))

    one = f"{PLACE}/accounts/{{account_id}}"
    return [
        Route(
            "GET", "/api/v1/standing", own, answer=Shown,
            summary="Where one stands, what that allows today, and how one gets further",
        ),
        Route(
            "GET", one, look, auth=Auth.OPERATOR, allow=READERS, answer=Shown,
            summary="Where an account stands",
        ),
        Route(
            "PUT", one, change, auth=Auth.OPERATOR, allow=STAGERS, body=StageBody, answer=Shown,
            summary="Bring an account to another stage, with a reason",
        ),
        Route(
            "GET", f"{PLACE}/rules", rules, auth=Auth.OPERATOR, allow=READERS, answer=Rules,
            summary="What each stage may do in a day",
        ),
        Route(
            "PUT", f"{PLACE}/rules", set_rules, auth=Auth.OPERATOR, allow=WRITERS, body=Rules,
            answer=Rules, summary="Set what each stage may do in a day",
        ),
        Route(
            "POST", f"{PLACE}/rules/preview", preview, auth=Auth.OPERATOR, allow=READERS,
            body=Rules, answer=StagesPreview,
            summary="How many accounts are at each stage, and what rules would do to them",
        ),
    ]  # fmt: skip
