"""The operators' own routes: setting up, signing in, and who there is."""

from dataclasses import dataclass

from teahouse.infra.http.limits import Limit, Limiter, address_prefix
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.operators import wire
from teahouse.operators.model import (
    AuthenticatorBegun,
    Factor,
    Factors,
    OperatorPasskey,
    SetupBegun,
    SetupLink,
)
from teahouse.operators.service import Operators

PLACE = "/api/v1/operator"
EVERYONE = ("owner", "registrar", "moderator", "auditor")
OWNER = ("owner",)
SIGN_INS = Limit("operators.sign_in", per_minute=10, burst=10, by="address")
CHALLENGES = Limit("operators.challenge", per_minute=30, burst=20, by="address")
PROOFS = Limit("operators.proof", per_minute=6, burst=10, by="address")
SIGN_INS_OF_NAME = Limit("operators.sign_in.name", per_minute=3, burst=5)


@dataclass(frozen=True)
class _Console:
    operators: Operators
    limiter: Limiter

    async def begin(self, request: Request) -> Response:
        """Begin to set up an operator."""
        body = await request.struct(wire.BeginIn)
        return json_response(await self.operators.begin_setup(body.token, body.name, body.password))

    async def finish(self, request: Request) -> Response:
        """Finish it, and be signed in."""
        body = await request.struct(wire.FinishIn)
        factor = Factor(body.code, body.credential)
        opened = await self.operators.finish_setup(body.token, factor, body.label)
        return json_response(wire.console_out(opened), 201)

    async def sign_in(self, request: Request) -> Response:
        """Sign in."""
        body = await request.struct(wire.SignInIn)
        who = f"{body.name.strip().lower()} {address_prefix(request.address)}"
        self.limiter.take(SIGN_INS_OF_NAME, who)
        factor = Factor(body.code, body.credential, body.recovery_code)
        opened = await self.operators.sign_in(body.name, body.password, factor)
        return json_response(wire.console_out(opened), 201)

    async def challenge(self, request: Request) -> Response:
        """Tell what to ask the browser for."""
        await request.ignored_body()
        return json_response(wire.OperatorOptionsOut(self.operators.factors.begin_sign_in()))

    async def sign_out(self, request: Request) -> Response:
        """Sign out."""
        await self.operators.sign_out(request.operator)
        return empty()

    async def me(self, request: Request) -> Response:
        """Tell who is signed in."""
        operator = request.operator
        return json_response(wire.MeOut(operator.operator_id, operator.name, operator.role))

    async def listed(self, _request: Request) -> Response:
        """List all operators."""
        found = await self.operators.operators()
        return json_response(wire.OperatorsOut([wire.operator_out(one) for one in found]))

    async def invite(self, request: Request) -> Response:
        """Make a link for one more operator."""
        role = (await request.struct(wire.InviteIn)).role
        return json_response(await self.operators.invite(request.operator, role), 201)

    async def disable(self, request: Request) -> Response:
        """Disable an operator."""
        await request.ignored_body()
        await self.operators.disable(request.operator, request.path["operator_id"])
        return empty()


