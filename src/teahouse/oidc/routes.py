"""Routes of sign-in by a provider: Matrix's redirect, the way back, and our own calls."""

from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from teahouse.errors import Missing, Refused
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request, lang_of
from teahouse.infra.http.response import Header, Response, empty, html, json_response, redirect
from teahouse.infra.http.router import Auth, Route
from teahouse.notices.model.markup import PAGE_POLICY
from teahouse.oidc import wire
from teahouse.oidc.model import ARRIVAL_LIFE, DOOR, LOGOUT_BYTES_MAX, BadLogout, FlowOver
from teahouse.oidc.service import Oidc
from teahouse.proofs.model import Shown
from teahouse.registrations.model import NewAccount

SSO = "/_matrix/client/v3/login/sso/redirect"
PLACE, MINE = "/api/v1/oidc", "/api/v1/account/providers"
GOING = Limit("oidc.going", per_minute=20, burst=20, by="address")
STEPS = Limit("oidc.steps", per_minute=30, burst=30, by="address")
LOGOUTS = Limit("oidc.logouts", per_minute=600, burst=600, by="address")  # of a whole works
PROOFS = Limit("oidc.proofs", per_minute=6, burst=10)
LOGOUT_FIELDS_MAX = 10
COOKIE = "teahouse_oidc"
_HEADERS: tuple[Header, ...] = (
    (b"content-security-policy", PAGE_POLICY.encode()),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)


@dataclass(frozen=True)
class _Way:
    oidc: Oidc

    async def out(self, request: Request) -> Response:
        """Send somebody to a provider."""
        return_to = request.query_one("redirectUrl")
        if not return_to:
            raise Missing("redirectUrl is missing.")
        gone = await self.oidc.leave(request.path.get("provider"), return_to, _cookie(request))
        answer = redirect(gone.to)
        answer.headers += (self._kept(gone.browser), (b"cache-control", b"no-store"))
        return answer

    async def back(self, request: Request) -> Response:
        """Take somebody back, and say plainly what went wrong if something did."""
        lang = lang_of(request)
        try:
            state, code = request.query_one("state"), request.query_one("code")
            if not state or not code:
                raise FlowOver
            come = await self.oidc.come(state, _cookie(request), code)
            if not come.arrival:
                return self._sent(come.to, lang)
            await self.oidc.check_gate()
            return self._arrived(come.arrival, _cookie(request))
        except Refused as refused:
            if "notice" in refused.fields:
                return self._gone(f"{self._base}/registration-status")
            return html(wire.over_page(refused.words, lang), 403, _HEADERS)

    async def logout(self, request: Request) -> Response:
        """Hear from a provider that a session of its own is over."""
        raw = await request.raw_body(LOGOUT_BYTES_MAX)
        try:
            form = parse_qs(raw.decode("ascii"), max_num_fields=LOGOUT_FIELDS_MAX)
        except ValueError as wrong:
            raise BadLogout from wrong
        tokens = form.get("logout_token", [])
        if len(tokens) != 1:
            raise BadLogout
        await self.oidc.logged_out(request.path["provider"], tokens[0])
        answer = empty()
        answer.headers += ((b"cache-control", b"no-store"),)
        return answer

    @property
    def _base(self) -> str:
        return self.oidc.accounts.config.base_url

    def _sent(self, to: str, lang: str) -> Response:
        """Give our own client its token; ask before another one gets it."""
        if to.startswith(f"{self._base}/"):
            return self._gone(to)
        return html(wire.confirm_page(to, lang), 200, _HEADERS)

    def _arrived(self, word: str, browser: str) -> Response:
        """Give a browser what it brought; its cookie stays, and nobody else can use that."""
        answer = redirect(f"{self._base}/#/provider/{word}")
        answer.headers += (*_HEADERS[1:], self._kept(browser))
        return answer

    def _gone(self, to: str) -> Response:
        answer = redirect(to)
        forgotten = f"{COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"
        answer.headers += (*_HEADERS[1:], (b"set-cookie", forgotten.encode()))
        return answer

    def _kept(self, browser: str) -> Header:
        secure = "; Secure" if self._base.startswith("https:") else ""
        seconds = int(ARRIVAL_LIFE.total_seconds())
        kept = f"{COOKIE}={browser}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
        return (b"set-cookie", kept.encode())


