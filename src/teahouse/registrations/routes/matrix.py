"""Matrix's doors: ``/register`` in stages, and the shared-secret call that tools use."""

import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import msgspec

from teahouse.consent.model import Basis
from teahouse.errors import BadJson, Forbidden, Invalid, Kind, Missing, Refused, UnknownToken
from teahouse.gate.model.doors import Door
from teahouse.gate.model.notices import GateClosed, GatePaced
from teahouse.gate.model.policies import Attempt
from teahouse.infra.http.dialects.matrix import ERRCODES, KINDS
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request, as_struct, bearer, lang_of
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Handler, Route
from teahouse.registrations.model import Asked, GuestsRefused, NewAccount
from teahouse.registrations.routes.own import knock_of
from teahouse.registrations.service import Registrations
from teahouse.registrations.service.interactive import Stages
from teahouse.registrations.wire.matrix import AdminBody, challenge, registered

NOTICE = "org.teahouse.notice"
WAITLIST = "org.teahouse.waitlist"
SERVICE = "m.login.application_service"
DEVICE_NAME = "initial_device_display_name"
REGISTER = Limit("registrations.register", per_minute=20, burst=60, by="address")
LOOK_UP = Limit("registrations.look_up", per_minute=60, burst=60, by="address")
NONCE_LIFE = timedelta(minutes=1)
NONCES_MAX = 1000
ADMIN_PATH = "/_synapse/admin/v1/register"


class UnknownKind(Refused):
    """An account is of the kind user or guest."""

    code = "gate.unknown_kind"
    kind = Kind.INVALID


def routes(registrations: Registrations) -> list[Route]:
    """Return Matrix's routes to a new account."""
    found = [
        Route(
            "POST", "/_matrix/client/v3/register", _noticed(_register(registrations)), auth=Auth.NONE,
            limit=REGISTER, door="phone email invite vouching test_account provisioning guest",
        ),
        Route(
            "GET", "/_matrix/client/v3/register/available", _noticed(_available(registrations)),
            auth=Auth.NONE, limit=LOOK_UP,
        ),
        Route(
            "GET", "/_matrix/client/v1/register/m.login.registration_token/validity",
            _noticed(_token_validity(registrations)), auth=Auth.NONE, limit=LOOK_UP,
        ),
    ]  # fmt: skip
    if registrations.config.registration_shared_secret:
        nonces = Nonces(registrations)
        found += [
            Route("GET", ADMIN_PATH, _noticed(nonces.give), auth=Auth.NONE, limit=REGISTER),
            Route(
                "POST", ADMIN_PATH, _noticed(nonces.register), auth=Auth.NONE, limit=REGISTER,
                door="admin_import",
            ),
        ]  # fmt: skip
    return found


def _noticed(handler: Callable[[Request], Awaitable[Response]]) -> Handler:
    """Put a refusal's notice under the name that Matrix's rules leave to us."""

    async def handle(request: Request) -> Response:
        try:
            return await handler(request)
        except (GateClosed, GatePaced) as refusal:
            fields = dict(refusal.fields)
            fields[NOTICE] = fields.pop("notice")
            if "waitlist" in fields:
                fields[WAITLIST] = fields.pop("waitlist")
            raise type(refusal)(refusal.words, **fields) from None

    return handle


def _register(registrations: Registrations) -> Handler:
    async def register(request: Request) -> Response:
        kind = request.query_one("kind") or "user"
        if kind not in ("user", "guest"):
            await registrations.interactive.check_open()
            raise UnknownKind
        if kind == "guest":
            return await _as_guest(registrations, request)
        raw = await request.json_object()
        if raw.get("type") == SERVICE:
            return await _by_service(registrations, request, as_struct(raw, Asked))
        auth = raw.pop("auth", None)
        if auth is not None and not isinstance(auth, dict):
            raise BadJson("auth must be an object.")
        asked = msgspec.to_builtins(as_struct(raw, Asked))
        knock = knock_of(request)
        done = await registrations.interactive.register(asked, auth, lang_of(request), knock)
        if isinstance(done, Stages):
            return _challenged(registrations, done)
        return json_response(registered(done, registrations.config.server_name))

    return register


async def _as_guest(registrations: Registrations, request: Request) -> Response:
    """Make an account for a guest; of what was sent, only what the device is called counts."""
    await registrations.gate.check(registrations.interactive.attempt(Door.GUEST))
    name = (await request.json_object()).get(DEVICE_NAME)
    if not isinstance(name, str | None):
        raise BadJson(f"{DEVICE_NAME} must be text.")
    for way in registrations.guest_ways:
        created = await way(name, knock_of(request))
        return json_response(registered(created, registrations.config.server_name))
    raise GuestsRefused


