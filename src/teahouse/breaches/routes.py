"""Operators' routes over breaches; and the notice of one, for everybody."""

from html import escape

from teahouse.breaches.model import CONTACTS_PAGE, LISTED_MAX, Notice, Told
from teahouse.breaches.service import Breaches
from teahouse.breaches.wire import (
    AffectedWire,
    CaseBody,
    CasesWire,
    CaseWire,
    NoticeWire,
    ReachedWire,
    SentListWire,
    UntilWire,
    WhyBody,
    case_wire,
    notice_wire,
    sent_wire,
)
from teahouse.errors import Invalid
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request, lang_of
from teahouse.infra.http.response import Response, html, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.notices.model.markup import PAGE_POLICY, html_lang, page

OWNERS = ("owner",)
READERS = ("owner", "auditor")
BASE = "/api/v1/operator/breaches"
ONE = f"{BASE}/{{case_id}}"
LIMIT = Limit("breaches.notice", per_minute=60, burst=60, by="address")
_PAGE = ((b"content-security-policy", PAGE_POLICY.encode()), (b"cache-control", b"no-store"))
_TITLE = {"zh": "个人信息泄露告知", "en": "A leak of personal data"}
_OTHER = {"zh": "English", "en": "中文"}
_CORRECTED = {"zh": "更正于", "en": "Corrected on"}
_BEFORE = {"zh": "此前的告知", "en": "What it said before"}


def routes(breaches: Breaches) -> list[Route]:
    """Return every route of breaches."""
    return [*_cases(breaches), *_people(breaches), *_acts(breaches), *_public(breaches)]


async def _wire(breaches: Breaches, case_id: str) -> CaseWire:
    return case_wire(*await breaches.case(case_id))


def _cases(breaches: Breaches) -> list[Route]:
    async def listed(_request: Request) -> Response:
        found = [case_wire(case, accounts) for case, accounts in await breaches.cases()]
        return json_response(CasesWire(found, breaches.tables()))

    async def make(request: Request) -> Response:
        body = await request.struct(CaseBody)
        who = request.operator.operator_id
        made = await breaches.open(who, body.title, body.profile, body.scope, body.known_at)
        return json_response(await _wire(breaches, made.case_id), 201)

    async def one(request: Request) -> Response:
        return json_response(await _wire(breaches, request.path["case_id"]))

    async def write(request: Request) -> Response:
        body, case_id = await request.struct(Told), request.path["case_id"]
        await breaches.write(request.operator.operator_id, case_id, body)
        return json_response(await _wire(breaches, case_id))

    async def said(request: Request) -> Response:
        whom = request.query_one("whom") or "people"
        if whom not in ("people", "authority"):
            raise Invalid("whom must be people or authority.")
        return json_response(notice_wire(*await breaches.said(request.path["case_id"], whom)))

    async def sent(request: Request) -> Response:
        return json_response(sent_wire(await breaches.went_out(request.path["case_id"])))

    return [
        Route(
            "GET", BASE, listed, auth=Auth.OPERATOR, allow=READERS,
            summary="Leaks of personal data, and how far each is dealt with", answer=CasesWire,
        ),
        Route(
            "POST", BASE, make, auth=Auth.OPERATOR, allow=OWNERS, status=201,
            summary="Open a case, and count who is affected", body=CaseBody, answer=CaseWire,
        ),
        Route(
            "GET", ONE, one, auth=Auth.OPERATOR, allow=READERS,
            summary="A case", answer=CaseWire,
        ),
        Route(
            "PUT", f"{ONE}/told", write, auth=Auth.OPERATOR, allow=OWNERS,
            summary="Write what the notices say", body=Told, answer=CaseWire,
        ),
        Route(
            "GET", f"{ONE}/notice", said, auth=Auth.OPERATOR, allow=READERS,
            summary="A notice as it stands, and what it lacks", answer=NoticeWire,
        ),
        Route(
            "GET", f"{ONE}/notices", sent, auth=Auth.OPERATOR, allow=READERS,
            summary="The notices that went out, as they went out", answer=SentListWire,
        ),
    ]  # fmt: skip