@dataclass(frozen=True)
class _Own:
    oidc: Oidc

    async def providers(self, _request: Request) -> Response:
        """Tell by whom one may sign in."""
        known = [wire.ProviderOut(k, p.settings.name) for k, p in self.oidc.providers.items()]
        return json_response(wire.ProvidersOut(known))

    async def arrival(self, request: Request) -> Response:
        """Tell the browser what it brought."""
        word = (await request.struct(wire.ArrivalIn)).arrival
        arrival, name = self.oidc.look(word, _cookie(request))
        version = self.oidc.consent.policy_version
        return json_response(
            wire.ArrivalOut(
                arrival.provider, name, arrival.localpart, arrival.display_name, version,
                arrival.expires_at,
            )
        )  # fmt: skip

    async def register(self, request: Request) -> Response:
        """Make the account of somebody who came by a provider."""
        body = await request.struct(wire.OidcRegisterIn)
        new = NewAccount(
            username=body.username, display_name=body.display_name, device_name=body.device_name
        )
        brought = (body.arrival, _cookie(request))
        created, other = await self.oidc.register(*brought, body.policy_version, new, body.lang)
        session = created.session
        assert session is not None, "whoever registers so is signed in"
        answer = wire.OidcRegisteredOut(
            created.account.user_id, session.access_token, session.device_id, other
        )
        return json_response(answer, 201)

    async def links(self, request: Request) -> Response:
        """List by which providers the caller signs in."""
        return json_response(wire.LinksOut(await self.oidc.links(request.caller.account_id)))

    async def link(self, request: Request) -> Response:
        """Add one."""
        body = await request.struct(wire.LinkProviderIn)
        shown = Shown(body.password, body.kind, body.code)
        await self.oidc.link(request.caller, body.arrival, _cookie(request), shown, body.lang)
        return empty()

    async def unlink(self, request: Request) -> Response:
        """Take one off."""
        body = await request.struct(wire.UnlinkProviderIn)
        shown = Shown(body.password, body.kind, body.code)
        await self.oidc.unlink(request.caller, body.provider, shown)
        return empty()


def routes(oidc: Oidc) -> list[Route]:
    """Return the routes of this domain."""
    way = _Way(oidc)
    return [
        Route("GET", SSO, way.out, auth=Auth.NONE, limit=GOING),
        Route("GET", f"{SSO}/{{provider}}", way.out, auth=Auth.NONE, limit=GOING),
        Route("GET", f"{PLACE}/go/{{provider}}", way.out, auth=Auth.NONE, limit=GOING,
              summary="Go to an identity provider"),
        Route("GET", f"{PLACE}/callback", way.back, auth=Auth.NONE, limit=STEPS,
              summary="Come back from an identity provider", page=True),
        Route("POST", f"{PLACE}/logout/{{provider}}", way.logout, auth=Auth.NONE, limit=LOGOUTS,
              summary="For identity providers: a session of theirs is over (a form: logout_token)"),
        *_own(_Own(oidc)),
    ]  # fmt: skip


def _own(own: _Own) -> list[Route]:
    return [
        Route(
            "GET", f"{PLACE}/providers", own.providers, auth=Auth.NONE, limit=STEPS,
            summary="By whom one may sign in", answer=wire.ProvidersOut,
        ),
        Route(
            "POST", f"{PLACE}/arrival", own.arrival, auth=Auth.NONE, limit=STEPS,
            summary="What the browser brought back from a provider",
            body=wire.ArrivalIn, answer=wire.ArrivalOut,
        ),
        Route(
            "POST", f"{PLACE}/register", own.register, auth=Auth.NONE, limit=STEPS, door=DOOR,
            summary="Make the account of somebody who came by a provider; the gate is asked again",
            body=wire.OidcRegisterIn, answer=wire.OidcRegisteredOut, status=201,
        ),
        Route(
            "GET", MINE, own.links, summary="By which providers one signs in",
            answer=wire.LinksOut,
        ),
        Route(
            "POST", MINE, own.link, limit=PROOFS, summary="Sign in by a provider from now on",
            body=wire.LinkProviderIn,
        ),
        Route(
            "POST", f"{MINE}/remove", own.unlink, limit=PROOFS,
            summary="Sign in by a provider no more", body=wire.UnlinkProviderIn,
        ),
    ]  # fmt: skip


def _cookie(request: Request) -> str:
    try:
        found = SimpleCookie(request.header("cookie") or "").get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""
