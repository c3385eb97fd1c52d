"""Consent's routes: the policy and its history, open to everyone; answers, for their owner."""

from dataclasses import dataclass

from teahouse.consent import wire
from teahouse.consent.model import Proof, check_lang
from teahouse.consent.model.versions import NoSuchVersion
from teahouse.consent.service import Consent
from teahouse.consent.service.asks import Asks
from teahouse.consent.service.stepups import StepUps
from teahouse.consent.wire.pages import PAGE_POLICY, history_page, policy_page
from teahouse.errors import Missing
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request, lang_of
from teahouse.infra.http.response import Header, Response, html, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.operators.model import Factor

HISTORY = Limit("policy.history", per_minute=30, burst=30, by="address")
PROOFS = Limit("consent.step_up", per_minute=6, burst=6)
MINE = "/api/v1/account"
PAGE_HEADERS: tuple[Header, ...] = ((b"content-security-policy", PAGE_POLICY.encode()),)


def routes(consent: Consent) -> list[Route]:
    """Return the routes of the policy and of answers to it."""
    return [*_policy_routes(_Policy(consent)), *_answer_routes(_Answers(consent))]


@dataclass(frozen=True, repr=False)
class _Policy:
    consent: Consent

    async def _written(self, lang: str, version: str | None = None) -> wire.PolicyWire:
        consent = self.consent
        since = await consent.effective_at()
        if version is None or version == consent.policy_version:
            return wire.policy_wire(consent.text, consent.policy_version, lang, since)
        told = next((one for one in await consent.versions() if one.version == version), None)
        if told is None:
            raise NoSuchVersion
        return wire.kept_wire(await consent.kept(version, lang), lang, told)

    async def policy(self, request: Request) -> Response:
        """Return the policy in force."""
        return json_response(await self._written(check_lang(request.query_one("lang") or "en")))

    async def page(self, request: Request) -> Response:
        """Return the policy, or an earlier one, as a page."""
        lang = check_lang(request.query_one("lang") or lang_of(request))
        shown = await self._written(lang, request.query_one("version"))
        headers = PAGE_HEADERS
        if request.query_one("download") == "1":
            name = f"privacy-policy-{shown.version}-{shown.lang}.html"
            saved = (b"content-disposition", f'attachment; filename="{name}"'.encode())
            headers = (*headers, saved)
        return html(policy_page(shown), headers=headers)

    async def versions(self, request: Request) -> Response:
        """Return every version there ever was."""
        found = await self.consent.versions()
        return json_response(wire.versions_wire(found, self.consent.policy_version))

    async def changes(self, request: Request) -> Response:
        """Return what differs between two versions."""
        before, after = request.query_one("from"), request.query_one("to")
        if before is None or after is None:
            raise Missing("from and to must each be a version.")
        lang = check_lang(request.query_one("lang") or "en")
        found = await self.consent.difference(before, after, lang)
        return json_response(wire.difference_wire(before, after, found))

    async def history(self, request: Request) -> Response:
        """Return the versions and what each changed, as a page."""
        lang = check_lang(request.query_one("lang") or lang_of(request))
        found = wire.versions_wire(await self.consent.versions(), self.consent.policy_version)
        told: list[tuple[wire.VersionWire, wire.DifferenceWire | None]] = []
        for at, version in enumerate(found.versions):
            changed = None
            if at + 1 < len(found.versions):
                before = found.versions[at + 1].version
                differs = await self.consent.difference(before, version.version, lang)
                changed = wire.difference_wire(before, version.version, differs)
            told.append((version, changed))
        return html(history_page(lang, told), headers=PAGE_HEADERS)


@dataclass(frozen=True, repr=False)
class _Answers:
    consent: Consent

    async def receipts(self, request: Request) -> Response:
        """Return what the caller was told and answered."""
        found = await self.consent.receipts(request.caller.account_id)
        return json_response(wire.ReceiptsWire([wire.receipt_wire(receipt) for receipt in found]))

    async def due(self, request: Request) -> Response:
        """Return what the caller has to be asked anew."""
        lang = check_lang(request.query_one("lang") or "en")
        due = await self.consent.due(request.caller, lang)
        return json_response(wire.due_wire(due, self.consent.clock.now()))

    async def consents(self, request: Request) -> Response:
        """Take an answer about some purposes."""
        body = await request.struct(wire.ConsentsBody)
        if body.policy_version is not None:
            self.consent.check_current(body.policy_version)
        screen = "settings.consent" if body.policy_version is None else "consent.changes"
        receipt = await self.consent.change(
            request.caller.account_id,
            body.accept,
            body.withdraw,
            body.lang,
            screen,
            body.decline,
        )
        return json_response(wire.receipt_wire(receipt))


