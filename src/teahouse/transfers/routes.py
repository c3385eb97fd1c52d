"""Operators' routes of the register of transfers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.transfers import wire
from teahouse.transfers.model import TransferAct, TransferBody
from teahouse.transfers.service import Transfers

DESK = "/api/v1/operator/transfers"
ONE = f"{DESK}/{{transfer_id}}"
READERS = ("owner", "registrar", "auditor")
ACTORS = ("owner", "registrar")


@dataclass(frozen=True)
class _Desk:
    transfers: Transfers

    async def listed(self, _request: Request) -> Response:
        return json_response(await self._told())

    async def measure(self, request: Request) -> Response:
        await request.ignored_body()
        await self.transfers.measure_now()
        return json_response(await self._told())

    async def propose(self, request: Request) -> Response:
        body = await request.struct(TransferBody)
        await self.transfers.propose(request.operator.operator_id, body)
        return empty()

    async def agree(self, request: Request) -> Response:
        await request.ignored_body()
        await self.transfers.act(*_which(request), TransferAct.AGREE)
        return empty()

    def end(self, act: TransferAct) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            body = await request.struct(wire.TransferReasonBody)
            await self.transfers.act(*_which(request), act, body.reason)
            return empty()

        return handle

    async def _told(self) -> wire.TransfersWire:
        transfers = self.transfers
        found, volumes = await transfers.all(), await transfers.volumes()
        profile = transfers.config.profile
        return wire.transfers_wire(profile, found, volumes, transfers.today())


def routes(transfers: Transfers) -> list[Route]:
    """Return every route of the register."""
    desk, operator, why = _Desk(transfers), Auth.OPERATOR, wire.TransferReasonBody
    return [
        Route(
            "GET", DESK, desk.listed, auth=operator, allow=READERS, answer=wire.TransfersWire,
            summary="Transfers across borders, and of how many people since 1 January",
        ),
        Route(
            "POST", DESK, desk.propose, auth=operator, allow=ACTORS, body=TransferBody,
            summary="Propose a transfer",
        ),
        Route(
            "POST", f"{DESK}/count", desk.measure, auth=operator, allow=("owner",),
            answer=wire.TransfersWire, summary="Count now of how many people data crossed",
        ),
        Route(
            "POST", f"{ONE}/agree", desk.agree, auth=operator, allow=ACTORS,
            summary="Agree to a transfer that somebody else proposed: from now on it is in force",
        ),
        Route(
            "POST", f"{ONE}/end", desk.end(TransferAct.END), auth=operator, allow=ACTORS, body=why,
            summary="End a transfer: nothing crosses by it any more",
        ),
        Route(
            "POST", f"{ONE}/drop", desk.end(TransferAct.DROP), auth=operator, allow=ACTORS,
            body=why, summary="Drop a transfer before it was agreed to",
        ),
    ]  # fmt: skip


def _which(request: Request) -> tuple[str, str]:
    return request.operator.operator_id, request.path["transfer_id"]