@dataclass(frozen=True)
class _Factors:
    operators: Operators

    async def told(self, request: Request) -> Response:
        """Tell by what the operator may come in."""
        return json_response(await self.operators.factors.told(request.operator))

    async def begin(self, request: Request) -> Response:
        """Begin to add a passkey."""
        await self._prove(request)
        options = await self.operators.factors.begin_add(request.operator)
        return json_response(wire.OperatorOptionsOut(options))

    async def add(self, request: Request) -> Response:
        """Add a passkey."""
        body = await request.struct(wire.OperatorPasskeyIn)
        factors = self.operators.factors
        added = await factors.finish_add(request.operator, body.credential, body.label)
        return json_response(added, 201)

    async def rename(self, request: Request) -> Response:
        """Give a passkey another name."""
        label = (await request.struct(wire.OperatorPasskeyNameIn)).label
        passkey_id = request.path["passkey_id"]
        await self.operators.factors.rename(request.operator, passkey_id, label)
        return empty()

    async def begin_authenticator(self, request: Request) -> Response:
        """Begin to add an authenticator."""
        await self._prove(request)
        return json_response(await self.operators.authenticators.begin(request.operator))

    async def add_authenticator(self, request: Request) -> Response:
        """Add it, in the place of the one before."""
        code = (await request.struct(wire.AuthenticatorIn)).code
        await self.operators.authenticators.finish(request.operator, code)
        return empty()

    async def remove_authenticator(self, request: Request) -> Response:
        """Remove it."""
        await self._prove(request)
        await self.operators.authenticators.remove(request.operator)
        return empty()

    async def news(self, request: Request) -> Response:
        """Tell what the operator's other sessions did."""
        return json_response(
            wire.NewsOut(await self.operators.authenticators.news(request.operator))
        )

    async def seen(self, request: Request) -> Response:
        """Note that it was read."""
        await request.ignored_body()
        await self.operators.authenticators.seen(request.operator)
        return empty()

    async def remove(self, request: Request) -> Response:
        """Remove a passkey."""
        await self._prove(request)
        await self.operators.factors.remove(request.operator, request.path["passkey_id"])
        return empty()

    async def recovery_codes(self, request: Request) -> Response:
        """Make new recovery codes."""
        await self._prove(request)
        codes = await self.operators.new_recovery_codes(request.operator)
        return json_response(wire.RecoveryCodesOut(list(codes)), 201)

    async def rules(self, request: Request) -> Response:
        """Ask every operator for a passkey, or no longer."""
        required = (await request.struct(wire.OperatorRulesIn)).passkeys_required
        await self.operators.factors.require_passkeys(request.operator, required)
        return empty()

    async def _prove(self, request: Request) -> None:
        password = (await request.struct(wire.OperatorPasswordIn)).password
        await self.operators.check_password(request.operator, password)


def routes(operators: Operators, limiter: Limiter) -> list[Route]:
    """Return the routes of this domain."""
    console, factors = _Console(operators, limiter), _Factors(operators)
    own = [*_own_factors(factors), *_authenticator(factors), *_codes_and_rules(factors)]
    return [*_ways_in(console), *_desk(console), *own]


def _ways_in(console: _Console) -> list[Route]:
    """Return what may be asked before one is signed in."""
    return [
        Route(
            "POST",
            f"{PLACE}/setup/begin",
            console.begin,
            auth=Auth.NONE,
            limit=SIGN_INS,
            summary="Begin to set up an operator",
            body=wire.BeginIn,
            answer=SetupBegun,
        ),
        Route(
            "POST",
            f"{PLACE}/setup/finish",
            console.finish,
            auth=Auth.NONE,
            limit=SIGN_INS,
            status=201,
            summary="Show the second factor, and become an operator",
            body=wire.FinishIn,
            answer=wire.ConsoleOut,
        ),
        Route(
            "POST",
            f"{PLACE}/sessions",
            console.sign_in,
            auth=Auth.NONE,
            limit=SIGN_INS,
            status=201,
            summary="Sign in to the console",
            body=wire.SignInIn,
            answer=wire.ConsoleOut,
        ),
        Route(
            "POST",
            f"{PLACE}/sessions/passkey",
            console.challenge,
            auth=Auth.NONE,
            limit=CHALLENGES,
            summary="Begin to show a passkey to the console",
            answer=wire.OperatorOptionsOut,
        ),
    ]


def _desk(console: _Console) -> list[Route]:
    """Return what may be asked from inside the console."""
    return [
        Route(
            "DELETE",
            f"{PLACE}/sessions",
            console.sign_out,
            auth=Auth.OPERATOR,
            allow=EVERYONE,
            summary="Sign out of the console",
        ),
        Route(
            "GET",
            f"{PLACE}/me",
            console.me,
            auth=Auth.OPERATOR,
            allow=EVERYONE,
            summary="Who is signed in",
            answer=wire.MeOut,
        ),
        Route(
            "GET",
            f"{PLACE}/operators",
            console.listed,
            auth=Auth.OPERATOR,
            allow=("owner", "auditor"),
            summary="All operators",
            answer=wire.OperatorsOut,
        ),
        Route(
            "POST",
            f"{PLACE}/operators",
            console.invite,
            auth=Auth.OPERATOR,
            allow=OWNER,
            status=201,
            summary="Make a set-up link for one more operator",
            body=wire.InviteIn,
            answer=SetupLink,
        ),
        Route(
            "POST",
            f"{PLACE}/operators/{{operator_id}}/disable",
            console.disable,
            auth=Auth.OPERATOR,
            allow=OWNER,
            summary="Disable an operator for good",
        ),
    ]


