"""What operators choose for themselves."""

from dataclasses import dataclass

from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.wellbeing.model import Preferences, Wellbeing
from teahouse.wellbeing.service import Wellbeings

PLACE = "/api/v1/operator/wellbeing"
LOOKING = ("owner", "moderator", "auditor")  # whoever may look at cases


@dataclass(frozen=True)
class _Own:
    wellbeings: Wellbeings

    async def show(self, request: Request) -> Response:
        """Return what one has chosen."""
        return json_response(await self.wellbeings.own(request.operator.operator_id))

    async def choose(self, request: Request) -> Response:
        """Choose."""
        wanted = await request.struct(Preferences)
        return json_response(await self.wellbeings.choose(request.operator.operator_id, wanted))


def routes(wellbeings: Wellbeings) -> list[Route]:
    """Return these routes."""
    own = _Own(wellbeings)
    return [
        Route(
            "GET", PLACE, own.show, auth=Auth.OPERATOR, allow=LOOKING, answer=Wellbeing,
            summary="How one sees what is disturbing, and how much of it one has seen today",
        ),
        Route(
            "PUT", PLACE, own.choose, auth=Auth.OPERATOR, allow=LOOKING, body=Preferences,
            answer=Wellbeing,
            summary="Choose blur, greyscale, mute, a daily limit, and which categories one is offered",
        ),
    ]  # fmt: skip
