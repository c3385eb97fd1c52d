"""The routes of legacies: one's own wish and claims, and the desk."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from teahouse.errors import Invalid
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.legacies import wire
from teahouse.legacies.model import WishAct
from teahouse.legacies.service import Legacies

MINE, DESK = "/api/v1/account/legacy", "/api/v1/operator/legacies"
SAYING = Limit("legacies.say", per_minute=10, burst=10)
CLAIMING = Limit("legacies.claim", per_minute=2, burst=5)
READERS = ("owner", "moderator", "auditor")
DECIDERS = ("owner", "moderator")
ANSWERS = {one.value: one for one in (WishAct.CONFIRM, WishAct.DECLINE)}


@dataclass(frozen=True)
class _Own:
    legacies: Legacies

    async def look(self, request: Request) -> Response:
        """Return what the caller has to do with legacies."""
        account_id = request.caller.account_id
        wish, named = await self.legacies.own(account_id)
        claims = await self.legacies.claimed(account_id)
        return json_response(wire.legacy_wire(wish, named, claims))

    async def name(self, request: Request) -> Response:
        """Name somebody."""
        body = await request.struct(wire.LegacyNameBody)
        wish = await self.legacies.name(request.caller, body.contact, body.may)
        return json_response(wire.wish_wire(wish))

    async def nobody(self, request: Request) -> Response:
        """Name nobody."""
        await request.ignored_body()
        return json_response(wire.wish_wire(await self.legacies.nobody(request.caller)))

    async def answer(self, request: Request) -> Response:
        """Confirm or decline."""
        body = await request.struct(wire.LegacyAnswerBody)
        if body.act not in ANSWERS:
            raise Invalid(f"act is one of {', '.join(ANSWERS)}.")
        wish = await self.legacies.answer(request.caller, body.user_id, ANSWERS[body.act])
        return json_response(wire.wish_wire(wish))

    async def claim(self, request: Request) -> Response:
        """File a claim."""
        body = await request.struct(wire.LegacyClaimBody)
        me = request.caller.account_id
        said = (body.user_id, body.wants, body.words)
        claim = await self.legacies.file(f"account:{me}", me, *said)
        return json_response(wire.claim_wire(claim), 201)

    async def copy(self, request: Request) -> Response:
        """Return the copy."""
        claim_id = request.path["claim_id"]
        return _zipped(await self.legacies.copy(request.caller, claim_id))

    async def alive(self, request: Request) -> Response:
        """Say that one is alive."""
        await request.ignored_body()
        await self.legacies.stop(request.caller)
        return empty()


@dataclass(frozen=True)
class _Desk:
    legacies: Legacies

    async def listed(self, request: Request) -> Response:
        """Return claims."""
        found = await self.legacies.listed(request.operator.operator_id)
        told = [wire.operator_claim_wire(one) for one in found]
        return json_response(wire.OperatorClaimsWire(told))

    async def file(self, request: Request) -> Response:
        """File a claim for family."""
        body = await request.struct(wire.LegacyClaimBody)
        said = (body.user_id, body.wants, body.words)
        claim = await self.legacies.file(request.operator.operator_id, "", *said)
        return json_response(wire.operator_claim_wire(claim), 201)

    async def hand_over(self, request: Request) -> Response:
        """Return a copy to hand over."""
        who, claim_id = request.operator.operator_id, request.path["claim_id"]
        return _zipped(await self.legacies.hand_over(who, claim_id))

    async def check(self, request: Request) -> Response:
        """Hold the papers for good."""
        await request.ignored_body()
        who, claim_id = request.operator.operator_id, request.path["claim_id"]
        return json_response(wire.operator_claim_wire(await self.legacies.check(who, claim_id)))

    async def refuse(self, request: Request) -> Response:
        """Refuse a claim."""
        body = await request.struct(wire.LegacyRefusalBody)
        who, claim_id = request.operator.operator_id, request.path["claim_id"]
        claim = await self.legacies.refuse(who, claim_id, body.reason)
        return json_response(wire.operator_claim_wire(claim))


def _zipped(chunks: AsyncIterator[bytes]) -> Response:
    name = b'attachment; filename="teahouse-copy.zip"'
    headers = ((b"content-disposition", name), (b"cache-control", b"no-store"))
    return Response(200, content_type=b"application/zip", headers=headers, chunks=chunks)


def routes(legacies: Legacies) -> list[Route]:
    """Return the routes of this domain."""
    return [*_own_routes(_Own(legacies)), *_desk_routes(_Desk(legacies))]


def _own_routes(own: _Own) -> list[Route]:
    return [
        Route(
            "GET", MINE, own.look, answer=wire.LegacyWire,
            summary="Your legacy contact, whose you are, and what you asked for",
        ),
        Route(
            "PUT", MINE, own.name, limit=SAYING, body=wire.LegacyNameBody,
            answer=wire.LegacyWishWire,
            summary="Name who may act for you when you have died, and what they may do",
        ),
        Route(
            "DELETE", MINE, own.nobody, limit=SAYING, answer=wire.LegacyWishWire,
            summary="Say that nobody may act for you when you have died",
        ),
        Route(
            "POST", f"{MINE}/answer", own.answer, limit=SAYING, body=wire.LegacyAnswerBody,
            answer=wire.LegacyWishWire, summary="Confirm or decline to be somebody's contact",
        ),
        Route(
            "POST", f"{MINE}/claims", own.claim, limit=CLAIMING, body=wire.LegacyClaimBody,
            answer=wire.LegacyClaimWire, status=201,
            summary="Say that somebody has died who has named you, and what is to be done",
        ),
        Route(
            "GET", f"{MINE}/claims/{{claim_id}}/copy", own.copy, limit=CLAIMING,
            summary="The copy of somebody's data that was arranged for you, as a ZIP",
        ),
        Route(
            "POST", f"{MINE}/alive", own.alive, limit=SAYING,
            summary="Say that you are alive: stops what somebody asked for",
        ),
    ]  # fmt: skip


def _desk_routes(desk: _Desk) -> list[Route]:
    operator, one = Auth.OPERATOR, f"{DESK}/{{claim_id}}"
    return [
        Route(
            "GET", DESK, desk.listed, auth=operator, allow=READERS,
            answer=wire.OperatorClaimsWire, summary="Claims about accounts of people who have died",
        ),
        Route(
            "POST", DESK, desk.file, auth=operator, allow=DECIDERS, body=wire.LegacyClaimBody,
            answer=wire.OperatorClaimWire, status=201,
            summary="File a claim for family who have no account here",
        ),
        Route(
            "POST", f"{one}/check", desk.check, auth=operator, allow=DECIDERS,
            answer=wire.OperatorClaimWire,
            summary="Hold the papers for good; the second operator's word has the account told",
        ),
        Route(
            "GET", f"{one}/copy", desk.hand_over, auth=operator, allow=("owner",),
            summary="The copy that family has asked for, to hand over",
        ),
        Route(
            "POST", f"{one}/refuse", desk.refuse, auth=operator, allow=DECIDERS,
            body=wire.LegacyRefusalBody, answer=wire.OperatorClaimWire,
            summary="Refuse a claim, with a reason",
        ),
    ]  # fmt: skip
