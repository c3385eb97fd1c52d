"""Consent's routes: the policy, open to everyone; receipts and choices, for their owner."""

from teahouse.consent.model import check_lang
from teahouse.consent.service import Consent
from teahouse.consent.wire import (
    PAGE_POLICY,
    ConsentsBody,
    PolicyWire,
    ReceiptsWire,
    ReceiptWire,
    policy_page,
    policy_wire,
    receipt_wire,
)
from teahouse.infra.http.request import Request, lang_of
from teahouse.infra.http.response import Header, Response, html, json_response
from teahouse.infra.http.router import Auth, Route


def routes(consent: Consent) -> list[Route]:
    """Return consent's routes."""

    async def written(lang: str) -> PolicyWire:
        since = await consent.effective_at()
        return policy_wire(consent.text, consent.policy_version, lang, since)

    async def policy(request: Request) -> Response:
        return json_response(await written(check_lang(request.query_one("lang") or "en")))

    async def page(request: Request) -> Response:
        shown = await written(check_lang(request.query_one("lang") or lang_of(request)))
        headers: list[Header] = [(b"content-security-policy", PAGE_POLICY.encode())]
        if request.query_one("download") == "1":
            name = f"privacy-policy-{shown.version}-{shown.lang}.html"
            headers.append((b"content-disposition", f'attachment; filename="{name}"'.encode()))
        return html(policy_page(shown), headers=tuple(headers))

    async def receipts(request: Request) -> Response:
        found = await consent.receipts(request.caller.account_id)
        return json_response(ReceiptsWire([receipt_wire(receipt) for receipt in found]))

    async def consents(request: Request) -> Response:
        body = await request.struct(ConsentsBody)
        receipt = await consent.change(
            request.caller, body.accept, body.withdraw, body.lang, "settings.consent"
        )
        return json_response(receipt_wire(receipt))

    return [
        Route(
            "GET", "/api/v1/policy", policy, auth=Auth.NONE,
            summary="The privacy policy, generated from the register", answer=PolicyWire,
        ),
        Route("GET", "/policy", page, auth=Auth.NONE),
        Route(
            "GET", "/api/v1/account/receipts", receipts,
            summary="What you were told and answered, newest first", answer=ReceiptsWire,
        ),
        Route(
            "POST", "/api/v1/account/consents", consents, body=ConsentsBody, answer=ReceiptWire,
            summary="Accept and withdraw optional purposes",
        ),
    ]  # fmt: skip