def _own_factors(factors: _Factors) -> list[Route]:
    """Return what operators ask about their own way in."""
    passkeys = f"{PLACE}/passkeys"
    return [
        Route(
            "GET",
            f"{PLACE}/factors",
            factors.told,
            auth=Auth.OPERATOR,
            allow=EVERYONE,
            summary="By what one may come in",
            answer=Factors,
        ),
        Route(
            "POST",
            f"{passkeys}/begin",
            factors.begin,
            auth=Auth.OPERATOR,
            allow=EVERYONE,
            limit=PROOFS,
            summary="Begin to add a passkey to one's own",
            body=wire.OperatorPasswordIn,
            answer=wire.OperatorOptionsOut,
        ),
        Route(
            "POST",
            passkeys,
            factors.add,
            auth=Auth.OPERATOR,
            allow=EVERYONE,
            status=201,
            summary="Add a passkey to one's own",
            body=wire.OperatorPasskeyIn,
            answer=OperatorPasskey,
        ),
        Route(
            "DELETE",
            f"{passkeys}/{{passkey_id}}",
            factors.remove,
            auth=Auth.OPERATOR,
            allow=EVERYONE,
            limit=PROOFS,
            summary="Remove one of one's own passkeys",
            body=wire.OperatorPasswordIn,
        ),
        Route(
            "PUT",
            f"{passkeys}/{{passkey_id}}",
            factors.rename,
            auth=Auth.OPERATOR,
            allow=EVERYONE,
            summary="Give one of one's own passkeys another name",
            body=wire.OperatorPasskeyNameIn,
        ),
    ]


def _authenticator(factors: _Factors) -> list[Route]:
    """Return what operators ask about their authenticator, and about their other sessions."""
    place = f"{PLACE}/authenticator"
    return [
        Route(
            "POST", f"{place}/begin", factors.begin_authenticator, auth=Auth.OPERATOR,
            allow=EVERYONE, limit=PROOFS, summary="Begin to add an authenticator, or another one",
            body=wire.OperatorPasswordIn, answer=AuthenticatorBegun,
        ),
        Route(
            "POST", place, factors.add_authenticator, auth=Auth.OPERATOR, allow=EVERYONE,
            limit=PROOFS, summary="Add it by its first code; the one before ends",
            body=wire.AuthenticatorIn,
        ),
        Route(
            "DELETE", place, factors.remove_authenticator, auth=Auth.OPERATOR, allow=EVERYONE,
            limit=PROOFS, summary="Remove one's authenticator", body=wire.OperatorPasswordIn,
        ),
        Route(
            "GET", f"{PLACE}/news", factors.news, auth=Auth.OPERATOR, allow=EVERYONE,
            summary="What one's other sessions did about the ways in", answer=wire.NewsOut,
        ),
        Route(
            "POST", f"{PLACE}/news/seen", factors.seen, auth=Auth.OPERATOR, allow=EVERYONE,
            summary="Note that it was read",
        ),
    ]  # fmt: skip


def _codes_and_rules(factors: _Factors) -> list[Route]:
    """Return what is asked about recovery codes, and what owners ask of all."""
    return [
        Route(
            "POST",
            f"{PLACE}/recovery-codes",
            factors.recovery_codes,
            auth=Auth.OPERATOR,
            allow=EVERYONE,
            limit=PROOFS,
            status=201,
            summary="Make new recovery codes",
            body=wire.OperatorPasswordIn,
            answer=wire.RecoveryCodesOut,
        ),
        Route(
            "PUT",
            f"{PLACE}/rules",
            factors.rules,
            auth=Auth.OPERATOR,
            allow=OWNER,
            summary="Ask every operator for a passkey, or no longer",
            body=wire.OperatorRulesIn,
        ),
    ]
