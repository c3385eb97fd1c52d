"""Routes of passkeys: signing in, and looking after one's own."""

from dataclasses import dataclass

from teahouse.accounts.model import Device
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.place import place_of
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.passkeys import wire
from teahouse.passkeys.model import Keyring, Passkey, Proof
from teahouse.passkeys.service import Passkeys

MINE = "/api/v1/account/passkeys"
SIGN_IN = "/api/v1/sessions/passkey"
CHALLENGES = Limit("passkeys.challenge", per_minute=60, burst=40, by="address")
SIGN_INS = Limit("passkeys.sign_in", per_minute=30, burst=20, by="address")
PROOFS = Limit("passkeys.proof", per_minute=6, burst=10)


@dataclass(frozen=True)
class _Entrance:
    passkeys: Passkeys

    async def begin(self, request: Request) -> Response:
        """Tell what to ask the browser for."""
        await request.ignored_body()
        return json_response(wire.PasskeyOptionsOut(self.passkeys.begin_sign_in()))

    async def enter(self, request: Request) -> Response:
        """Sign in."""
        body = await request.struct(wire.PasskeySignInIn)
        device = Device(body.device_id, body.device_name, address=request.address)
        account, opened = await self.passkeys.sign_in(body.credential, device)
        answer = wire.PasskeySessionOut(account.user_id, opened.access_token, opened.device_id)
        return json_response(answer)


@dataclass(frozen=True)
class _Mine:
    passkeys: Passkeys

    async def listed(self, request: Request) -> Response:
        """List the caller's passkeys."""
        return json_response(await self.passkeys.keyring(request.caller.account_id))

    async def begin(self, request: Request) -> Response:
        """Tell what to ask the browser for."""
        body = await request.struct(wire.PasskeyBeginIn)
        proof = Proof(body.password, body.kind, body.code)
        return json_response(
            wire.PasskeyOptionsOut(await self.passkeys.begin(request.caller, proof))
        )

    async def proof(self, request: Request) -> Response:
        """Tell what to ask the browser for, wherever a proof is wanted."""
        await request.ignored_body()
        return json_response(wire.PasskeyOptionsOut(self.passkeys.begin_proof(request.caller)))

    async def add(self, request: Request) -> Response:
        """Add one."""
        body = await request.struct(wire.PasskeyAddIn)
        added = await self.passkeys.add(
            request.caller, body.credential, body.label, place_of(request.address)
        )
        return json_response(added, 201)

    async def rename(self, request: Request) -> Response:
        """Give one another name."""
        label = (await request.struct(wire.PasskeyLabelIn)).label
        await self.passkeys.rename(request.caller, request.path["passkey_id"], label)
        return empty()

    async def remove(self, request: Request) -> Response:
        """Remove one."""
        body = await request.struct(wire.PasskeyRemoveIn)
        proof = Proof(body.password, body.kind, body.code)
        passkey_id = request.path["passkey_id"]
        await self.passkeys.remove(request.caller, passkey_id, proof, body.sure)
        return empty()


def routes(passkeys: Passkeys) -> list[Route]:
    """Return the routes of this domain."""
    return [*_entrance_routes(_Entrance(passkeys)), *_own_routes(_Mine(passkeys))]


def _entrance_routes(entrance: _Entrance) -> list[Route]:
    """Return what is asked before one is signed in."""
    return [
        Route(
            "POST",
            f"{SIGN_IN}/begin",
            entrance.begin,
            auth=Auth.NONE,
            limit=CHALLENGES,
            summary="Begin to sign in by passkey",
            answer=wire.PasskeyOptionsOut,
        ),
        Route(
            "POST",
            SIGN_IN,
            entrance.enter,
            auth=Auth.NONE,
            limit=SIGN_INS,
            summary="Sign in by passkey",
            body=wire.PasskeySignInIn,
            answer=wire.PasskeySessionOut,
        ),
    ]


def _own_routes(mine: _Mine) -> list[Route]:
    """Return what people ask about their own passkeys."""
    return [
        Route("GET", MINE, mine.listed, summary="One's own passkeys", answer=Keyring),
        Route(
            "POST",
            f"{MINE}/begin",
            mine.begin,
            limit=PROOFS,
            summary="Begin to add a passkey",
            body=wire.PasskeyBeginIn,
            answer=wire.PasskeyOptionsOut,
        ),
        Route(
            "POST",
            f"{MINE}/proof",
            mine.proof,
            limit=CHALLENGES,
            summary="Begin to show who you are by a passkey; its answer is `code` of kind `passkey`",
            answer=wire.PasskeyOptionsOut,
        ),
        Route(
            "POST",
            MINE,
            mine.add,
            status=201,
            summary="Add a passkey",
            body=wire.PasskeyAddIn,
            answer=Passkey,
        ),
        Route(
            "PUT",
            f"{MINE}/{{passkey_id}}",
            mine.rename,
            summary="Rename a passkey",
            body=wire.PasskeyLabelIn,
        ),
        Route(
            "DELETE",
            f"{MINE}/{{passkey_id}}",
            mine.remove,
            limit=PROOFS,
            summary="Remove a passkey",
            body=wire.PasskeyRemoveIn,
        ),
    ]
