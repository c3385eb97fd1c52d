"""Our own API for minors, those who answer for them, and operators who settle ages."""

from dataclasses import dataclass

from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.minors import wire
from teahouse.minors.model.profile import capability_named
from teahouse.minors.service import Minors
from teahouse.minors.service.families import Ward
from teahouse.proofs.service import Proofs

MINE = "/api/v1/minors/me"
WARDS = "/api/v1/guardian/wards"
WARD = f"{WARDS}/{{user_id}}"
DESK = "/api/v1/operator/minors"
ASKING = Limit("minors.ask", per_minute=5, burst=5, by="account")
ANSWERING = Limit("minors.answer", per_minute=10, burst=10, by="account")
READERS = ("owner", "registrar", "moderator", "auditor")
DECIDERS = ("owner", "moderator")


@dataclass(frozen=True)
class _Own:
    minors: Minors

    async def mine(self, request: Request) -> Response:
        """Return what is known of one's own age."""
        minors, account_id = self.minors, request.caller.account_id
        known, age = await minors.knowing.known(account_id), await minors.knowing.age(account_id)
        may = wire.may_wire(await minors.knowing.verdicts(account_id), known.words)
        links = await minors.families.of_child(account_id)
        appeal = await minors.deciding.appeal_of(account_id)
        answer = wire.MineWire(
            wire.age_wire(age),
            may,
            [wire.link_wire(user_id, link) for user_id, link in links],
            wire.contact_wires(await minors.strangers.contacts(account_id)),
            wire.limits_wire(await minors.held(account_id), minors.knowing.profile),
            None if appeal is None else appeal.made_at,
        )
        return json_response(answer)

    async def appeal(self, request: Request) -> Response:
        """Ask to have one's age looked at again."""
        body = await request.struct(wire.AgeAppealBody)
        await self.minors.deciding.appeal(request.caller, body.words)
        return empty()

    async def ask(self, request: Request) -> Response:
        """Ask somebody to be one's guardian."""
        body = await request.struct(wire.GuardianAskBody)
        await self.minors.families.ask(request.caller, body.user_id)
        return empty()

    async def contact(self, request: Request) -> Response:
        """Ask to write with somebody."""
        body = await request.struct(wire.WardContactBody)
        await self.minors.strangers.ask(request.caller, body.user_id)
        return empty()


@dataclass(frozen=True)
class _Guardian:
    minors: Minors
    proofs: Proofs

    async def wards(self, request: Request) -> Response:
        """Return for whom one answers."""
        found = await self.minors.families.wards(request.caller)
        return json_response(wire.WardsWire([await self._ward(ward) for ward in found]))

    async def _ward(self, ward: Ward) -> wire.WardWire:
        if ward.link.agreed_at is None:
            return wire.ward_wire(ward, [], None)
        minors, child_id = self.minors, ward.link.child_id
        limits = wire.limits_wire(await minors.held(child_id), minors.knowing.profile)
        return wire.ward_wire(ward, await minors.strangers.contacts(child_id), limits)

    async def limits(self, request: Request) -> Response:
        """Set a ward's night and caps."""
        body = await request.struct(wire.LimitsBody)
        limits = body.limits()
        await self.proofs.prove(request.caller, body.password, body.kind, body.code)
        await self.minors.hours.set_limits(request.caller, request.path["user_id"], limits)
        return empty()

    async def answer(self, request: Request) -> Response:
        """Say whether a ward may write with somebody."""
        body = await request.struct(wire.WardAnswerBody)
        await self.proofs.prove(request.caller, body.password, body.kind, body.code)
        ward, (user_id, agreed) = request.path["user_id"], (body.user_id, body.agreed)
        await self.minors.strangers.answer(request.caller, ward, user_id, agreed)
        return empty()

    async def agree(self, request: Request) -> Response:
        """Agree to answer for a minor."""
        body = await request.struct(wire.WardAgreeBody)
        await self.proofs.prove(request.caller, body.password, body.kind, body.code)
        user_id = request.path["user_id"]
        await self.minors.families.agree(request.caller, user_id, body.birth_month)
        return empty()

    async def end(self, request: Request) -> Response:
        """Stop answering for a minor."""
        body = await request.struct(wire.WardEndBody)
        await self.proofs.prove(request.caller, body.password, body.kind, body.code)
        await self.minors.families.end(request.caller, request.path["user_id"])
        return empty()

    async def say(self, request: Request) -> Response:
        """Say what a ward may."""
        body = await request.struct(wire.SayBody)
        capability = capability_named(body.capability)
        await self.proofs.prove(request.caller, body.password, body.kind, body.code)
        user_id = request.path["user_id"]
        await self.minors.families.say(request.caller, user_id, capability, body.allowed)
        return empty()


