"""Knocking at the doors of a house, in each of five ways; what comes of it is told in one word."""

import enum
import hashlib
import hmac
import itertools
import json
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx

from teahouse.approvals.model import Decision, Verdict
from teahouse.appservices.model import parse
from teahouse.cli.doors import Outcome
from teahouse.gate.model.doors import Door
from teahouse.gate.model.invites import Invite, PassKind
from teahouse.gate.model.notices import GateClosed, GatePaced, notice_of, sentence
from teahouse.gate.model.policies import Draft, Policy, State
from teahouse.ids import token_digest
from teahouse.screening.model.rules import RULES
from tests.flows.people import official
from tests.gate.house import REGISTER, SUSPENSION
from tests.living import Living, Person

START, ADMIN = "/api/v1/registrations", "/_synapse/admin/v1/register"
DUMMY, TERMS = "m.login.dummy", "m.login.terms"
TOKEN, CONTACT = "m.login.registration_token", "org.teahouse.verify_contact"
PASSWORD = "correct horse"
SECRET = "secret"
AGREE = {"birth_month": "2015-03", "password": PASSWORD, "lang": "en"}
PASSES = {Door.INVITE: PassKind.INVITE, Door.VOUCHING: PassKind.VOUCH}
_serial = itertools.count(1)


class Way(enum.Enum):
    """How somebody knocks."""

    NEW_DEVICE = "new device"
    NEW_NUMBER = "new number"
    OLD_CLIENT = "old client"
    REPLAYED = "replayed code"
    DIRECT = "direct API"


@dataclass(repr=False)
class Street:
    """A house in test mode, the same house as people find it, and who knocks there."""

    home: Living
    plain: Any = None  # the server of the same house not in test mode, on the same database
    parent: Person | None = None
    stale: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    async def trust(self) -> None:
        """Switch screening off, so that the gate alone decides."""
        for rule, kind in RULES.items():
            await self.home.house.doors.screening.desk.set_rule(
                "op", rule.value, "off", kind.amount
            )

    async def approve(self) -> None:
        """Approve whoever waits for an operator."""
        approvals = self.home.house.doors.approvals
        waiting = [one.request_id for one, _ in await approvals.page(True, "", 50)]
        await approvals.decide("op", waiting, Verdict(Decision.APPROVE, "checked"))

    async def policy(self, state: State, **scope: Any) -> Policy:
        """Put a policy for all doors in force."""
        pace = 1 if state is State.PACED else None
        draft = Draft(state=state, pace_per_minute=pace, words=SUSPENSION, **scope)
        return await self.home.house.doors.gate.policies.set("op", "the owner", draft)

    async def end(self, policy: Policy) -> None:
        await self.home.house.doors.gate.policies.end("op", policy.policy_id, "it is over")

    async def accounts(self) -> int:
        """Count the accounts that there ever were."""
        async with self.home.house.db.read() as tx:
            return await tx.value("select count(*) from accounts_accounts")

    async def code(self, to: str) -> str:
        return await self.home.code(to)

    async def invitation(self, account_class: str, kind: PassKind) -> str:
        """Make a pass, as an operator's invitation or a member's vouching is one."""
        keeper, now = self.home.house.doors.gate.keeper, self.home.house.ground.clock.now()
        token, one = keeper.ids.readable(24), keeper.ids.ulid()
        until = now + timedelta(days=1)
        given = Invite(one, "matrix", "*", account_class, 1, until, "op", now, kind=kind)
        async with keeper.db.transaction() as tx:
            await keeper.give_pass(tx, token_digest(token), given)
        return token


def contact(kind: str) -> str:
    one = next(_serial)
    return f"guest{one}@tea.example" if kind == "email" else f"+4479460{one:05d}"


def name() -> str:
    return f"guest{next(_serial)}"


