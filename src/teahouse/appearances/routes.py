"""Our own API for reviews of appearances: authors, guardians, operators."""

from dataclasses import dataclass

from teahouse.appearances import wire
from teahouse.appearances.model import OF_GUARDIANS, OF_OPERATORS, act_named
from teahouse.appearances.service import Appearances
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.proofs.service import Proofs

MINE = "/api/v1/appearances"
WARD = "/api/v1/guardian/wards/{user_id}/appearances"
DESK = "/api/v1/operator/appearances/{case_id}"
READERS = ("owner", "moderator", "auditor")
DECIDERS = ("owner", "moderator")
SAYING = Limit("appearances.say", per_minute=10, burst=10, by="account")


@dataclass(frozen=True)
class _Author:
    appearances: Appearances

    async def mine(self, request: Request) -> Response:
        """Return reviews of one's own."""
        found = await self.appearances.mine(request.caller)
        return json_response(wire.AppearancesWire([wire.appearance_wire(one) for one in found]))

    async def say(self, request: Request) -> Response:
        """Say something in a review."""
        body = await request.struct(wire.AppearanceWordsBody)
        said = (request.caller, request.path["case_id"], body.words)
        return json_response(wire.appearance_wire(await self.appearances.say(*said)))


@dataclass(frozen=True)
class _Guardian:
    appearances: Appearances
    proofs: Proofs

    async def listed(self, request: Request) -> Response:
        """Return reviews of a ward's."""
        found = await self.appearances.of_ward(request.caller, request.path["user_id"])
        told = [wire.appearance_wire(one, OF_GUARDIANS) for one in found]
        return json_response(wire.AppearancesWire(told))

    async def answer(self, request: Request) -> Response:
        """Consent, decline or withdraw."""
        body = await request.struct(wire.AppearanceProofBody)
        act = act_named(request.path["act"], OF_GUARDIANS)
        await self.proofs.prove(request.caller, body.password, body.kind, body.code)
        about = (request.path["user_id"], request.path["case_id"], act)
        found = await self.appearances.answer(request.caller, *about)
        return json_response(wire.appearance_wire(found, OF_GUARDIANS))


@dataclass(frozen=True)
class _Desk:
    appearances: Appearances

    async def look(self, request: Request) -> Response:
        """Return the review of a case."""
        which = (request.operator.operator_id, request.path["case_id"])
        found = await self.appearances.look(*which)
        return json_response(wire.appearance_wire(found, OF_OPERATORS))

    async def act(self, request: Request) -> Response:
        """Take a step."""
        await request.ignored_body()
        act = act_named(request.path["act"], OF_OPERATORS)
        which = (request.operator.operator_id, request.path["case_id"])
        found = await self.appearances.act(*which, act)
        return json_response(wire.appearance_wire(found, OF_OPERATORS))


def routes(appearances: Appearances, proofs: Proofs) -> list[Route]:
    """Return the routes of this domain."""
    author, desk = _Author(appearances), _Desk(appearances)
    guardian = _Guardian(appearances, proofs)
    return [
        Route(
            "GET", MINE, author.mine, answer=wire.AppearancesWire,
            summary="What of one's own is looked at because a child may be on camera, and the outcome",
        ),
        Route(
            "POST", f"{MINE}/{{case_id}}/words", author.say, limit=SAYING,
            body=wire.AppearanceWordsBody, answer=wire.AppearanceWire,
            summary="Say what speaks for it: a guardian's consent, a proof of age, or that it is wrong",
        ),
        Route(
            "GET", WARD, guardian.listed, answer=wire.AppearancesWire,
            summary="What of a ward's is looked at because a child may be on camera",
        ),
        Route(
            "POST", f"{WARD}/{{case_id}}/{{act}}", guardian.answer, limit=SAYING,
            body=wire.AppearanceProofBody, answer=wire.AppearanceWire,
            summary="Consent to what a ward shows, decline, or withdraw: `consent`, `decline`, `withdraw`",
        ),
        Route(
            "GET", DESK, desk.look, auth=Auth.OPERATOR, allow=READERS, answer=wire.AppearanceWire,
            summary="The review of a case about a child on camera",
        ),
        Route(
            "POST", f"{DESK}/{{act}}", desk.act, auth=Auth.OPERATOR, allow=DECIDERS,
            answer=wire.AppearanceWire,
            summary="Hide what is looked at, show it, or ask a guardian: `hide`, `show`, `ask`",
        ),
    ]  # fmt: skip