@dataclass(frozen=True)
class _Desk:
    minors: Minors

    async def rules(self, _request: Request) -> Response:
        """Return the profile."""
        return json_response(wire.profile_wire(self.minors.knowing.profile))

    async def appeals(self, _request: Request) -> Response:
        """Return appeals that wait."""
        return json_response(wire.AgeAppealsWire(await self.minors.deciding.appeals()))

    async def look(self, request: Request) -> Response:
        """Return how old somebody counts as; that it was looked at is audited."""
        account_id = request.path["account_id"]
        await self.minors.deciding.desk.look(request.operator.operator_id, account_id)
        return await self._told(account_id)

    async def settle(self, request: Request) -> Response:
        """Decide how old somebody counts as."""
        body = await request.struct(wire.SettleBody)
        actor, account_id = request.operator.operator_id, request.path["account_id"]
        decided = (body.born_on, body.at_least, body.reason)
        await self.minors.deciding.settle(actor, account_id, *decided)
        return await self._told(account_id)

    async def _told(self, account_id: str) -> Response:
        knowing = self.minors.knowing
        known, age = await knowing.known(account_id), await knowing.age(account_id)
        may = wire.may_wire(await knowing.verdicts(account_id), known.words)
        appeal = await self.minors.deciding.appeal_of(account_id)
        return json_response(wire.AccountAgeWire(wire.age_wire(age), may, appeal))


def routes(minors: Minors, proofs: Proofs) -> list[Route]:
    """Return the routes of this domain."""
    own, guardian = _Own(minors), _Guardian(minors, proofs)
    return [
        Route(
            "GET", MINE, own.mine, answer=wire.MineWire,
            summary="How old one counts as here, what that lets one do, and who answers for one",
        ),
        Route(
            "POST", f"{MINE}/appeal", own.appeal, limit=ASKING, body=wire.AgeAppealBody,
            summary="Ask operators to look at one's age again",
        ),
        Route(
            "POST", f"{MINE}/guardians", own.ask, limit=ASKING, body=wire.GuardianAskBody,
            summary="Ask somebody to be one's guardian",
        ),
        Route(
            "POST", f"{MINE}/contacts", own.contact, limit=ASKING, body=wire.WardContactBody,
            summary="Ask one's guardians to agree that one writes with somebody",
        ),
        Route(
            "POST", f"{WARD}/contacts", guardian.answer, limit=ANSWERING, body=wire.WardAnswerBody,
            summary="Say whether a ward may write with somebody",
        ),
        Route(
            "PUT", f"{WARD}/limits", guardian.limits, limit=ANSWERING, body=wire.LimitsBody,
            summary="Set in which hours a ward does not write, and what they may spend",
        ),
        Route(
            "GET", WARDS, guardian.wards, answer=wire.WardsWire,
            summary="The minors for whom one answers, or is asked to",
        ),
        Route(
            "POST", f"{WARD}/agree", guardian.agree, limit=ANSWERING, body=wire.WardAgreeBody,
            summary="Agree to be a minor's guardian, and tell their month of birth",
        ),
        Route(
            "POST", f"{WARD}/end", guardian.end, limit=ANSWERING, body=wire.WardEndBody,
            summary="Stop answering for a minor, or decline to",
        ),
        Route(
            "POST", f"{WARD}/say", guardian.say, limit=ANSWERING, body=wire.SayBody,
            summary="Say that a ward may or may not do something",
        ),
        *_desk_routes(_Desk(minors)),
    ]  # fmt: skip


def _desk_routes(desk: _Desk) -> list[Route]:
    one = f"{DESK}/accounts/{{account_id}}"
    return [
        Route(
            "GET", f"{DESK}/rules", desk.rules, auth=Auth.OPERATOR, allow=READERS,
            answer=wire.ProfileWire, summary="What each age may do here, and by which articles",
        ),
        Route(
            "GET", f"{DESK}/appeals", desk.appeals, auth=Auth.OPERATOR, allow=READERS,
            answer=wire.AgeAppealsWire, summary="Who says that the age they count as is wrong",
        ),
        Route(
            "GET", one, desk.look, auth=Auth.OPERATOR, allow=READERS, answer=wire.AccountAgeWire,
            summary="How old an account's person counts as",
        ),
        Route(
            "PUT", f"{one}/age", desk.settle, auth=Auth.OPERATOR, allow=DECIDERS,
            body=wire.SettleBody, answer=wire.AccountAgeWire,
            summary="Decide how old somebody counts as; it answers their appeal",
        ),
    ]  # fmt: skip
