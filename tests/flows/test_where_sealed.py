"""What is sealed lies where it is declared: a real row of every column is opened through it.

The rows come to be as they always do, over HTTP. They are opened by the verifier, which knows
nothing of the code that sealed them but what the stores declare.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from teahouse.accounts.store.personal import EMAIL
from teahouse.app import SEALED
from teahouse.appservices.model import parse
from teahouse.clock import FixedClock
from teahouse.gate.model.policies import State
from teahouse.infra.db.pool import Database
from teahouse.infra.vault.verifier import Looking, Verifier
from teahouse.minors.model.ages import Token
from teahouse.oidc.model import Arrival
from teahouse.oidc.store import SUBJECT
from teahouse.phoneholders.model import HolderWord, Question
from tests.appservices.bridge import registration
from tests.authenticator import Authenticator
from tests.cases.desk import MINE, banned, judges
from tests.disclosures.test_disclosures import WHAT, asked, recorded
from tests.flows.test_official import ABROAD, RENAMED, daily, propose
from tests.guardians.test_guardians import AGREE, asks, waiting
from tests.holds.test_holds import held, take_back
from tests.legacies.test_legacies import claim, named
from tests.living import Living, Owner, Person, living
from tests.minors.test_minors import family
from tests.orders.desk import pair, written
from tests.pairing.test_pairing import MINE as PAIRINGS
from tests.pairing.test_pairing import ask as ask_to_pair
from tests.passkeys.conftest import ORIGIN
from tests.passkeys.test_passkeys import add as add_passkey
from tests.phoneholders.test_phoneholders import ASKED as HOLDER_ASKED
from tests.phoneholders.test_phoneholders import PLACE as HOLDER_PLACE
from tests.pushers.gateway import Chrome, Receiver
from tests.pushers.test_web import CONSENTS, WEB
from tests.realnames.test_realnames import ASKED, PLACE
from tests.refunds.test_refunds import asked as asked_back
from tests.refunds.test_refunds import operated, spent
from tests.refunds.test_refunds import step as take
from tests.regimes.test_regimes import DRAFT, SHOWN, Registry
from tests.restrictions.test_restrictions import ended as freed
from tests.restrictions.test_restrictions import restrict
from tests.rights.test_exports import EXPORTS, policy, step_up
from tests.rights.test_requests import FILE
from tests.settings.test_settings import PLACE as SETTINGS
from tests.settings.test_settings import mail
from tests.waitlist.line import Line

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
UK = "+447911123456"
SETUP = "/api/v1/operator/setup"


@dataclass
class Place:
    """A house, and which sealed columns were opened in it."""

    home: Living
    clock: FixedClock
    seen: set[str] = field(default_factory=set[str])

    async def look(self) -> None:
        """Open everything that is there now."""
        ground = self.home.house.ground
        verifier = Verifier(ground.db, ground.vault.ring, b"k" * 32)
        for one in SEALED:
            found = await verifier.table(one, Looking())
            for column in found.columns.values():
                assert column.broken == [], f"{column.name} lies elsewhere than is declared"
                if column.opened:
                    self.seen.add(column.name)

    async def post(self, path: str, body: Any) -> Any:
        answer = await self.home.client.post(path, json=body)
        assert answer.status_code < 300, f"{path}: {answer.text}"
        return answer.json()

    async def ann(self) -> Person:
        return await self.home.joined("ann", UK)

    async def account_id(self, name: str = "ann") -> str:
        accounts = self.home.house.people.accounts
        return (await accounts.account(f"@{name}:s")).account_id

    async def owner(self) -> Owner:
        return await self.home.owner()


class Holders:
    """Says of everybody that they hold their number, and are grown up."""

    name = "guild"

    async def ask(self, question: Question, request_id: str) -> HolderWord:
        assert question.phone
        return HolderWord(self.name, matches=True, reference=f"line {request_id}", age=Token(18))


@pytest.fixture
async def place(database: Database, dsn: str, tmp_path: Path) -> AsyncIterator[Place]:
    clock = FixedClock(NOW)
    async with living(dsn, tmp_path, clock, public_url=ORIGIN) as home:
        object.__setattr__(home.house.people.realnames, "provider", Registry())
        object.__setattr__(home.house.ways.phone_holders, "verifier", Holders())
        yield Place(home, clock)


async def signing_in(place: Place) -> None:
    ann = await place.ann()
    ground, accounts = place.home.house.ground, place.home.house.people.accounts
    account_id = await place.account_id()
    async with ground.db.transaction() as tx:
        await ground.vault.grant(tx, account_id, [EMAIL.purpose])
        await accounts.add_identifier(tx, account_id, "email", "ann@tea.example")
    body = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": ann.user_id},
        "password": "correct horse",
        "initial_device_display_name": "Kettle",
    }
    told = await ann.did("POST", "/login", body)
    kettle = Person(place.home, ann.user_id, told["access_token"], told["device_id"])
    await add_passkey(kettle, Authenticator(ORIGIN))


async def showing_oneself(place: Place) -> None:
    ann = await place.ann()
    path = f"/profile/{ann.user_id}"
    await ann.did("PUT", f"{path}/displayname", {"displayname": "Ann"})
    await ann.did("PUT", f"{path}/avatar_url", {"avatar_url": "mxc://s/a"})
    await ann.did("PUT", f"{path}/m.tz", {"m.tz": "Europe/London"})
    said = {"presence": "online", "status_msg": "Brewing"}
    await ann.did("PUT", f"/presence/{ann.user_id}/status", said)
    answer = await place.home.client.post(
        "/_matrix/media/v3/upload?filename=leaf.txt",
        content=b"green",
        headers={"authorization": f"Bearer {ann.token}", "content-type": "text/plain"},
    )
    assert answer.status_code == 200


async def being_told(place: Place) -> None:
    ann = await place.ann()
    await ann.did("POST", CONSENTS, {"accept": ["pushers.web"], "withdraw": [], "lang": "zh"})
    browser = Chrome(Receiver()).subscription("any")
    await ann.did("PUT", WEB, browser | {"endpoint": "https://push.example/1"})
    data = {"url": "https://push.example/_matrix/push/v1/notify"}
    named = {"app_display_name": "App", "device_display_name": "Phone", "lang": "en"}
    place_of_app = {"kind": "http", "app_id": "a", "pushkey": "k", "data": data}
    await ann.did("POST", "/pushers/set", place_of_app | named)


async def letting_a_bridge_in(place: Place) -> None:
    keeping = place.home.house.programs.appservices.keeping
    await keeping.add("cli:tea", parse(registration(None)))


async def registering(place: Place) -> None:
    begun = await place.post("/api/v1/registrations", {"door": "phone", "service_region": "intl"})
    there = f"/api/v1/registrations/{begun['registration_id']}"
    said = {"policy_version": begun["policy_version"], "lang": "en"}
    await place.post(f"{there}/consent", said)
    await place.post(f"{there}/contact", {"kind": "phone", "value": "+447911123499"})
    await place.look()  # before the code is sent, and the contact beside it forgotten
    path = await place.home.verified(UK, account_class="official")
    await place.post(f"{path}/official", ABROAD)


async def waiting_for_approval(place: Place) -> None:
    owner = await place.owner()
    official = await daily(place.home, owner)
    assert (await propose(official, RENAMED))[0] < 300
    await place.look()
    await owner.did("PUT", "/approvals/rules", {"door": "phone"})
    other = await place.home.verified("+447911123457")
    assert (await place.home.finish(other, "bo")).status_code == 403
    answer = await place.home.client.put(f"{other}/approval", json={"reason": "My mother."})
    assert answer.status_code == 200, answer.text


async def being_helped_back(place: Place) -> None:
    owner, _ = await place.owner(), await place.ann()
    asked = {
        "account_id": await place.account_id(),
        "reason": "lost in a fire",
        "evidence": "Seen at the desk: her card.",
        "contact_kind": "phone",
        "contact": "+447700900199",
        "password": "twelve letters",
    }
    await owner.did("POST", "/recoveries", asked)


async def being_a_child(place: Place) -> None:
    parent = await place.ann()
    path, code = await waiting(place.home, "+447911123457")
    await parent.did("POST", asks(code, "/agree"), AGREE)
    await place.look()
    assert (await place.home.finish(path, "kid")).status_code == 201


async def growing_up(place: Place) -> None:
    parent, child = await family(place.home, "2012-01")
    assert parent.user_id != child.user_id
    await child.did("POST", "/api/v1/minors/me/appeal", {"words": "I am older than that."})


async def asking_money_back(place: Place) -> None:
    parent, _, ward = await spent(place.home, 300)
    claim = (await asked_back(parent, ward))["refund_id"]
    first, second = await operated(place.home), await operated(place.home)
    await take(first, claim, "check")
    await take(first, claim, "refuse")
    await take(parent, claim, "appeal")
    await take(second, claim, "refuse")


async def being_in_line(place: Place) -> None:
    line = Line(place.home)
    await line.set(State.WAITLIST)
    await line.join("ann@example.org")


async def asking_for_ones_rights(place: Place) -> None:
    owner, ann = await place.owner(), await place.ann()
    version = await policy(place.home)
    body = {"policy_version": version, "lang": "en"}
    asked = {"kind": "complaint", "text": "Too many letters.", "contact": "a@b.example"}
    await place.post(FILE, asked | body)
    (listed,) = (await owner.did("GET", "/requests"))["requests"]
    said = {"outcome": "granted", "reasons": "We stopped."}
    await owner.did("POST", f"/requests/{listed['request_id']}/answer", said)
    await step_up(ann)
    assert (await ann.ask("POST", EXPORTS, body)).status_code == 202
    await place.home.run_jobs()


async def keeping_passkeys(place: Place) -> None:
    await add_passkey(await place.ann(), Authenticator(ORIGIN))
    owner = await place.owner()
    await owner.did("POST", "/authenticator/begin", {"password": "twelve letters"})
    operators = place.home.house.people.operators
    link = await operators.setup_link("cli:root", again=True)
    assert link is not None
    token = link.url.partition("#")[2]
    body = {"token": token, "name": "bea", "password": "twelve letters"}
    begun = await place.post(f"{SETUP}/begin", body)
    await place.look()
    made = Authenticator(ORIGIN).create(begun["passkey_options"])
    await place.post(f"{SETUP}/finish", {"token": token, "credential": made, "label": "Key"})


async def pairing_devices(place: Place) -> None:
    ann = await place.ann()
    shown = await ask_to_pair(place.home)
    await ann.did("POST", f"{PAIRINGS}/look", {"code": shown["code"]})


async def running_the_house(place: Place) -> None:
    owner = await place.owner()
    chosen = mail(1, username="codes", password="p@ss/word")
    await owner.did("PUT", SETTINGS.removeprefix("/api/v1/operator") + "/mail", chosen)
    csv = "username,display_name,phone,email\nann,,+447911123456,\n"
    await owner.did("POST", "/imports", {"csv": csv, "label": "Autumn"})


async def reporting(place: Place) -> None:
    owner, ann = await place.owner(), await place.ann()
    await ann.did("POST", f"/users/{ann.user_id}/report", {"reason": "Spilled tea"})
    (one,) = (await owner.did("GET", "/complaints"))["complaints"]
    decision = {"outcome": "dismissed", "answer": "Wiped up."}
    await owner.did("POST", f"/complaints/{one['complaint_id']}/decide", decision)


async def being_judged(place: Place) -> None:
    ann = await place.ann()
    bo = await place.home.joined("bo", "+447911123457")
    first, second = await judges(place.home)
    camera = {"reason": "", "org.teahouse.category": "camera"}
    await bo.did("POST", f"/users/{ann.user_id}/report", camera)
    case_id = (await first.queue())[0]["case_id"]
    await ann.did("POST", f"/api/v1/appearances/{case_id}/words", {"words": "I am grown up."})
    for act in ("verify", "order"):
        await first.act(case_id, act)
    await ann.did("POST", f"{MINE}/{case_id}/comply", {})
    await ann.did("POST", f"{MINE}/{case_id}/appeal", {"words": "It is my name."})
    await second.did("POST", f"/{case_id}/appeal/take")
    said = {"outcome": "upheld", "answer": "It is somebody else's."}
    await second.did("POST", f"/{case_id}/appeal/decide", said)


async def being_banned(place: Place) -> None:
    bo, house = await place.home.joined("bo", "+447911123457"), place.home.house
    account_id = await place.account_id("bo")
    async with house.db.transaction() as tx:
        await house.ground.vault.grant(tx, account_id, [EMAIL.purpose])
        await house.people.accounts.add_identifier(tx, account_id, "email", "bo@tea.example")
    await linked(place, account_id)
    await banned(place.home, bo)


async def showing_who_one_is(place: Place) -> None:
    owner, ann = await place.owner(), await place.ann()
    bo = await place.home.joined("bo", "+447911123457")
    await ann.did("POST", PLACE, ASKED)
    await owner.did("POST", "/regimes", DRAFT)
    path = await place.home.verified("+447911123458")
    assert (await place.home.finish(path, "cy")).status_code == 403
    await place.post(f"{path}/realname", SHOWN)
    for days in (timedelta(minutes=2), timedelta(days=2), timedelta(days=2)):
        await place.look()
        place.clock.move(days)
        await place.home.run_jobs()
    await bo.did("POST", "/api/v1/tasks/realname/appeal", {"words": "I have no such document."})
    await bo.did("POST", HOLDER_PLACE, HOLDER_ASKED)


async def being_ordered(place: Place) -> None:
    await (await pair(place.home)).brought(written(place.clock))


async def being_asked_about(place: Place) -> None:
    judge, _ = await judges(place.home)
    request_id = await recorded(judge, asked(place.clock))
    answer = await judge.at("POST", f"/disclosures/{request_id}/propose", WHAT)
    assert answer.status_code == 200, answer.text


async def being_held(place: Place) -> None:
    ann = await place.ann()
    room = await ann.room()
    said = await ann.say(room, "by order")
    await ann.did("PUT", f"/profile/{ann.user_id}/displayname", {"displayname": "Before"})
    await held(place.home, place.clock, ("message", said), ("account", ann.user_id))
    await take_back(ann, room, said)
    await ann.did("PUT", f"/profile/{ann.user_id}/displayname", {"displayname": "After"})


async def being_restricted(place: Place) -> None:
    ann = await place.ann()
    first, _ = await judges(place.home)
    assert (await restrict(ann)).status_code == 201
    told = await freed(first, await place.account_id())
    assert "code" not in told, told


async def dying(place: Place) -> None:
    ann, bo = await place.ann(), await place.home.joined("bo", "+447911123457")
    await named(ann, bo, "copy")
    await claim(bo, ann, "copy")


async def coming_by_a_provider(place: Place) -> None:
    await place.ann()
    await linked(place, await place.account_id())


async def linked(place: Place, account_id: str) -> None:
    ground = place.home.house.ground
    arrival = Arrival("p", "sub", "ann", "Ann", "/", NOW + timedelta(minutes=5))
    async with ground.db.transaction() as tx:
        await ground.vault.grant(tx, account_id, [SUBJECT.purpose])
        await place.home.house.ways.oidc._link(tx, account_id, arrival)


LIVES: list[tuple[Callable[[Place], Awaitable[None]], set[str]]] = [
    (
        signing_in,
        {
            "accounts_identifiers.phone",
            "accounts_identifiers.email",
            "accounts_sessions.device_name",
            "accounts_sessions.last_seen_address",
            "recovery_notices.device_name",
            "recovery_notices.about",
            "recovery_notices.place",
        },
    ),
    (
        showing_oneself,
        {
            "profiles_profiles.display_name",
            "profiles_profiles.avatar_url",
            "profiles_profiles.fields",
            "presence_statuses.status",
            "media_files.name",
        },
    ),
    (being_held, {"holds_kept.body", "holds_values.value"}),
    (being_restricted, {"restrictions_restrictions.words", "restrictions_restrictions.answer"}),
    (dying, {"legacies_claims.words"}),
    (being_told, {"pushers_pushers.app", "pushers_pushers.browser"}),
    (
        registering,
        {
            "codes_codes.contact",
            "registrations_registrations.contact",
            "registrations_registrations.details",
        },
    ),
    (
        waiting_for_approval,
        {
            "approvals_requests.reason",
            "approvals_letters.contact",
            "officials_accounts.name",
            "officials_accounts.subject_name",
            "officials_accounts.licence",
            "officials_changes.details",
        },
    ),
    (being_helped_back, {"recovery_helps.contact", "recovery_helps.evidence"}),
    (being_a_child, {"guardians_asks.birth_month", "guardians_links.birth_month"}),
    (growing_up, {"minors_ages.token", "minors_appeals.words"}),
    (
        asking_money_back,
        {
            "refunds_claims.words",
            "refunds_claims.reason",
            "refunds_claims.appeal_words",
            "refunds_claims.appeal_reason",
        },
    ),
    (being_in_line, {"waitlist_places.contact"}),
    (
        asking_for_ones_rights,
        {
            "rights_requests.text",
            "rights_requests.contact",
            "rights_requests.answer",
            "rights_exports.secret",
        },
    ),
    (
        keeping_passkeys,
        {
            "passkeys_passkeys.credential_id",
            "passkeys_passkeys.public_key",
            "passkeys_passkeys.label",
            "operators_operators.totp_secret",
            "operators_operators.totp_pending",
            "operators_setup.totp_secret",
            "operators_passkeys.credential_id",
            "operators_passkeys.public_key",
            "operators_passkeys.label",
        },
    ),
    (pairing_devices, {"pairing_pairings.device_name", "pairing_pairings.place"}),
    (running_the_house, {"settings_values.value", "imports_rows.particulars"}),
    (
        showing_who_one_is,
        {
            "realnames_proofs.reference",
            "realnames_pending.reference",
            "realnames_pending.age",
            "phoneholders_checks.reference",
            "regimes_tasks.appeal",
        },
    ),
    (reporting, {"complaints_complaints.reason", "complaints_complaints.answer"}),
    (
        being_judged,
        {
            "appearances_appearances.words",
            "cases_cases.evidence",
            "cases_steps.statement",
            "cases_appeals.words",
            "cases_appeals.answer",
        },
    ),
    (being_banned, {"bars_contacts.phone", "bars_contacts.email", "bars_contacts.subject"}),
    (being_ordered, {"orders_orders.evidence"}),
    (being_asked_about, {"disclosures_requests.asked", "disclosures_requests.given"}),
    (coming_by_a_provider, {"oidc_links.subject"}),
    (letting_a_bridge_in, {"appservices_services.hs_token"}),
]


def test_no_column_is_left_out() -> None:
    declared = {field.name for one in SEALED for field in one.fields}
    assert set().union(*(columns for _, columns in LIVES)) == declared


@pytest.mark.parametrize(("life", "columns"), LIVES, ids=[life.__name__ for life, _ in LIVES])
async def test_a_real_row_opens_through_its_declaration(
    place: Place, life: Callable[[Place], Awaitable[None]], columns: set[str]
) -> None:
    await life(place)
    await place.look()
    assert columns - place.seen == set()
