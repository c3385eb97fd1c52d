"""Those who ask in these tests: a person in a room, another who is not, and an operator."""

from dataclasses import dataclass, field
from typing import Any

import pyotp

from teahouse.app import build_routes, build_server
from teahouse.infra.http.router import Auth, Route
from teahouse.operators.model import Factor
from tests.contract.asking import Answer, Headers, ask, bearer
from tests.contract.conformance import Conforming
from tests.contract.digest import Digest
from tests.living import Living, Person, q

NO_ULID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
PASSWORD = "twelve letters"
TOOLS = "/_synapse/admin/"  # what they look at is written down, and nothing else is
# These end the session that asks, or change who is asking.
ENDING = ("/logout", "/deactivate", "/password", "/delete_devices", "/devices/", "/sessions")


@dataclass
class Cast:
    """Who asks, and what there is to be asked for."""

    living: Living
    app: Any
    digest: Digest
    person: Person
    other: Person
    operator_token: str
    auditor_token: str
    values: dict[str, str] = field(default_factory=dict[str, str])

    @classmethod
    async def gather(cls, living: Living, digest: Digest) -> "Cast":
        """Fill a house."""
        app = Conforming(build_server(living.house))
        other = await living.person()
        auditor = await operator(living, "auditor")
        cast = cls(living, app, digest, other, other, await operator(living), auditor)
        await cast.renew()
        await digest.changed()
        return cast

    @property
    def routes(self) -> list[Route]:
        """Every route of the house."""
        return build_routes(self.living.house)

    async def renew(self) -> None:
        """Bring somebody new, with a room and something said in it."""
        self.person = person = await self.living.person()
        room_id = await person.room(self.other)
        self.values = {
            "user_id": person.user_id,
            "room_id": room_id,
            "event_id": await person.say(room_id, "here I am"),
            "event_type": "m.room.message",
            "txn_id": "txn",
            "state_key": "a",
            "device_id": person.device_id,
            "name": "displayname",
            "type": "m.test",
            "tag": "m.favourite",
            "filter_id": "1",
            "auth_type": "m.login.terms",
            "server_name": "s",
            "media_id": "none",
            "file_name": "a.png",
            "alias": "#a:s",
            "receipt_type": "m.read",
            "scope": "global",
            "kind": "override",
            "rule_id": ".m.rule.master",
            "attribute": "enabled",
        }

    def path(self, route: Route, **other: str) -> bytes:
        """The route's path with things that exist in it, or what is given instead, raw."""
        parts = [self._part(part, other) for part in route.path.split("/")]
        return "/".join(parts).encode("latin-1")

    def _part(self, part: str, other: dict[str, str]) -> str:
        if not part.startswith("{"):
            return part
        name = part[1:-1]
        return other.get(name) or q(self.values.get(name, NO_ULID))

    def credentials(self, route: Route) -> Headers:
        """The header of whoever may ask this."""
        if route.auth is Auth.OPERATOR:
            owns = not route.allow or "owner" in route.allow
            return (bearer(self.operator_token if owns else self.auditor_token),)
        return () if route.auth is Auth.NONE else (bearer(self.person.token),)

    async def call(
        self,
        route: Route,
        path: bytes | None = None,
        query: bytes = b"",
        headers: Headers | None = None,
        body: bytes = b"",
        more: Headers = (),
    ) -> Answer:
        """Make one request; whoever it signed out is replaced."""
        headers = self.credentials(route) if headers is None else headers
        path = self.path(route) if path is None else path
        answer = await ask(self.app, route.method, path, query, (*headers, *more), body)
        if answer.status < 300 and route.method != "GET" and any(e in route.path for e in ENDING):
            if route.auth is Auth.OPERATOR:
                self.operator_token = await operator(self.living)
            else:
                await self.renew()
        looks = "/operator/" in route.path  # an operator's look is written down
        if answer.status < 300 and (looks or route.method != "GET"):
            await self.digest.changed()
        elif answer.status < 300 and route.path.startswith(TOOLS):
            await self.digest.looked()
        return answer


async def operator(living: Living, role: str = "owner") -> str:
    """Set up one more operator and return the token of their session."""
    operators = living.house.people.operators
    if role == "owner":
        link = await operators.setup_link(again=True)
    else:
        someone = await operators.authenticate(await operator(living))
        link = await operators.invite(someone, role)
    assert link is not None
    token = link.url.partition("#")[2]
    begun = await operators.begin_setup(
        token, f"ada{living.house.ground.ids.readable(6)}", PASSWORD
    )
    code = pyotp.TOTP(begun.secret).at(living.house.ground.clock.now())
    return (await operators.finish_setup(token, Factor(code))).token
