"""Matrix's registration in stages (Client-Server API, "User-Interactive Authentication").

Clients send a name and a password before anybody has agreed to anything. So until the terms stage
is done nothing is written: the session is a signed random id, and what came with the first request
stays in this worker's memory, a few minutes, and for a bounded number of people.
"""

import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec

from teahouse.consent.model import Answer, Basis
from teahouse.errors import Kind, Missing, Refused
from teahouse.gate.model.doors import Door
from teahouse.gate.model.invites import BadInvite
from teahouse.gate.model.notices import GateClosed
from teahouse.gate.model.policies import Attempt
from teahouse.ids import urlsafe
from teahouse.infra.http.request import as_struct
from teahouse.registrations.model import (
    ENDED,
    HELD_LIFE,
    REGISTRATION_LIFE,
    Asked,
    Created,
    NewAccount,
    NoSuchRegistration,
    Registration,
    Stage,
)
from teahouse.registrations.service.steps import Steps
from teahouse.screening.model.proofs import Challenge
from teahouse.screening.model.refusals import BadProof, NotYourTurn, ProofNeeded
from teahouse.screening.model.signals import NOBODY, Knock, Proof

REMEMBERED_MAX = 10_000
REMEMBERED_LIFE = timedelta(minutes=10)
TERMS = "m.login.terms"
TOKEN = "m.login.registration_token"  # noqa: S105 - a stage's name
CONTACT = "org.teahouse.verify_contact"
DUMMY = "m.login.dummy"
WORK = "org.teahouse.proof_of_work"
_GIVEN = {
    "u": "username",
    "p": "password",
    "g": "guest_access_token",
}  # what a session says was in its first request


class UnknownSession(Refused):
    """The registration session is not one of ours, or it is over: begin again."""

    code = "gate.unknown_session"
    kind = Kind.INVALID


class OtherStage(Refused):
    """This server does not take that stage here."""

    code = "gate.other_stage"
    kind = Kind.FORBIDDEN


@dataclass
class Pending:
    """What a client sent before its stages were done."""

    until: datetime
    asked: dict[str, Any]
    created: Created | None = None


@dataclass(frozen=True)
class Stages:
    """What a client has to show yet. ``wrong``: something was shown and was not right."""

    session: str
    policy_version: str
    flow: tuple[str, ...]
    completed: tuple[str, ...]
    wrong: Refused | None = None
    challenge: Challenge | None = None
    told: GateClosed | None = None  # why a pass is needed, and how to wait for one


