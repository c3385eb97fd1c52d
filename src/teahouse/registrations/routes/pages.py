"""Pages of the stages that a Matrix client cannot show.

Matrix's "fallback": the client opens our page, and is told by script when the stage is done.
"""

from urllib.parse import parse_qs

import msgspec

from teahouse.codes.model import TooManyCodes, WrongCode
from teahouse.errors import Invalid, Missing, NotFound, Refused
from teahouse.gate.model.notices import GateClosed, Notice
from teahouse.infra.http.request import Request, lang_of
from teahouse.infra.http.response import Response, html
from teahouse.infra.http.router import Auth, Route
from teahouse.notices.model.markup import PAGE_POLICY
from teahouse.registrations.model import (
    ENDED,
    NoSuchRegistration,
    Registration,
    Stage,
    WrongStep,
)
from teahouse.registrations.routes.matrix import REGISTER
from teahouse.registrations.routes.own import knock_of
from teahouse.registrations.service import Registrations
from teahouse.registrations.service.interactive import CONTACT, TERMS, WORK, UnknownSession
from teahouse.registrations.wire.pages import (
    SCRIPT,
    SCRIPT_PATH,
    done_page,
    over_page,
    terms_page,
    verify_page,
)
from teahouse.registrations.wire.work import (
    WORK_SCRIPT_PATH,
    line_page,
    refused_page,
    work_page,
    work_script,
)
from teahouse.screening.model.refusals import (
    BadProof,
    NetworkRefused,
    NotYourTurn,
    ProofNeeded,
    TooManyHere,
)
from teahouse.screening.model.signals import Proof

FALLBACK = "/_matrix/client/v3/auth/{auth_type}/fallback/web"
FORM_BYTES_MAX = 4096
_HEADERS = (  # the last two: Matrix's answers lack them by themselves, and the address is a secret
    (b"content-security-policy", PAGE_POLICY.encode()),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)


def routes(registrations: Registrations) -> list[Route]:
    """Return the pages of the stages."""
    working = work_script()

    async def script(_request: Request) -> Response:
        return Response(200, SCRIPT, b"text/javascript; charset=utf-8")

    async def work(_request: Request) -> Response:
        return Response(200, working, b"text/javascript; charset=utf-8")

    async def show(request: Request) -> Response:
        auth_type = _known(request)
        session = request.query_one("session")
        if not session:
            raise Missing("session is missing.")
        return await _shown(registrations, auth_type, session, request)

    async def take(request: Request) -> Response:
        auth_type = _known(request)
        form = await _form(request)
        session = form.get("session") or request.query_one("session") or ""
        lang = lang_of(request)
        try:
            if auth_type == WORK:
                return await _worked(registrations, session, form, request)
            if auth_type == TERMS:
                await registrations.interactive.check_open()
                await registrations.interactive.agree(session, lang, knock_of(request))
                return _page(done_page(lang))
            return await _verified(registrations, session, form, request)
        except GateClosed as closed:
            notice = msgspec.convert(closed.fields["notice"], Notice)
            return _page(over_page(lang, notice), 403)
        except (UnknownSession, NoSuchRegistration, WrongStep):
            return _page(over_page(lang), 400)
        except (ProofNeeded, TooManyHere, NetworkRefused) as refused:
            return _page(refused_page(lang, refused.words), 403)

    return [
        Route("GET", SCRIPT_PATH, script, auth=Auth.NONE),
        Route("GET", WORK_SCRIPT_PATH, work, auth=Auth.NONE),
        Route("GET", FALLBACK, show, auth=Auth.NONE, limit=REGISTER),
        Route("POST", FALLBACK, take, auth=Auth.NONE, limit=REGISTER, door="phone email invite"),
    ]


async def _shown(
    registrations: Registrations, auth_type: str, session: str, request: Request
) -> Response:
    lang = lang_of(request)
    try:
        registration = await registrations.interactive.progress(session)
    except UnknownSession:
        return _page(over_page(lang), 400)
    if registration is not None and registration.stage in ENDED:
        return _page(over_page(lang), 400)
    if auth_type == WORK:
        work = await registrations.interactive.demanded(session, knock_of(request))
        return _page(done_page(lang) if work is None else work_page(session, lang, work))
    if auth_type == TERMS:
        done = registration is not None and registration.stage is not Stage.STARTED
        return _page(done_page(lang) if done else terms_page(session, lang))
    if registration is None:
        return _page(over_page(lang), 400)  # the terms come first
    return _page(_contact_page(session, registration, lang))


def _contact_page(session: str, registration: Registration, lang: str) -> str:
    if registration.stage is Stage.VERIFIED:
        return done_page(lang)
    return verify_page(session, lang, registration.stage is Stage.CONTACT_SENT)


async def _verified(
    registrations: Registrations, session: str, form: dict[str, str], request: Request
) -> Response:
    """Take a contact, or the code that was sent to it."""
    lang = lang_of(request)
    if await registrations.interactive.progress(session) is None:
        raise NoSuchRegistration
    code, value = form.get("code"), form.get("value", "").strip()
    try:
        if code is not None:
            await registrations.steps.code(session, code.strip())
            return _page(done_page(lang))
        kind = "email" if "@" in value else "phone"
        await registrations.steps.contact(session, kind, value, knock_of(request))
    except (GateClosed, NoSuchRegistration, WrongStep):
        raise
    except (WrongCode, TooManyCodes, Refused) as wrong:
        sent = code is not None or isinstance(wrong, TooManyCodes)
        return _page(verify_page(session, lang, sent, wrong.words), 400)
    return _page(verify_page(session, lang, sent=True))


async def _worked(
    registrations: Registrations, session: str, form: dict[str, str], request: Request
) -> Response:
    """Take what a device worked out, a wish to wait in line, or a place whose time has come."""
    lang, interactive = lang_of(request), registrations.interactive
    challenge = form.get("challenge", "")
    if "line" in form:
        knocks = interactive.steps.screening.knocks
        place, at = await knocks.stand_in_line(challenge, knock_of(request))
        return _page(line_page(session, lang, place, at))
    try:
        answers = tuple(int(one) for one in form.get("answers", "").split(",") if one)
        await interactive.prove(session, Proof(challenge, answers))
    except (BadProof, NotYourTurn, ValueError) as wrong:
        words = wrong.words if isinstance(wrong, Refused) else BadProof().words
        return _page(refused_page(lang, words), 400)
    return _page(done_page(lang))


def _known(request: Request) -> str:
    auth_type = request.path["auth_type"]
    if auth_type not in (TERMS, CONTACT, WORK):
        raise NotFound("There is no page for that stage.")
    return auth_type


async def _form(request: Request) -> dict[str, str]:
    raw = await request.raw_body(FORM_BYTES_MAX)
    try:
        fields = parse_qs(raw.decode("utf-8"), errors="strict", max_num_fields=10)
    except ValueError as wrong:
        raise Invalid("The form cannot be read.") from wrong
    if any("\0" in value for values in fields.values() for value in values):
        raise Invalid("The form holds the character NUL.")
    return {name: values[-1] for name, values in fields.items()}


def _page(text: str, status: int = 200) -> Response:
    return html(text, status, _HEADERS)
