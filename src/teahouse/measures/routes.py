"""What operators may ask before a policy is put in force: whether less would do."""

from teahouse.gate.model.drafts import DraftBody
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.measures.service import Measures
from teahouse.measures.wire import SuggestionsWire

READERS = ("owner", "registrar", "moderator", "auditor")


def routes(measures: Measures) -> list[Route]:
    """Return the route of narrower measures."""

    async def narrowest(request: Request) -> Response:
        body = await request.struct(DraftBody)
        return json_response(SuggestionsWire(await measures.narrowest(body.draft())))

    return [
        Route(
            "POST", "/api/v1/operator/gate/policies/narrower", narrowest, auth=Auth.OPERATOR,
            allow=READERS, summary="Narrower measures than this", body=DraftBody,
            answer=SuggestionsWire,
        )
    ]  # fmt: skip
