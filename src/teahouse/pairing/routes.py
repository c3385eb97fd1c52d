"""Routes of pairing: the new device's, and the signed-in one's."""

from dataclasses import dataclass

from teahouse.errors import BadJson
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.pairing import wire
from teahouse.pairing.model import PairingEntered, PairingShown, PairingTold
from teahouse.pairing.service import Pairing

NEW = "/api/v1/pairings"
MINE = "/api/v1/account/pairings"
ASKS = Limit("pairing.ask", per_minute=6, burst=6, by="address")
ENTRIES = Limit("pairing.enter", per_minute=6, burst=6, by="address")
TAKES = Limit("pairing.take", per_minute=120, burst=60, by="address")
LOOKS = Limit("pairing.look", per_minute=6, burst=10)
OFFERS = Limit("pairing.offer", per_minute=6, burst=6)
TOKENS = Limit("pairing.token", per_minute=3, burst=6)


@dataclass(frozen=True)
class _New:
    pairing: Pairing

    async def ask(self, request: Request) -> Response:
        """Have a code to show."""
        body = await request.struct(wire.PairingAskIn)
        return json_response(await self.pairing.ask(body.device_name, request.address), 201)

    async def enter(self, request: Request) -> Response:
        """Come with a code."""
        body = await request.struct(wire.PairingEnterIn)
        entered = await self.pairing.enter(body.code, body.device_name, request.address)
        return json_response(entered)

    async def take(self, request: Request) -> Response:
        """Ask how far it is, and take the session."""
        secret = (await request.struct(wire.PairingTakeIn)).secret
        state, opened = await self.pairing.take(secret, request.address)
        session = None
        if opened is not None:
            account, fresh = opened
            session = wire.PairingSessionOut(account.user_id, fresh.access_token, fresh.device_id)
        return json_response(wire.PairingTakeOut(state.value, session))


@dataclass(frozen=True)
class _Mine:
    pairing: Pairing

    async def offer(self, request: Request) -> Response:
        """Have a code to show."""
        await request.ignored_body()
        return json_response(await self.pairing.offer(request.caller), 201)

    async def token(self, request: Request) -> Response:
        """Have a token for another Matrix client, after showing again who one is."""
        auth = (await request.json_object()).get("auth")
        if auth is not None and not isinstance(auth, dict):
            raise BadJson("auth must be an object.")
        challenge = await self.pairing.confirming.confirm(request.caller, "login_token", auth)
        if challenge is not None:
            return json_response(wire.challenge_out(challenge), 401)
        token, ms = await self.pairing.lend(request.caller)
        return json_response({"login_token": token, "expires_in_ms": ms})

    async def look(self, request: Request) -> Response:
        """See which device shows a code."""
        code = (await request.struct(wire.PairingLookIn)).code
        return json_response(await self.pairing.look(request.caller, code))

    async def watch(self, request: Request) -> Response:
        """See how far it is."""
        told = await self.pairing.watch(request.caller, request.path["pairing_id"])
        return json_response(told)

    async def approve(self, request: Request) -> Response:
        """Let the new device in."""
        number = (await request.struct(wire.PairingApproveIn)).number
        await self.pairing.approve(request.caller, request.path["pairing_id"], number)
        return empty()

    async def refuse(self, request: Request) -> Response:
        """Keep it out."""
        await request.ignored_body()
        await self.pairing.refuse(request.caller, request.path["pairing_id"])
        return empty()


def routes(pairing: Pairing) -> list[Route]:
    """Return the routes of this domain."""
    return [*_new_routes(_New(pairing)), *_own_routes(_Mine(pairing))]


def _new_routes(new: _New) -> list[Route]:
    """Return what a device asks that is not signed in."""
    return [
        Route(
            "POST",
            NEW,
            new.ask,
            auth=Auth.NONE,
            limit=ASKS,
            status=201,
            summary="Have a code to show on a new device",
            body=wire.PairingAskIn,
            answer=PairingShown,
        ),
        Route(
            "POST",
            f"{NEW}/enter",
            new.enter,
            auth=Auth.NONE,
            limit=ENTRIES,
            summary="Come with a code that a signed-in device shows",
            body=wire.PairingEnterIn,
            answer=PairingEntered,
        ),
        Route(
            "POST",
            f"{NEW}/take",
            new.take,
            auth=Auth.NONE,
            limit=TAKES,
            summary="How far the pairing of a new device is, and its session",
            body=wire.PairingTakeIn,
            answer=wire.PairingTakeOut,
        ),
    ]


def _own_routes(mine: _Mine) -> list[Route]:
    """Return what a signed-in device asks."""
    one = f"{MINE}/{{pairing_id}}"
    return [
        Route(
            "POST",
            MINE,
            mine.offer,
            limit=OFFERS,
            status=201,
            summary="Have a code to show to a new device",
            answer=PairingShown,
        ),
        Route("POST", "/_matrix/client/v1/login/get_token", mine.token, limit=TOKENS),
        Route(
            "POST",
            f"{MINE}/look",
            mine.look,
            limit=LOOKS,
            summary="Which device shows a code",
            body=wire.PairingLookIn,
            answer=PairingTold,
        ),
        Route("GET", one, mine.watch, summary="How far a pairing is", answer=PairingTold),
        Route(
            "POST",
            f"{one}/approve",
            mine.approve,
            summary="Let a new device in",
            body=wire.PairingApproveIn,
        ),
        Route("POST", f"{one}/refuse", mine.refuse, summary="Keep a new device out"),
    ]
