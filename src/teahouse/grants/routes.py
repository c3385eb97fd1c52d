"""Routes of grants: what apps ask in OAuth's words, and what their owners ask in ours."""

from dataclasses import dataclass
from urllib.parse import quote

from teahouse.errors import Invalid, Missing, Refused
from teahouse.grants import wire
from teahouse.grants.model import AppsRefused, GrantTold, NotForClient, UnknownGrantType, plain_word
from teahouse.grants.model.clients import (
    CODE_GRANT,
    DEVICE_GRANT,
    METADATA_BYTES_MAX,
    REFRESH_GRANT,
    BadMetadata,
    BadRedirect,
    UnknownClient,
)
from teahouse.grants.service import Grants
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request, lang_of
from teahouse.infra.http.response import Header, Response, empty, html, json_response, redirect
from teahouse.infra.http.router import Auth, Route
from teahouse.notices.model.markup import PAGE_POLICY
from teahouse.proofs.model import Shown

PLACE, MINE = "/oauth2", "/api/v1/account/grants"
V1, UNSTABLE = "/_matrix/client/v1", "/_matrix/client/unstable/org.matrix.msc2965"
FORM_BYTES_MAX = 16 * 1024
LOOKS = Limit("grants.metadata", per_minute=60, burst=60, by="address")
REGISTERS = Limit("grants.register", per_minute=10, burst=20, by="address")
ASKS = Limit("grants.ask", per_minute=20, burst=30, by="address")
DEVICES = Limit("grants.device", per_minute=6, burst=10, by="address")
TOKENS = Limit("grants.token", per_minute=120, burst=120, by="address")
WORDS = Limit("grants.word", per_minute=6, burst=10)
PROOFS = Limit("grants.reset", per_minute=6, burst=10)
_PAGE: tuple[Header, ...] = (
    (b"content-security-policy", PAGE_POLICY.encode()),
    (b"cache-control", b"no-store"),
)
_PRAGMA: tuple[Header, ...] = ((b"pragma", b"no-cache"),)  # RFC 6749, 5.1, wants it still


@dataclass(frozen=True)
class _Apps:
    grants: Grants

    async def metadata(self, _request: Request) -> Response:
        """Tell apps where things are."""
        self.grants.clients.check_let_in()
        signs_up = await self.grants.may_sign_up()
        return json_response(wire.metadata(self.grants.accounts.config.base_url, signs_up))

    async def register(self, request: Request) -> Response:
        """Register an app."""
        try:
            said = await request.json_object(METADATA_BYTES_MAX)
        except Refused as refused:
            raise BadMetadata(refused.words) from refused
        client = await self.grants.clients.register(said)
        return json_response(wire.client_out(client), 201, _PRAGMA)

    async def authorize(self, request: Request) -> Response:
        """Have the owner asked, in our client; what cannot be sent back ends here."""
        try:
            to = await self.grants.requests.ask(wire.once(request.query))
        except (AppsRefused, UnknownClient, NotForClient, BadRedirect, Invalid) as refused:
            return html(wire.refused_page(refused.words, lang_of(request)), 400, _PAGE)
        answer = redirect(to)
        answer.headers += ((b"cache-control", b"no-store"),)
        return answer

    async def device(self, request: Request) -> Response:
        """Give a device its codes."""
        said = wire.form(await request.raw_body(FORM_BYTES_MAX))
        asked = self.grants.requests.ask_for_device
        shown = await asked(_one(said, "client_id"), said.get("scope", ""))
        return json_response(shown, headers=_PRAGMA)

    async def token(self, request: Request) -> Response:
        """Give tokens for a code, a device's code or a refresh token."""
        said = wire.form(await request.raw_body(FORM_BYTES_MAX))
        grant_type, client_id = _one(said, "grant_type"), _one(said, "client_id")
        given, address = self.grants.given, request.address
        if grant_type == CODE_GRANT:
            code, verifier = _one(said, "code"), _one(said, "code_verifier")
            uri = _one(said, "redirect_uri")
            tokens = await given.for_code(client_id, code, uri, verifier, address)
        elif grant_type == DEVICE_GRANT:
            tokens = await given.for_device(client_id, _one(said, "device_code"), address)
        elif grant_type == REFRESH_GRANT:
            tokens = await given.for_refresh(client_id, _one(said, "refresh_token"))
        else:
            raise UnknownGrantType
        return json_response(tokens, headers=_PRAGMA)

    async def revoke(self, request: Request) -> Response:
        """End the session of a token, whoever brings it."""
        said = wire.form(await request.raw_body(FORM_BYTES_MAX))
        await self.grants.given.revoke(_one(said, "token"))
        return empty()

    async def link(self, request: Request) -> Response:
        """Lead to where a device's code is typed."""
        code = plain_word(request.query_one("user_code") or "")
        return self._led(f"#/link/{quote(code)}" if code else "#/link")

    async def account(self, request: Request) -> Response:
        """Lead to where somebody looks after their account."""
        asked = request.query_one
        return self._led(wire.place_of(asked("action"), asked("device_id")))

    def _led(self, place: str) -> Response:
        return redirect(f"{self.grants.accounts.config.base_url}/{place}")


