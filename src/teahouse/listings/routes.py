"""The console's register of listings; and for everybody, where the house's apps can be had."""

from dataclasses import dataclass
from html import escape

from teahouse.errors import Invalid
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request, lang_of
from teahouse.infra.http.response import Response, html, json_response, redirect
from teahouse.infra.http.router import Auth, Route
from teahouse.listings import wire
from teahouse.listings.model import ROWS_MAX, HoldKind, ListingAct, ListingState, Removal
from teahouse.listings.service import Listings, Shown
from teahouse.notices.model.markup import PAGE_POLICY, html_lang, page

DESK = "/api/v1/operator/listings"
PUBLIC = "/api/v1/apps"
PAGE = "/apps"
READERS = ("owner", "registrar", "moderator", "auditor")
WRITERS = ("owner", "registrar")
READING = Limit("listings.apps", per_minute=60, burst=60, by="address")
LEGAL_REASONS = 451  # RFC 7725
_HEADERS = ((b"content-security-policy", PAGE_POLICY.encode()), (b"cache-control", b"no-store"))
_WORDS = {
    "zh": {
        "title": "应用下载", "none": "没有登记的应用。", "other": "English",
        "installed": "已安装的应用不受影响：登录、收发消息和安全更新照常。",
        "removed": "暂停新下载", "pending": "等待上架", "listed": "可以下载", "since": "自",
        "basis": "依据", "get": "下载", "store": "应用商店", "download": "下载页", "pwa": "网页应用",
    },
    "en": {
        "title": "Apps", "none": "There are no apps.", "other": "中文",
        "installed": "What is installed goes on: signing in, messages and security updates are as before.",
        "removed": "not to be had anew", "pending": "not up yet", "listed": "to be had", "since": "since",
        "basis": "Basis", "get": "Get it", "store": "Store", "download": "Download page", "pwa": "Web app",
    },
}  # fmt: skip


@dataclass(frozen=True)
class _Desk:
    listings: Listings

    def told(self, found: list[Shown]) -> Response:
        return json_response(wire.ListingsWire([wire.listing_wire(*one) for one in found]))

    async def listed(self, _request: Request) -> Response:
        """Return listings."""
        return self.told(await self.listings.listed())

    async def take(self, request: Request) -> Response:
        """Take a list in."""
        body = await request.struct(wire.ListingsBody)
        said = (body.form, body.text, body.dry_run)
        new, known = await self.listings.take(request.operator.operator_id, *said)
        return json_response(wire.TakenListingsWire(new, known))

    async def look(self, request: Request) -> Response:
        """Return a listing."""
        shown, steps = await self.listings.look(request.path["listing_id"])
        listing = wire.listing_wire(*shown)
        return json_response(wire.ListingDetailWire(listing, wire.listing_steps(steps)))

    async def act(self, request: Request) -> Response:
        """Take a step about some."""
        body = await request.struct(wire.ListingsActBody)
        if body.act not in (ListingAct.LIST.value, ListingAct.WAIT.value):
            raise Invalid("act is list or wait.")
        ids, actor = _some(body.listing_ids), request.operator.operator_id
        return self.told(await self.listings.act(actor, ids, ListingAct(body.act), body.words))

    async def remove(self, request: Request) -> Response:
        """Remove some."""
        body = await request.struct(wire.RemovalBody)
        removal = Removal(_kind(body.kind), body.by_id, body.reason, body.legal_basis)
        ids, actor = _some(body.listing_ids), request.operator.operator_id
        return self.told(await self.listings.remove(actor, ids, removal, body.words))

    async def let_go(self, request: Request) -> Response:
        """Let some go."""
        body = await request.struct(wire.LetGoBody)
        ids, actor = _some(body.listing_ids), request.operator.operator_id
        by = (_kind(body.kind), body.by_id, body.words)
        return self.told(await self.listings.let_go(actor, ids, *by))


@dataclass(frozen=True)
class _Shop:
    listings: Listings

    async def apps(self, _request: Request) -> Response:
        """Return the apps."""
        found = await self.listings.listed()
        told = [wire.public_wire(*one, _download(one)) for one in found]
        return json_response(wire.PublicListingsWire(told))

    async def page(self, request: Request) -> Response:
        """Return the page of apps."""
        return _page(await self.listings.listed(), request, 200)

    async def download(self, request: Request) -> Response:
        """Lead to an app, or say why it cannot be had anew."""
        shown, _ = await self.listings.look(request.path["listing_id"])
        if shown.listing.state is ListingState.LISTED:
            return redirect(shown.listing.url)
        removed = shown.listing.state is ListingState.REMOVED
        return _page([shown], request, LEGAL_REASONS if removed else 404)


