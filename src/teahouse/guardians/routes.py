"""Our own API for children who register, and for those who answer for them."""

from teahouse.guardians.model import Asked
from teahouse.guardians.service import Guardians
from teahouse.guardians.wire import (
    AgreeBody,
    AskedWire,
    AskWire,
    ChildrenWire,
    DeclineBody,
    WithdrawBody,
    children,
)
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.infra.qr import qr_svg

ASKING = Limit("guardians.ask", per_minute=10, burst=10, by="address")
ANSWERING = Limit("guardians.answer", per_minute=10, burst=10, by="account")
ASKED = "/api/v1/registrations/{registration_id}/guardian"
ASK = "/api/v1/guardian/asks/{code}"
CHILD = "/api/v1/guardian/children/{user_id}"


def routes(guardians: Guardians) -> list[Route]:
    """Return the routes of children and guardians."""
    return [*_asks(guardians), *_children(guardians)]


def _asks(guardians: Guardians) -> list[Route]:
    """Return the routes from the question to the answer."""
    prove = guardians.confirming.prove

    async def ask(request: Request) -> Response:
        await request.ignored_body()
        return shown(await guardians.ask(request.path["registration_id"]))

    async def ask_anew(request: Request) -> Response:
        await request.ignored_body()
        return shown(await guardians.ask(request.path["registration_id"], anew=True))

    def shown(asked: Asked) -> Response:
        link = f"{guardians.registrations.config.base_url}/#/me/family/{asked.code}"
        return json_response(AskedWire(asked.code, link, qr_svg(link), asked.expires_at), 201)

    async def look(request: Request) -> Response:
        found = await guardians.look(request.caller, request.path["code"])
        return json_response(AskWire(found.expires_at, guardians.consent.policy_version))

    async def agree(request: Request) -> Response:
        body = await request.struct(AgreeBody)
        await prove(request.caller, body.password, body.kind, body.code)
        await guardians.agree(request.caller, request.path["code"], body.birth_month, body.lang)
        return empty()

    async def decline(request: Request) -> Response:
        body = await request.struct(DeclineBody)
        await guardians.decline(request.caller, request.path["code"], body.reason)
        return empty()

    return [
        Route(
            "POST", ASKED, ask, auth=Auth.NONE, limit=ASKING, door="child", status=201,
            answer=AskedWire,
            summary="See the code for the guardian of a child who registers; made at the first look",
        ),
        Route(
            "POST", f"{ASKED}/anew", ask_anew, auth=Auth.NONE, limit=ASKING, door="child", status=201,
            answer=AskedWire, summary="Get another code; the one before is no longer good",
        ),
        Route(
            "GET", ASK, look, limit=ANSWERING, answer=AskWire,
            summary="See that a code is one that a child shows now",
        ),
        Route(
            "POST", f"{ASK}/agree", agree, limit=ANSWERING, body=AgreeBody,
            summary="Agree, as a guardian, to a child's account",
        ),
        Route(
            "POST", f"{ASK}/decline", decline, limit=ANSWERING, body=DeclineBody,
            summary="Decline a child's account, in words for the child",
        ),
    ]  # fmt: skip


def _children(guardians: Guardians) -> list[Route]:
    """Return the routes over children's accounts."""

    async def listed(request: Request) -> Response:
        return json_response(children(await guardians.children(request.caller)))

    async def withdraw(request: Request) -> Response:
        body = await request.struct(WithdrawBody)
        await guardians.confirming.prove(request.caller, body.password, body.kind, body.code)
        await guardians.withdraw(request.caller, request.path["user_id"])
        return empty()

    async def restore(request: Request) -> Response:
        await request.ignored_body()
        await guardians.restore(request.caller, request.path["user_id"])
        return empty()

    return [
        Route(
            "GET", "/api/v1/guardian/children", listed, answer=ChildrenWire,
            summary="The children's accounts that one is the guardian of",
        ),
        Route(
            "POST", f"{CHILD}/withdraw", withdraw, limit=ANSWERING, body=WithdrawBody,
            summary="Withdraw consent: the account stops, and is erased in fifteen days",
        ),
        Route(
            "POST", f"{CHILD}/restore", restore, limit=ANSWERING,
            summary="Take a withdrawal back before the account is erased",
        ),
    ]  # fmt: skip
