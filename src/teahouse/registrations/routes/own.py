"""Our own API for those who register."""

from teahouse.consent.model import Answer
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.registrations.model import NewAccount, Progress
from teahouse.registrations.service import Registrations
from teahouse.registrations.wire.own import (
    CodeBody,
    ConsentBody,
    ConsentedWire,
    ContactBody,
    ContactWire,
    FinishBody,
    FinishedWire,
    FollowBody,
    FollowedWire,
    ProgressWire,
    StartBody,
    StartedWire,
    VerifiedWire,
    finished,
)
from teahouse.screening.model.signals import Knock, Proof

START = Limit("registrations.start", per_minute=20, burst=60, by="address")
STEP = Limit("registrations.step", per_minute=60, burst=120, by="address")
CONTACT = Limit("registrations.contact", per_minute=10, burst=20, by="address")
ONE = "/api/v1/registrations/{registration_id}"
BODY_BYTES_MAX = 64 * 1024
DOORS_HERE = "phone email official invite child vouching"


def knock_of(request: Request, proof: Proof | None = None) -> Knock:
    """Return who asks, as the request tells it."""
    return Knock(request.address, request.header("user-agent") or "", proof)


def routes(registrations: Registrations) -> list[Route]:
    """Return the steps of a registration."""
    return [*_first_steps(registrations), *_last_steps(registrations)]


def _first_steps(registrations: Registrations) -> list[Route]:
    """Return the steps in which nothing but the contact is told."""
    steps = registrations.steps

    async def start(request: Request) -> Response:
        body = await request.struct(StartBody, BODY_BYTES_MAX)
        region = body.service_region or registrations.config.profile
        asked = (body.account_class, body.door, region, body.invite_token)
        begun = await steps.start(*asked, knock_of(request, body.proof))
        version = steps.consent.policy_version
        wire = StartedWire(begun.registration_id, begun.expires_at, begun.steps, version)
        return json_response(wire, 201)

    async def consent(request: Request) -> Response:
        body = await request.struct(ConsentBody, BODY_BYTES_MAX)
        accepted = tuple(body.accepted_purposes)
        answer = Answer(body.policy_version, accepted, body.lang, "web.sign_up")
        await steps.consented(request.path["registration_id"], answer, body.under_14)
        return json_response(ConsentedWire(body.policy_version))

    async def contact(request: Request) -> Response:
        body = await request.struct(ContactBody, BODY_BYTES_MAX)
        path, knock = request.path["registration_id"], knock_of(request)
        sent = await steps.contact(path, body.kind, body.value, knock)
        return json_response(ContactWire(sent.resend_after_seconds, sent.expires_at), 202)

    return [
        Route(
            "POST", "/api/v1/registrations", start, auth=Auth.NONE, limit=START, door=DOORS_HERE,
            summary="Begin to register; the gate is asked before anything else",
            body=StartBody, answer=StartedWire, status=201,
        ),
        Route(
            "POST", f"{ONE}/consent", consent, auth=Auth.NONE, limit=STEP, door=DOORS_HERE,
            summary="Answer the privacy policy", body=ConsentBody, answer=ConsentedWire,
        ),
        Route(
            "POST", f"{ONE}/contact", contact, auth=Auth.NONE, limit=CONTACT, door=DOORS_HERE,
            summary="Have a code sent to a number or address",
            body=ContactBody, answer=ContactWire, status=202,
        ),
    ]  # fmt: skip


def _last_steps(registrations: Registrations) -> list[Route]:
    """Return the steps that lead to the account."""
    steps = registrations.steps

    async def code(request: Request) -> Response:
        body = await request.struct(CodeBody, BODY_BYTES_MAX)
        taken = await steps.code(request.path["registration_id"], body.code)
        return json_response(VerifiedWire(verified=True, taken=taken))

    async def not_me(request: Request) -> Response:
        await request.ignored_body()
        await registrations.recycled.not_me(request.path["registration_id"])
        return empty()

    async def finish(request: Request) -> Response:
        body = await request.struct(FinishBody, BODY_BYTES_MAX)
        new = NewAccount(
            username=body.username,
            password=body.password,
            display_name=body.display_name,
            device_name=body.device_name,
        )
        created = await steps.finish(request.path["registration_id"], new)
        return json_response(finished(created, registrations.config.server_name), 201)

    async def progress(request: Request) -> Response:
        found = await steps.progress(request.path["registration_id"])
        return json_response(_progress(found))

    async def follow(request: Request) -> Response:
        body = await request.struct(FollowBody, BODY_BYTES_MAX)
        registration_id, found = await registrations.held.follow(body.token)
        return json_response(FollowedWire(registration_id, _progress(found)))

    return [
        Route(
            "POST", "/api/v1/registrations/links", follow, auth=Auth.NONE, limit=START,
            door=DOORS_HERE, summary="Come back to one's registration by a link that was sent",
            body=FollowBody, answer=FollowedWire,
        ),
        Route(
            "GET", ONE, progress, auth=Auth.NONE, limit=STEP,
            summary="See how far one's registration has come", answer=ProgressWire,
        ),
        Route(
            "POST", f"{ONE}/code", code, auth=Auth.NONE, limit=STEP, door=DOORS_HERE,
            summary="Prove the number or address", body=CodeBody, answer=VerifiedWire,
        ),
        Route(
            "POST", f"{ONE}/not-me", not_me, auth=Auth.NONE, limit=STEP,
            door=f"recycled_number {DOORS_HERE}",
            summary="Say that the account which has this number is somebody else's",
        ),
        Route(
            "POST", f"{ONE}/finish", finish, auth=Auth.NONE, limit=STEP, door=DOORS_HERE,
            summary="Make the account; the gate is asked again",
            body=FinishBody, answer=FinishedWire, status=201,
        ),
    ]  # fmt: skip


def _progress(found: Progress) -> ProgressWire:
    return ProgressWire(found.stage, found.held_for, found.turned_away, found.expires_at)
