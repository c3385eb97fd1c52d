"""Our own API for labels: of rooms, of official accounts, for guardians, and for operators."""

from dataclasses import dataclass

from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.proofs.service import Proofs
from teahouse.ratings import wire
from teahouse.ratings.model import Rated, effective, kind_named
from teahouse.ratings.service import Labelled, Ratings
from teahouse.rooms.service import Rooms

ROOM = "/api/v1/rooms/{room_id}/rating"
OFFICIAL = "/api/v1/account/rating"
MINE = "/api/v1/minors/me/content"
WARD = "/api/v1/guardian/wards/{user_id}/content"
DESK = "/api/v1/operator/ratings/{kind}/{target}"
SETTING = Limit("ratings.set", per_minute=10, burst=10, by="account")
READERS = ("owner", "registrar", "moderator", "auditor")
DECIDERS = ("owner", "moderator")


@dataclass(frozen=True)
class _Own:
    ratings: Ratings
    rooms: Rooms
    proofs: Proofs

    async def room(self, request: Request) -> Response:
        """Return a room's label to who is in it."""
        room = await self.rooms.access_joined(request.path["room_id"], request.caller.user_id)
        found = await self.ratings.labelled(request.caller.user_id, Rated.ROOM, room.state.room_id)
        return json_response(wire.rating_wire(found, self.ratings.rule))

    async def official(self, request: Request) -> Response:
        """Return the label of one's own account."""
        user_id = request.caller.user_id
        found = await self.ratings.labelled(user_id, Rated.OFFICIAL, user_id)
        return json_response(wire.rating_wire(found, self.ratings.rule))

    async def say(self, request: Request) -> Response:
        """Label one's own official account."""
        body = await request.struct(wire.RatingBody)
        found = await self.ratings.say_official(request.caller, body.rating())
        return json_response(wire.rating_wire(found, self.ratings.rule))

    async def mine(self, request: Request) -> Response:
        """Return how far one sees."""
        found = await self.ratings.band(request.caller.account_id)
        return json_response(wire.band_wire(found, self.ratings.rule))

    async def ward(self, request: Request) -> Response:
        """Return how far a ward sees."""
        found = await self.ratings.band_of(request.caller, request.path["user_id"])
        return json_response(wire.band_wire(found, self.ratings.rule))

    async def set_ward(self, request: Request) -> Response:
        """Set how far a ward sees."""
        body = await request.struct(wire.CeilingBody)
        await self.proofs.prove(request.caller, body.password, body.kind, body.code)
        user_id = request.path["user_id"]
        await self.ratings.set_ceiling(request.caller, user_id, body.years)
        return empty()


@dataclass(frozen=True)
class _Desk:
    ratings: Ratings

    async def look(self, request: Request) -> Response:
        """Return what was said of a thing."""
        return await self._told(*_about(request))

    async def decide(self, request: Request) -> Response:
        """Label a thing."""
        body = await request.struct(wire.RatingDecideBody)
        kind, target = _about(request)
        actor = request.operator.operator_id
        said = (body.rating(), body.reason, body.case_id)
        await self.ratings.decide(actor, kind, target, *said)
        return await self._told(kind, target)

    async def lift(self, request: Request) -> Response:
        """Take operators' word back."""
        body = await request.struct(wire.RatingLiftBody)
        kind, target = _about(request)
        await self.ratings.lift(request.operator.operator_id, kind, target, body.reason)
        return await self._told(kind, target)

    async def _told(self, kind: Rated, target: str) -> Response:
        words = await self.ratings.words(kind, target)
        rating = effective([one.rating for one in words], self.ratings.rule)
        return json_response(wire.rating_wire(Labelled(rating, words, None), self.ratings.rule))


def _about(request: Request) -> tuple[Rated, str]:
    return kind_named(request.path["kind"]), request.path["target"]


def routes(ratings: Ratings, rooms: Rooms, proofs: Proofs) -> list[Route]:
    """Return the routes of this domain."""
    own, desk = _Own(ratings, rooms, proofs), _Desk(ratings)
    return [
        Route(
            "GET", ROOM, own.room, answer=wire.RatingWire,
            summary="From which age on a chat that one is in is meant to be seen, and who said so",
        ),
        Route(
            "GET", OFFICIAL, own.official, answer=wire.RatingWire,
            summary="The label of one's own official account",
        ),
        Route(
            "PUT", OFFICIAL, own.say, limit=SETTING, body=wire.RatingBody, answer=wire.RatingWire,
            summary="Label one's own official account",
        ),
        Route(
            "GET", MINE, own.mine, answer=wire.ContentBandWire,
            summary="Up to which label one sees things at one's age, and what a guardian set",
        ),
        Route("GET", WARD, own.ward, answer=wire.ContentBandWire, summary="The same of a ward"),
        Route(
            "PUT", WARD, own.set_ward, limit=SETTING, body=wire.CeilingBody,
            summary="Set up to which label a ward sees things: lower than their age allows",
        ),
        Route(
            "GET", DESK, desk.look, auth=Auth.OPERATOR, allow=READERS, answer=wire.RatingWire,
            summary="What was said of the age from which on something is meant to be seen",
        ),
        Route(
            "PUT", DESK, desk.decide, auth=Auth.OPERATOR, allow=DECIDERS,
            body=wire.RatingDecideBody, answer=wire.RatingWire,
            summary="Label something more strictly than its author did, with a reason",
        ),
        Route(
            "POST", f"{DESK}/lift", desk.lift, auth=Auth.OPERATOR, allow=DECIDERS,
            body=wire.RatingLiftBody, answer=wire.RatingWire,
            summary="Take back what operators said of it",
        ),
    ]  # fmt: skip