@dataclass(frozen=True, repr=False)
class Interactive:
    """Takes Matrix clients through the gate."""

    steps: Steps
    house_keys: Callable[[], Sequence[bytes]] = field(repr=False)
    _pending: OrderedDict[str, Pending] = field(
        default_factory=OrderedDict[str, Pending], repr=False
    )

    async def check_open(self) -> None:
        """Ask the gate, before anything is read: ``GateClosed`` when no door is open."""
        config = self.steps.config
        doors = (Door.TEST_ACCOUNT,) if config.test_mode else (Door.PHONE, Door.EMAIL)
        await self.steps.keeper.check_any([self.attempt(door) for door in doors])

    def attempt(self, door: Door) -> Attempt:
        """Return somebody at a door, as the gate sees them."""
        # Whether an invitation comes is not known yet; the last step asks for it.
        invited, region = door in (Door.PHONE, Door.EMAIL), self.steps.config.profile
        return Attempt(doors=(door,), account_class="personal", region=region, invited=invited)

    async def register(
        self,
        asked: dict[str, Any],
        auth: dict[str, Any] | None,
        lang: str,
        knock: Knock = NOBODY,
    ) -> Created | Stages:
        """Go as far as what was shown allows: the account, or what is still to be shown.

        ``asked`` is the request without ``auth``. Raises ``GateClosed`` before all else, then what
        ``Steps.finish`` raises.
        """
        if self.steps.config.test_mode:
            return await self._register_test(asked, auth)
        await self.check_open()
        self.steps.check_new(_new_account(asked))
        session = (auth or {}).get("session")
        if auth is None or not isinstance(session, str) or not await self._stands(session):
            await self._check_name(asked)
            wrong = UnknownSession() if session is not None else None
            session = self._new_session(asked)
            self._remember(session, asked)
            return await self._stages(session, knock, wrong)
        pending = self._remember(session, asked)
        if pending.created is not None:
            return pending.created
        wrong = await self._show(session, auth, lang, knock)
        stages = await self._stages(session, knock, wrong)
        if wrong is not None or set(stages.flow) - set(stages.completed):
            return stages
        self._check_repeated(session, pending.asked)
        created = await self.steps.finish(session, _new_account(pending.asked))
        pending.created, pending.asked = created, {}
        return created

    async def agree(self, session: str, lang: str, knock: Knock = NOBODY) -> None:
        """Complete the terms stage: the first thing that is written.

        Raises ``UnknownSession``, and what screening says to those who begin.
        """
        version = self._version(session, REGISTRATION_LIFE)
        if version is None:
            raise UnknownSession
        answer = Answer(version, (), lang, "matrix.terms", Basis.NOTICE)
        await self.steps.start_agreed(session, answer, knock)

    async def prove(self, session: str, proof: Proof) -> None:
        """Complete the stage of work. Raises ``UnknownSession``, ``BadProof``, ``NotYourTurn``."""
        if self._version(session) is None:
            raise UnknownSession
        await self.steps.screening.knocks.prove(session, proof)

    async def demanded(self, session: str, knock: Knock) -> Challenge | None:
        """Return the work that a session still has to show. Raises ``UnknownSession``."""
        begun = await self.progress(session) is not None
        knocks = self.steps.screening.knocks
        if begun or await knocks.is_proved(session):
            return None
        return await knocks.demands(knock, Door.PHONE.value)

    async def progress(self, session: str) -> Registration | None:
        """Return the registration of a session whose terms are done. Raises ``UnknownSession``."""
        if self._version(session) is None:
            raise UnknownSession
        return await self.steps.find(session)

    # -- test mode -----------------------------------------------------------------------------

    async def _register_test(
        self, asked: dict[str, Any], auth: dict[str, Any] | None
    ) -> Created | Stages:
        session = (auth or {}).get("session")
        known = self._pending.get(session) if isinstance(session, str) else None
        if known is not None and known.created is not None:
            return known.created
        if auth is None or auth.get("type") != DUMMY:
            await self.check_open()
            self.steps.check_new(_new_account(asked))
            await self._check_name(asked)
            session = session if known and isinstance(session, str) else self._new_session(asked)
            self._remember(session, asked)
            version = self.steps.consent.policy_version
            unknown = auth is not None and auth.get("type") is not None
            return Stages(session, version, (DUMMY,), (), OtherStage() if unknown else None)
        merged = {**known.asked, **asked} if known else asked
        if isinstance(session, str) and self._version(session) is not None:
            self._check_repeated(session, merged)
        attempt = self.attempt(Door.TEST_ACCOUNT)
        created = await self.steps.at_once(attempt, _new_account(merged), Basis.TEST)
        if known is not None:
            known.created, known.asked = created, {}
        return created

    async def _check_name(self, asked: dict[str, Any]) -> None:
        """Refuse a name that is taken before anything has to be shown, as Matrix wants it."""
        new = _new_account(asked)
        if new.guest is not None:
            if new.username is None:
                raise Missing("A guest registers under the name that it has: username is missing.")
            await self.steps.accounts.upgrading.check(new.guest, new.username)
        elif new.username is not None:
            await self.steps.check_name(new.username)

    # -- stages --------------------------------------------------------------------------------

    async def _show(
        self, session: str, auth: dict[str, Any], lang: str, knock: Knock
    ) -> Refused | None:
        """Take what a client shows for one stage; return why not, if not."""
        kind = auth.get("type")
        try:
            if kind == TERMS:
                await self.agree(session, lang, knock)
            elif kind == WORK:
                shown = {name: auth[name] for name in ("challenge", "answers") if name in auth}
                if shown:
                    await self.prove(session, as_struct(shown, Proof))
            elif kind == TOKEN:
                token = auth.get("token")
                if not isinstance(token, str):
                    return BadInvite()
                await self.steps.invited(session, token)
            elif kind not in (None, CONTACT):
                return OtherStage()
        except (BadInvite, NoSuchRegistration, ProofNeeded, BadProof, NotYourTurn) as wrong:
            return wrong
        return None

    async def _stages(self, session: str, knock: Knock, wrong: Refused | None) -> Stages:
        version = self._version(session)
        assert version is not None, "it was made here or checked"
        told = await self.steps.keeper.told_to_wait(self.attempt(Door.PHONE))
        flow, done = (TERMS, CONTACT) if told is None else (TERMS, TOKEN, CONTACT), ()
        if told is not None and isinstance(wrong, BadInvite):
            wrong = BadInvite(f"{wrong.words} {told.words}")
        registration = await self.steps.find(session)
        challenge = await self.demanded(session, knock)
        if await self.steps.screening.knocks.is_proved(session):
            done = (WORK,)
        if challenge is not None or done:
            flow = (WORK, *flow)
        completed = (*done, *_completed(flow, registration))
        return Stages(session, version, flow, completed, wrong, challenge, told)

    # -- sessions ------------------------------------------------------------------------------

    async def _stands(self, session: str) -> bool:
        """Tell whether a session is ours, and its registration, if it has begun, goes on."""
        if self._version(session) is None:
            return False
        pending = self._pending.get(session)
        if pending is not None and pending.created is not None:
            return True
        registration = await self.steps.find(session)
        if registration is None:
            return self._version(session, REGISTRATION_LIFE) is not None
        return registration.stage not in ENDED

    def _new_session(self, asked: dict[str, Any]) -> str:
        nonce = urlsafe(self.steps.ids.bytes(18))
        gave = "".join(letter for letter, key in _GIVEN.items() if asked.get(key))
        version = self.steps.consent.policy_version
        body = f"{nonce}.{self.steps.clock.ms():x}.{gave}.{version}"
        return f"{body}.{_signature(self.house_keys()[0], body)}"

    def _version(self, session: str, life: timedelta = HELD_LIFE) -> str | None:
        """Return the policy version that a session of ours was shown, ``None`` for others.

        A registration that has begun has a life of its own, and may wait for a decision.
        """
        body, _, signature = session.rpartition(".")
        ours = (_signature(key, body).encode() for key in self.house_keys())
        if not any(hmac.compare_digest(signature.encode(), one) for one in ours):
            return None
        _, began_ms, _, version = body.split(".")
        if self.steps.clock.ms() - int(began_ms, 16) > life.total_seconds() * 1000:
            return None
        return version

    def _check_repeated(self, session: str, asked: dict[str, Any]) -> None:
        """Refuse to make an account of another name because another worker was asked first."""
        gave = session.split(".")[2]
        for letter, key in _GIVEN.items():
            if letter in gave and not asked.get(key):
                raise Missing(f"{key} is not known here any more: send it again.")

    def _remember(self, session: str, asked: dict[str, Any]) -> Pending:
        now = self.steps.clock.now()
        while self._pending:
            oldest = next(iter(self._pending.values()))
            if oldest.until > now and len(self._pending) < REMEMBERED_MAX:
                break
            self._pending.popitem(last=False)
        pending = self._pending.get(session)
        if pending is None:
            pending = self._pending[session] = Pending(now + REMEMBERED_LIFE, {})
        pending.asked.update(asked)
        return pending


def _new_account(asked: dict[str, Any]) -> NewAccount:
    fields = msgspec.convert(asked, Asked)
    return NewAccount(
        username=fields.username.lower() if fields.username else None,
        password=fields.password,
        device_id=fields.device_id,
        device_name=fields.initial_device_display_name,
        refresh=fields.refresh_token,
        sign_in=not fields.inhibit_login,
        guest=fields.guest_access_token,
    )


def _completed(flow: tuple[str, ...], registration: Registration | None) -> tuple[str, ...]:
    if registration is None or registration.receipt_id is None:
        return ()
    done = [TERMS]
    if registration.invite_digest is not None:
        done.append(TOKEN)
    if registration.stage in (Stage.VERIFIED, Stage.DETAILED):
        done.append(CONTACT)
    return tuple(stage for stage in flow if stage in done)


def _signature(key: bytes, body: str) -> str:
    message = b"teahouse registration session 1\0" + body.encode()
    return urlsafe(hmac.digest(key, message, hashlib.sha256)[:24])