@dataclass(repr=False)
class Own:
    """A registration by our own API, as far as it came."""

    street: Street
    door: Door
    account_class: str
    agent: str = "teahouse-web/2"
    path: str = ""
    used: str = ""
    name: str = field(default_factory=name)

    @property
    def kind(self) -> str:
        return "email" if self.door in (Door.EMAIL, Door.OFFICIAL) else "phone"

    async def post(self, path: str, body: Any = None) -> httpx.Response:
        headers = {"user-agent": self.agent}
        return await self.street.home.client.post(path, json=body, headers=headers)

    async def begin(self) -> httpx.Response:
        asked: dict[str, Any] = {"account_class": self.account_class, "door": self.kind}
        if self.door in PASSES:
            token = await self.street.invitation(self.account_class, PASSES[self.door])
            asked["invite_token"] = token
        told = await self.post(START, asked | {"service_region": "intl"})
        if told.status_code == 201:
            self.path = f"{START}/{told.json()['registration_id']}"
        return told

    async def prove(self, version: str) -> httpx.Response:
        """Agree, and prove a contact."""
        child = {"under_14": True} if self.door is Door.CHILD else {}
        said = {"policy_version": version, "lang": "en"} | child
        told = await self.post(f"{self.path}/consent", said)
        if told.status_code != 200:
            return told
        recycled = self.door is Door.RECYCLED_NUMBER
        value = self.street.stale[self.account_class].pop() if recycled else contact(self.kind)
        told = await self.post(f"{self.path}/contact", {"kind": self.kind, "value": value})
        if told.status_code != 202:
            return told
        self.used = await self.street.code(value)
        told = await self.post(f"{self.path}/code", {"code": self.used})
        assert told.status_code == 200, told.text
        assert told.json().get("taken", False) == recycled
        if self.account_class == "official":
            told = await self.post(f"{self.path}/official", official(self.name))
        return told

    async def last(self) -> httpx.Response:
        """Make the account."""
        if self.door is Door.RECYCLED_NUMBER:
            told = await self.post(f"{self.path}/not-me")
            if told.status_code != 200:
                return told
        told = await self.finish()
        if told.json().get("held_for") == ["review"]:  # an official account's particulars
            await self.street.approve()
            told = await self.finish()
        if self.door is Door.CHILD and told.json().get("code") == "gate.held":
            asked = (await self.post(f"{self.path}/guardian")).json()["code"]
            parent = self.street.parent
            assert parent is not None
            await parent.did("POST", f"/api/v1/guardian/asks/{asked}/agree", AGREE)
            told = await self.finish()
        return told

    async def finish(self) -> httpx.Response:
        return await self.post(f"{self.path}/finish", {"username": self.name})

    async def whole(self) -> httpx.Response:
        """Take every step; return the first refusal, or the last answer."""
        told = await self.begin()
        if told.status_code != 201:
            return told
        told = await self.prove(told.json()["policy_version"])
        return told if told.status_code not in (200, 204) else await self.last()


@dataclass(repr=False)
class Matrix:
    """A registration by Matrix's ``/register``, as an old client does it."""

    street: Street
    door: Door
    address: tuple[str, int] = field(default_factory=lambda: (f"100.64.{next(_serial) % 250}.7", 1))

    async def register(self, auth: Any = None, **more: Any) -> httpx.Response:
        body = {"username": more.pop("username", name()), "password": PASSWORD}
        return await self.post(REGISTER, body | ({"auth": auth} if auth else {}))

    async def post(self, path: str, body: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self.street.plain, client=self.address)
        async with httpx.AsyncClient(transport=transport, base_url="http://house") as client:
            return await client.post(path, json=body)

    async def whole(self) -> httpx.Response:
        told = await self.register()
        if told.status_code != 401:
            return told
        session, username = told.json()["session"], name()
        stages = told.json()["flows"][0]["stages"]
        told = await self.register({"type": TERMS, "session": session}, username=username)
        assert told.status_code == 401, told.text
        assert TERMS in told.json().get("completed", ()), told.text
        if TOKEN in stages or self.door in PASSES:
            token = "none"
            if self.door in PASSES:
                token = await self.street.invitation("personal", PASSES[self.door])
            auth = {"type": TOKEN, "session": session, "token": token}
            told = await self.register(auth, username=username)
            if self.door not in PASSES:
                return told
        kind = "email" if self.door is Door.EMAIL else "phone"
        value, path = contact(kind), f"{START}/{session}"
        told = await self.post(f"{path}/contact", {"kind": kind, "value": value})
        assert told.status_code == 202, told.text
        code = {"code": await self.street.code(value)}
        assert (await self.post(f"{path}/code", code)).status_code == 200
        return await self.register({"session": session}, username=username)


