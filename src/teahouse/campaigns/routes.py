"""Operators' routes of campaigns, and what everybody may read of them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from teahouse.campaigns import wire
from teahouse.campaigns.model import CampaignAct, CampaignBody
from teahouse.campaigns.service import Campaigns
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Auth, Route

PUBLIC = "/api/v1/campaigns"
DESK = "/api/v1/operator/campaigns"
ONE = f"{DESK}/{{campaign_id}}"
LOOKING = Limit("campaigns.reports", per_minute=60, burst=60, by="address")
READERS = ("owner", "registrar", "moderator", "auditor")
ACTORS = ("owner", "moderator")


@dataclass(frozen=True)
class _Desk:
    campaigns: Campaigns

    async def reports(self, _request: Request) -> Response:
        found, now = await self.campaigns.all(), self.campaigns.clock.now()
        return json_response(wire.reports_wire(found, now))

    async def listed(self, _request: Request) -> Response:
        found, now = await self.campaigns.all(), self.campaigns.clock.now()
        return json_response(wire.campaigns_wire(found, now))

    async def draft(self, request: Request) -> Response:
        body = await request.struct(CampaignBody)
        await self.campaigns.draft(request.operator.operator_id, body)
        return empty()

    async def announce(self, request: Request) -> Response:
        await request.ignored_body()
        await self.campaigns.act(*_which(request), CampaignAct.ANNOUNCE)
        return empty()

    def end(self, act: CampaignAct) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            body = await request.struct(wire.CampaignEndBody)
            await self.campaigns.act(*_which(request), act, body.reason)
            return empty()

        return handle


def routes(campaigns: Campaigns) -> list[Route]:
    """Return every route of campaigns."""
    desk, operator, end = _Desk(campaigns), Auth.OPERATOR, wire.CampaignEndBody
    return [
        Route(
            "GET", PUBLIC, desk.reports, auth=Auth.NONE, limit=LOOKING,
            answer=wire.CampaignReportsWire,
            summary="Campaigns: on whose mandate, for whom, until when, and what came of them",
        ),
        Route(
            "GET", DESK, desk.listed, auth=operator, allow=READERS, answer=wire.CampaignsWire,
            summary="Campaigns, the newest first",
        ),
        Route(
            "POST", DESK, desk.draft, auth=operator, allow=ACTORS, body=CampaignBody,
            summary="Draft a campaign",
        ),
        Route(
            "POST", f"{ONE}/announce", desk.announce, auth=operator, allow=ACTORS,
            summary="Announce what somebody else drafted: its rules hold from its start to its end",
        ),
        Route(
            "POST", f"{ONE}/cancel", desk.end(CampaignAct.CANCEL), auth=operator, allow=ACTORS,
            body=end, summary="Drop a draft",
        ),
        Route(
            "POST", f"{ONE}/halt", desk.end(CampaignAct.HALT), auth=operator, allow=ACTORS,
            body=end, summary="End a campaign before its day",
        ),
    ]  # fmt: skip


def _which(request: Request) -> tuple[str, str]:
    return request.operator.operator_id, request.path["campaign_id"]