def _people(breaches: Breaches) -> list[Route]:
    async def affected(request: Request) -> Response:
        limit = request.query_int("limit", LISTED_MAX, 1, LISTED_MAX)
        who, after = request.operator.operator_id, request.query_one("after") or ""
        found = await breaches.affected(who, request.path["case_id"], after, limit)
        last = found[-1].account_id if len(found) == limit else None
        return json_response(AffectedWire(found, last))

    async def ask(request: Request) -> Response:
        await request.ignored_body()
        await breaches.ask_contacts(request.operator.operator_id, request.path["case_id"])
        return json_response({})

    async def agree(request: Request) -> Response:
        await request.ignored_body()
        who = request.operator.operator_id
        return json_response(UntilWire(await breaches.agree_contacts(who, request.path["case_id"])))

    async def contacts(request: Request) -> Response:
        limit = request.query_int("limit", CONTACTS_PAGE, 1, CONTACTS_PAGE)
        who, after = request.operator.operator_id, request.query_one("after") or ""
        found = await breaches.contacts(who, request.path["case_id"], after, limit)
        last = found[-1].account_id if len(found) == limit else None
        return json_response(ReachedWire(found, last))

    return [
        Route(
            "GET", f"{ONE}/affected", affected, auth=Auth.OPERATOR, allow=READERS,
            summary="Who is affected, by account id", answer=AffectedWire,
        ),
        Route(
            "POST", f"{ONE}/contacts/ask", ask, auth=Auth.OPERATOR, allow=OWNERS,
            summary="Ask, as the first person, to read how people can be reached",
        ),
        Route(
            "POST", f"{ONE}/contacts/agree", agree, auth=Auth.OPERATOR, allow=READERS,
            summary="Agree to it as the second person", answer=UntilWire,
        ),
        Route(
            "GET", f"{ONE}/contacts", contacts, auth=Auth.OPERATOR, allow=READERS,
            summary="How some of them can be reached; with two persons' word", answer=ReachedWire,
        ),
    ]  # fmt: skip


def _acts(breaches: Breaches) -> list[Route]:
    async def authority(request: Request) -> Response:
        await request.ignored_body()
        case_id = request.path["case_id"]
        await breaches.authority_told(request.operator.operator_id, case_id)
        return json_response(await _wire(breaches, case_id))

    async def tell(request: Request) -> Response:
        await request.ignored_body()
        case_id = request.path["case_id"]
        await breaches.tell(request.operator.operator_id, case_id)
        return json_response(await _wire(breaches, case_id))

    async def spare(request: Request) -> Response:
        body, case_id = await request.struct(WhyBody), request.path["case_id"]
        await breaches.spare(request.operator.operator_id, case_id, body.why)
        return json_response(await _wire(breaches, case_id))

    async def close(request: Request) -> Response:
        await request.ignored_body()
        case_id = request.path["case_id"]
        await breaches.close(request.operator.operator_id, case_id)
        return json_response(await _wire(breaches, case_id))

    return [
        Route(
            "POST", f"{ONE}/authority-told", authority, auth=Auth.OPERATOR, allow=OWNERS,
            summary="Note that the authority was told", answer=CaseWire,
        ),
        Route(
            "POST", f"{ONE}/tell", tell, auth=Auth.OPERATOR, allow=OWNERS,
            summary="Publish the notice or a correction, and tell everybody affected once",
            answer=CaseWire,
        ),
        Route(
            "POST", f"{ONE}/spare", spare, auth=Auth.OPERATOR, allow=OWNERS,
            summary="Decide that people need not be told, and why", body=WhyBody, answer=CaseWire,
        ),
        Route(
            "POST", f"{ONE}/close", close, auth=Auth.OPERATOR, allow=OWNERS,
            summary="Close a case", answer=CaseWire,
        ),
    ]  # fmt: skip


def _public(breaches: Breaches) -> list[Route]:
    async def notice(request: Request) -> Response:
        lang = request.query_one("lang") or lang_of(request)
        if lang not in _TITLE:
            raise Invalid("lang must be zh or en.")
        found = await breaches.published(request.path["case_id"])
        return html(_notice_page(found, lang), 200, _PAGE)

    return [Route("GET", "/data-breaches/{case_id}", notice, auth=Auth.NONE, limit=LIMIT)]


def _notice_page(notices: list[Notice], lang: str) -> str:
    """Return the page of a leak: the newest notice, and below it those that it corrects."""
    other = "en" if lang == "zh" else "zh"
    newest, *before = notices
    at = f"<p>{notices[-1].told_at:%Y-%m-%d}</p>"
    if before:
        at += f"<p>{_CORRECTED[lang]} {newest.told_at:%Y-%m-%d}</p>"
    older = "".join(
        f"<h2>{_BEFORE[lang]} ({one.told_at:%Y-%m-%d})</h2>{_said(one, lang)}" for one in before
    )
    link = (
        f'<nav><ul><li><a href="?lang={other}" lang="{html_lang(other)}"'
        f' hreflang="{html_lang(other)}">{_OTHER[lang]}</a></li></ul></nav>'
    )
    return page(_TITLE[lang], lang, f"{at}{_said(newest, lang)}{older}{link}")


def _said(notice: Notice, lang: str) -> str:
    zh = lang == "zh"
    items = "".join(
        f"<dt>{escape(one.title.zh if zh else one.title.en)}</dt>"
        f"<dd>{escape(one.said.zh if zh else one.said.en)}</dd>"
        for one in notice.parts
    )
    return f"<dl>{items}</dl>"