@dataclass(repr=False)
class Trial:
    """A test account: in test mode, at once."""

    street: Street
    agent: str = "teahouse-web/2"

    async def whole(self, session: str = "", username: str = "") -> httpx.Response:
        auth = {"type": DUMMY} | ({"session": session} if session else {})
        body = {"username": username or name(), "password": PASSWORD, "auth": auth}
        headers = {"user-agent": self.agent}
        return await self.street.home.client.post(REGISTER, json=body, headers=headers)


@dataclass(repr=False)
class Visitor:
    """A guest: at once, and with nothing to tell."""

    street: Street

    async def whole(self) -> httpx.Response:
        return await self.street.home.client.post(f"{REGISTER}?kind=guest", json={})


@dataclass(repr=False)
class Tool:
    """An administrator's tool, which knows the shared secret."""

    street: Street
    used: dict[str, Any] = field(default_factory=dict[str, Any])

    async def whole(self) -> httpx.Response:
        nonce = (await self.street.home.client.get(ADMIN)).json()["nonce"]
        new = name()
        said = f"{nonce}\0{new}\0{PASSWORD}\0notadmin".encode()
        mac = hmac.new(SECRET.encode(), said, hashlib.sha1).hexdigest()
        self.used = {"nonce": nonce, "username": new, "password": PASSWORD, "mac": mac}
        return await self.again()

    async def again(self) -> httpx.Response:
        return await self.street.home.client.post(ADMIN, json=self.used)


@dataclass(repr=False)
class Program:
    """An application service, which shows its token."""

    street: Street

    async def whole(self) -> httpx.Response:
        names = {"users": [{"regex": ".*", "exclusive": False}]}
        said = {"id": "bridge", "as_token": SECRET, "hs_token": "h", "sender_localpart": "bridge"}
        bridge = parse(json.dumps(said | {"namespaces": names}))
        with suppress(GateClosed, GatePaced):  # its own user comes to be once it may
            await self.street.home.house.programs.appservices.keeping.add("op", bridge)
        body = {"type": "m.login.application_service", "username": name()}
        headers = {"authorization": f"Bearer {SECRET}"}
        return await self.street.home.client.post(REGISTER, json=body, headers=headers)


def outcome(told: httpx.Response, policy: Policy) -> Outcome:
    """Return what an answer means; a refusal carries the policy's notice, in the same words."""
    if told.status_code in (200, 201):
        return Outcome.MADE
    said = told.json()
    notice = said.get("notice") or said.get("org.teahouse.notice")
    assert notice, f"{told.status_code} {told.text}"
    assert notice["id"] == policy.policy_id
    waitlist = said.get("waitlist") or said.get("org.teahouse.waitlist")
    words = sentence(notice_of(policy))
    if waitlist:
        words += f" Wait for your turn / 排队等候：{waitlist['page']}"
    heard = said.get("detail") or said["error"]
    assert heard.endswith(words), (heard, words)
    assert heard == words or told.status_code == 401, heard
    if told.status_code == 429:
        return Outcome.LIMITED
    assert told.status_code in (401, 403), told.text
    if waitlist:
        return Outcome.WAITING_LIST
    return Outcome.INVITATION if policy.state is State.INVITE_ONLY else Outcome.REFUSED