def routes(listings: Listings) -> list[Route]:
    """Return the routes of this domain."""
    return [*_desk_routes(_Desk(listings)), *_shop_routes(_Shop(listings))]


def _desk_routes(desk: _Desk) -> list[Route]:
    operator = Auth.OPERATOR
    return [
        Route(
            "GET", DESK, desk.listed, auth=operator, allow=READERS, answer=wire.ListingsWire,
            summary="Where the apps of the house can be had",
        ),
        Route(
            "GET", f"{DESK}/{{listing_id}}", desk.look, auth=operator, allow=READERS,
            answer=wire.ListingDetailWire, summary="A listing, with what was done about it",
        ),
        Route(
            "POST", f"{DESK}/import", desk.take, auth=operator, allow=WRITERS,
            body=wire.ListingsBody, answer=wire.TakenListingsWire,
            summary="Take in a list of apps, or see what would be",
        ),
        Route(
            "POST", f"{DESK}/acts", desk.act, auth=operator, allow=WRITERS,
            body=wire.ListingsActBody, answer=wire.ListingsWire,
            summary="Note that channels put apps up, or have a version to look at",
        ),
        Route(
            "POST", f"{DESK}/remove", desk.remove, auth=operator, allow=WRITERS,
            body=wire.RemovalBody, answer=wire.ListingsWire,
            summary="Remove apps for new people, by an order, a finding or a store",
        ),
        Route(
            "POST", f"{DESK}/let-go", desk.let_go, auth=operator, allow=WRITERS,
            body=wire.LetGoBody, answer=wire.ListingsWire,
            summary="Let go what a store, or a finding that is done, has held",
        ),
    ]  # fmt: skip


def _shop_routes(shop: _Shop) -> list[Route]:
    return [
        Route(
            "GET",
            PUBLIC,
            shop.apps,
            auth=Auth.NONE,
            limit=READING,
            answer=wire.PublicListingsWire,
            summary="The apps of the house, where they can be had, and why one cannot",
        ),
        Route("GET", PAGE, shop.page, auth=Auth.NONE, limit=READING),
        Route("GET", f"{PAGE}/{{listing_id}}", shop.download, auth=Auth.NONE, limit=READING),
    ]


def _some(listing_ids: list[str]) -> list[str]:
    if not 0 < len(listing_ids) <= ROWS_MAX:
        raise Invalid(f"Name from 1 to {ROWS_MAX} listings.")
    return listing_ids


def _kind(written: str) -> HoldKind:
    if written not in {one.value for one in HoldKind}:
        raise Invalid(f"kind is one of {', '.join(one.value for one in HoldKind)}.")
    return HoldKind(written)


def _download(one: Shown) -> str:
    return f"{PAGE}/{one.listing.listing_id}"


def _page(found: list[Shown], request: Request, status: int) -> Response:
    lang = request.query_one("lang") or lang_of(request)
    if lang not in _WORDS:
        raise Invalid("lang must be zh or en.")
    words, other = _WORDS[lang], "en" if lang == "zh" else "zh"
    link = (
        f'<nav><ul><li><a href="?lang={other}" lang="{html_lang(other)}"'
        f' hreflang="{html_lang(other)}">{words["other"]}</a></li></ul></nav>'
    )
    body = "".join(_section(one, lang) for one in found) or f"<p>{words['none']}</p>"
    text = page(words["title"], lang, f"<p>{words['installed']}</p>{body}{link}")
    return html(text, status, _HEADERS)


def _section(shown: Shown, lang: str) -> str:
    one, words, zh = shown.listing, _WORDS[lang], lang == "zh"
    place = " ".join(part for part in (words[one.channel], one.store) if part)
    state = f"{words[one.state.value]} ({words['since']} {one.since:%Y-%m-%d})"
    lines = f"<h2>{escape(one.name)} {escape(one.version)}</h2><p>{escape(place)}: {state}</p>"
    for hold in shown.holds:
        basis = "; ".join(
            f"{each.law} {each.article} {each.order}".strip() for each in hold.legal_basis
        )
        lines += f"<p>{escape(hold.reason.zh if zh else hold.reason.en)}</p>"
        lines += f"<p>{words['basis']}: {escape(basis)}</p>" if basis else ""
    if one.state is ListingState.LISTED:
        lines += f'<p><a href="{_download(shown)}">{words["get"]}</a></p>'
    return lines
