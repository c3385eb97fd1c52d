"""Asking to open a minor's record, for operators; and that it was, for the minor and guardians."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.infra.vault.field import PersonalField
from teahouse.unsealings import wire
from teahouse.unsealings.model import UnsealingWanted, act_named
from teahouse.unsealings.service import Unsealings, Whole

DESK = "/api/v1/operator/unsealings"
MINE = "/api/v1/minors/me/unsealings"
WARD = "/api/v1/guardian/wards/{user_id}/unsealings"
READERS = ("owner", "registrar", "moderator", "auditor")
SEEING = Limit("unsealings.seen", per_minute=30, burst=30, by="account")


@dataclass(frozen=True)
class _Desk:
    unsealings: Unsealings
    names: Mapping[str, wire.UnsealedFieldWire]

    async def listed(self, request: Request) -> Response:
        """Return those of an account, or the newest."""
        account_id = request.query_one("account_id") or ""
        found = await self.unsealings.listed(account_id)
        rule = self.unsealings.rule
        age = (
            (await self.unsealings.minors.knowing.age(account_id)).at_least if account_id else None
        )
        told = [self._wire(request, one) for one in found]
        guarded = rule.hours_of(age) is not None
        return json_response(wire.UnsealingsWire(told, wire.rule_wire(rule), guarded))

    async def ask(self, request: Request) -> Response:
        """Ask for one."""
        wanted = await request.struct(UnsealingWanted)
        made = await self.unsealings.ask(request.operator.operator_id, wanted)
        return json_response(self._wire(request, made), 201)

    async def act(self, request: Request) -> Response:
        """Take a step."""
        body = await request.struct(wire.UnsealingActBody)
        act, which = act_named(request.path["act"]), request.path["unsealing_id"]
        after = await self.unsealings.act(request.operator.operator_id, which, act, body.words)
        return json_response(self._wire(request, after))

    def _wire(self, request: Request, whole: Whole) -> wire.UnsealingWire:
        now, reader = self.unsealings.clock.now(), request.operator.operator_id
        return wire.unsealing_wire(whole, reader, now, self.names)


@dataclass(frozen=True)
class _Told:
    unsealings: Unsealings
    names: Mapping[str, wire.UnsealedFieldWire]

    async def mine(self, request: Request) -> Response:
        """Return looks at one's own record."""
        return self._answer(await self.unsealings.of_own(request.caller))

    async def ward(self, request: Request) -> Response:
        """Return looks at a ward's record."""
        who = request.path["user_id"]
        return self._answer(await self.unsealings.of_ward(request.caller, who))

    def _answer(self, found: list[Whole]) -> Response:
        told = [wire.opened_wire(one, self.names) for one in found]
        return json_response(wire.RecordsOpenedWire(told))


def routes(unsealings: Unsealings, fields: Iterable[PersonalField]) -> list[Route]:
    """Return the routes of this domain. ``fields``: every personal one."""
    named = ((one.name, one.purpose.name) for one in fields)
    names = {name: wire.UnsealedFieldWire(words.zh, words.en) for name, words in named}
    desk, told = _Desk(unsealings, names), _Told(unsealings, names)
    return [
        Route(
            "GET", MINE, told.mine, limit=SEEING, answer=wire.RecordsOpenedWire,
            summary="When who runs the house could look at one's record, and at what they did",
        ),
        Route(
            "GET", WARD, told.ward, limit=SEEING, answer=wire.RecordsOpenedWire,
            summary="When who runs the house could look at a ward's record, and at what they did",
        ),
        Route(
            "GET", DESK, desk.listed, auth=Auth.OPERATOR, allow=READERS, answer=wire.UnsealingsWire,
            summary="Who may look at which minors' records, asked or asks; `account_id` for one's",
        ),
        Route(
            "POST", DESK, desk.ask, auth=Auth.OPERATOR, allow=READERS, body=UnsealingWanted,
            answer=wire.UnsealingWire, status=201,
            summary="Ask to look at a minor's record; somebody else approves, but in danger to life",
        ),
        Route(
            "POST", f"{DESK}/{{unsealing_id}}/{{act}}", desk.act, auth=Auth.OPERATOR, allow=READERS,
            body=wire.UnsealingActBody, answer=wire.UnsealingWire,
            summary="Approve, refuse, withdraw, confirm, object, end or tell",
        ),
    ]  # fmt: skip