@dataclass(frozen=True)
class _Owners:
    grants: Grants

    async def look(self, request: Request) -> Response:
        """See what an app asks for."""
        word = (await request.struct(wire.GrantWordIn)).word
        return json_response(await self.grants.requests.look(request.caller, word))

    async def allow(self, request: Request) -> Response:
        """Let it in."""
        word = (await request.struct(wire.GrantWordIn)).word
        to = await self.grants.requests.allow(request.caller, word)
        return json_response(wire.GrantAnsweredOut(to))

    async def refuse(self, request: Request) -> Response:
        """Keep it out."""
        word = (await request.struct(wire.GrantWordIn)).word
        to = await self.grants.requests.refuse(request.caller, word)
        return json_response(wire.GrantAnsweredOut(to))

    async def apps(self, request: Request) -> Response:
        """List the apps that are signed in."""
        return json_response(wire.AppsOut(await self.grants.apps(request.caller)))

    async def reset(self, request: Request) -> Response:
        """Allow that an app replaces cross-signing keys, after showing who one is."""
        body = await request.struct(wire.ResetIn)
        shown = Shown(body.password, body.kind, body.code)
        await self.grants.resets.allow(request.caller, shown)
        return empty()


def routes(grants: Grants) -> list[Route]:
    """Return the routes of this domain."""
    return [*_app_routes(_Apps(grants)), *_owner_routes(_Owners(grants))]


def _app_routes(apps: _Apps) -> list[Route]:
    """Return what apps ask, and the browsers that they send."""
    told = (f"{V1}/auth_metadata", f"{UNSTABLE}/auth_metadata")
    rfc = "/.well-known/oauth-authorization-server"
    none = Auth.NONE
    return [
        *(Route("GET", path, apps.metadata, auth=none, limit=LOOKS) for path in (*told, rfc)),
        Route("POST", f"{PLACE}/clients", apps.register, auth=none, limit=REGISTERS, status=201),
        Route("GET", f"{PLACE}/authorize", apps.authorize, auth=none, limit=ASKS),
        Route("POST", f"{PLACE}/device", apps.device, auth=none, limit=DEVICES),
        Route("POST", f"{PLACE}/token", apps.token, auth=none, limit=TOKENS),
        Route("POST", f"{PLACE}/revoke", apps.revoke, auth=none, limit=TOKENS),
        Route("GET", f"{PLACE}/link", apps.link, auth=none, limit=ASKS),
        Route("GET", f"{PLACE}/account", apps.account, auth=none, limit=ASKS),
    ]


def _owner_routes(owners: _Owners) -> list[Route]:
    """Return what the owner of an account asks."""
    return [
        Route(
            "GET", MINE, owners.apps, answer=wire.AppsOut,
            summary="The apps that are signed in by the browser",
        ),
        Route(
            "POST", f"{MINE}/look", owners.look, limit=WORDS, body=wire.GrantWordIn, answer=GrantTold,
            summary="What an app asks for that wants to be let in",
        ),
        Route(
            "POST", f"{MINE}/allow", owners.allow, limit=WORDS, body=wire.GrantWordIn,
            answer=wire.GrantAnsweredOut, summary="Let an app in",
        ),
        Route(
            "POST", f"{MINE}/refuse", owners.refuse, limit=WORDS, body=wire.GrantWordIn,
            answer=wire.GrantAnsweredOut, summary="Keep an app out",
        ),
        Route(
            "POST", f"{MINE}/reset", owners.reset, limit=PROOFS, body=wire.ResetIn,
            summary="Let an app replace the keys by which your devices know each other, once",
        ),
    ]  # fmt: skip


def _one(said: dict[str, str], name: str) -> str:
    value = said.get(name)
    if value is None:
        raise Missing(f"{name} is missing.")
    return value