async def _by_service(registrations: Registrations, request: Request, asked: Asked) -> Response:
    """Make an account for an application service, which shows its token."""
    token = bearer(request)
    for way in registrations.service_ways:
        created = await way(token, asked)
        return json_response(registered(created, registrations.config.server_name))
    raise UnknownToken


def _challenged(registrations: Registrations, stages: Stages) -> Response:
    policy = (stages.policy_version, registrations.config.base_url)
    work = None if stages.challenge is None else msgspec.to_builtins(stages.challenge)
    said: dict[str, Any] = challenge(stages.session, stages.flow, stages.completed, policy, work)
    if stages.told is not None:
        said[NOTICE] = stages.told.fields["notice"]
        if "waitlist" in stages.told.fields:
            said[WAITLIST] = stages.told.fields["waitlist"]
    if stages.wrong is not None:
        _, errcode = ERRCODES.get(stages.wrong.code) or KINDS[stages.wrong.kind]
        said |= {"errcode": errcode, "error": stages.wrong.words}
    return json_response(said, 401)


def _available(registrations: Registrations) -> Handler:
    async def available(request: Request) -> Response:
        await registrations.interactive.check_open()
        username = request.query_one("username")
        if username is None:
            raise Missing("username is missing.")
        await registrations.steps.check_name(username)
        return json_response({"available": True})

    return available


def _token_validity(registrations: Registrations) -> Handler:
    async def validity(request: Request) -> Response:
        await registrations.interactive.check_open()
        token = request.query_one("token")
        if not token:
            raise Missing("token is missing.")
        profile = registrations.config.profile
        attempt = Attempt(doors=(), account_class="personal", region=profile)
        return json_response(
            {"valid": await registrations.gate.keeper.invite_valid(token, attempt)}
        )

    return validity


class Nonces:
    """The shared-secret call: a signed nonce, good for a minute in every worker.

    One worker takes it once. Another may take it again, and then the name is taken.
    """

    def __init__(self, registrations: Registrations) -> None:
        self._registrations = registrations
        self._clock = registrations.steps.clock
        self._used: OrderedDict[str, None] = OrderedDict()

    async def give(self, _request: Request) -> Response:
        """Give a nonce."""
        body = f"{self._registrations.steps.ids.bytes(16).hex()}{self._clock.ms():016x}"
        return json_response({"nonce": body + self._signatures(body)[0]})

    def _take(self, nonce: str) -> bool:
        """Tell whether a nonce is ours, of this minute, and new to this worker; use it up."""
        body, signature = nonce[:48], nonce[48:]
        ours = self._signatures(body)
        right = any(hmac.compare_digest(signature.encode(), one.encode()) for one in ours)
        if not right or nonce in self._used:
            return False
        self._used[nonce] = None
        if len(self._used) > NONCES_MAX:
            self._used.popitem(last=False)
        return self._clock.ms() - int(body[32:], 16) < NONCE_LIFE.total_seconds() * 1000

    def _signatures(self, body: str) -> list[str]:
        keys = self._registrations.interactive.house_keys()
        message = b"teahouse registration nonce 1\0" + body.encode()
        return [hmac.digest(key, message, hashlib.sha256)[:16].hex() for key in keys]

    async def register(self, request: Request) -> Response:
        """Make an account for whoever knows the secret; the gate is asked all the same."""
        config = self._registrations.config
        attempt = self._registrations.interactive.attempt(Door.ADMIN_IMPORT)
        await self._registrations.gate.check(attempt)
        body = await request.struct(AdminBody)
        if not self._take(body.nonce):
            raise Invalid("unrecognised nonce")
        if not any(
            hmac.compare_digest(mac.encode(), body.mac.encode()) for mac in self._macs(body)
        ):
            raise Forbidden("HMAC incorrect")
        new = NewAccount(
            username=body.username.lower(),
            password=body.password,
            display_name=body.displayname,
            sign_in=not body.inhibit_login,
            administrator=body.admin,
        )
        created = await self._registrations.steps.at_once(attempt, new, Basis.ADMINISTRATOR)
        return json_response(registered(created, config.server_name))

    def _macs(self, body: AdminBody) -> list[str]:
        parts = [body.nonce, body.username, body.password, "admin" if body.admin else "notadmin"]
        if body.user_type is not None:
            parts.append(body.user_type)
        config, message = self._registrations.config, "\0".join(parts).encode()
        secrets = config.registration_shared_secret, config.registration_shared_secret_before
        return [hmac.digest(one.encode(), message, "sha1").hex() for one in secrets if one]