def _policy_routes(policy: _Policy) -> list[Route]:
    return [
        Route(
            "GET", "/api/v1/policy", policy.policy, auth=Auth.NONE,
            summary="The privacy policy, generated from the register", answer=wire.PolicyWire,
        ),
        Route("GET", "/policy", policy.page, auth=Auth.NONE),
        Route("GET", "/policy/history", policy.history, auth=Auth.NONE, limit=HISTORY),
        Route(
            "GET", "/api/v1/policy/versions", policy.versions, auth=Auth.NONE, limit=HISTORY,
            summary="Every version of the policy, newest first", answer=wire.VersionsWire,
        ),
        Route(
            "GET", "/api/v1/policy/changes", policy.changes, auth=Auth.NONE, limit=HISTORY,
            summary="What differs between two versions, purpose by purpose",
            answer=wire.DifferenceWire,
        ),
    ]  # fmt: skip


def _answer_routes(answers: _Answers) -> list[Route]:
    return [
        Route(
            "GET", f"{MINE}/receipts", answers.receipts,
            summary="What you were told and answered, newest first", answer=wire.ReceiptsWire,
        ),
        Route(
            "GET", f"{MINE}/consents/due", answers.due, answer=wire.DueWire,
            summary="What changed in the policy since you answered",
        ),
        Route(
            "POST", f"{MINE}/consents", answers.consents, body=wire.ConsentsBody,
            answer=wire.ReceiptWire, summary="Accept, withdraw or decline purposes",
        ),
    ]  # fmt: skip


@dataclass(frozen=True)
class _Fresh:
    stepups: StepUps
    asks: Asks

    async def person(self, request: Request) -> Response:
        """Take the caller's password or code once more."""
        proof = await request.struct(Proof)
        return json_response(wire.StepUpOut(await self.stepups.person(request.caller, proof)))

    async def operator(self, request: Request) -> Response:
        """Take an operator's second factor once more."""
        factor = await request.struct(Factor)
        until = await self.stepups.operator(request.operator, factor)
        return json_response(wire.StepUpOut(until))

    async def declined(self, request: Request) -> Response:
        """Return what the caller declined when the app asked by itself."""
        return json_response(wire.asks_wire(await self.asks.declined(request.caller.account_id)))

    async def answer(self, request: Request) -> Response:
        """Note the caller's answer to what the app asked by itself."""
        body = await request.struct(wire.AskBody)
        found = await self.asks.answer(request.caller.account_id, body.ask, body.accepted)
        return json_response(wire.asks_wire(found))


def fresh_routes(stepups: StepUps, asks: Asks) -> list[Route]:
    """Return the routes of showing who you are once more, and of what was declined."""
    fresh = _Fresh(stepups, asks)
    return [
        Route(
            "POST", f"{MINE}/step-up", fresh.person, limit=PROOFS, body=Proof,
            answer=wire.StepUpOut, summary="Show once more that it is you, for what is sensitive",
        ),
        Route(
            "POST", "/api/v1/operator/step-up", fresh.operator, auth=Auth.OPERATOR, limit=PROOFS,
            allow=("owner", "registrar", "moderator", "auditor"), body=Factor,
            answer=wire.StepUpOut, summary="Show once more that it is you, for what is sensitive",
        ),
        Route(
            "GET", f"{MINE}/asks", fresh.declined, answer=wire.AsksWire,
            summary="What you declined, and when the app may ask again by itself",
        ),
        Route(
            "POST", f"{MINE}/asks", fresh.answer, body=wire.AskBody, answer=wire.AsksWire,
            summary="Note an answer to what the app asked by itself",
        ),
    ]  # fmt: skip
