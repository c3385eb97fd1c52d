"""A house to walk through: the demo town, and something on every page, made through the API."""

import asyncio
import json
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from tests.browser.assessed import assessed
from tests.browser.authorities import (
    LEAK,
    what_authorities_want,
    what_can_be_had,
    what_went_wrong,
    who_kept_for_the_house,
)
from tests.browser.decided import the_cases
from tests.browser.inspected import inspected
from tests.browser.kin import a_family
from tests.browser.operators import PASSWORD, SUSPENSION, code
from tests.browser.people import PASSWORD as KETTLE
from tests.browser.people import PATIENCE_MS
from tests.engines.house import Server, environment

OPERATORS = "/api/v1/operator"
CHANGED = "profiles.public"
ROOMS = {"Tea": "tea", "Notes": "notes"}
GUILD = {
    "id": "guild", "name": "茶业公会 Tea Guild", "issuer": "https://id.guild.example",
    "client_id": "teahouse", "client_secret": "not a secret",
}  # fmt: skip
CLOSED = SUSPENSION
PACED = {
    "state": "paced",
    "region": "eu",
    "account_class": "developer",
    "door": "email",
    "pace_per_minute": 30,
}
LINE = {**SUSPENSION, "state": "waitlist", "region": "intl", "account_class": "official"}
INVITE = {"label": "春茶会 / Spring guests", "uses": 12, "region": "*", "account_class": "personal"}
REGIME = {
    "region": "eu", "realname": "id", "limits_speaking": True, "days": 30, "per_day": 100,
    "reason": {"zh": "《示例法》第二十四条要求核验身份", "en": "Example Act, article 24"},
}  # fmt: skip
UPGRADE = {"reason": "密钥一年一换 / Keys are due each year"}
# A run that is three fifths done after ten minutes, and held there.
HELD = """
update upgrades_runs set state = 'backfill', laid = 'backfill', paused = true,
    started_at = now() - interval '10 minutes'
where run_id = $1"""
UNDER_WAY = """
insert into upgrades_steps
    (run_id, data_class, place, total, done, quarantined, began_at, moved_at)
select $1, data_class, place, total, total * part / 100, lost,
    now() - interval '10 minutes', now()
from (values
    ('kek', '', 41200, 100, 0), ('dek', 'accounts_identifiers', 52800, 100, 0),
    ('dek', 'accounts_sessions', 61040, 82, 0), ('dek', 'profiles_profiles', 41200, 64, 2),
    ('dek', 'registrations_registrations', 317, 0, 0),
    ('index', 'accounts_identifiers', 52800, 31, 0), ('index', 'waitlist_places', 96, 50, 0)
) as step (data_class, place, total, part, lost)"""
SAMPLED = """
insert into upgrades_samples (run_id, at, rate, p99_ms, queue_ms, exposed)
select $1, now() - interval '5 seconds' * (120 - nth), 1150 + 420 * sin(nth / 9.0),
    19 + 6 * cos(nth / 7.0), 2, round(total * (1 - 0.6 * nth / 120))
from generate_series(0, 119) as nth,
    (select sum(total) as total from upgrades_steps where run_id = $1) as steps"""
EXPOSED = """
insert into exposures_points (run_id, data_class, place, column_name, at, exposed, counted)
select $1, data_class, place, name, now() - interval '1 minute' * (10 - nth),
    round(total * greatest(0, 1 - nth * speed / 10)), nth = 0
from generate_series(0, 9) as nth, (values
    ('dek', 'accounts_identifiers', 'phone', 26400, 2.0),
    ('dek', 'accounts_identifiers', 'email', 26400, 1.2),
    ('dek', 'profiles_profiles', 'display_name', 41200, 0.7), ('index', 'waitlist_places', '', 96, 0.5)
) as told (data_class, place, name, total, speed)"""
ROWS = "username,display_name,phone,email\nhe.qing,何青,,he.qing@a.example\nx y,Bad,,b@a.example\n"
# The policy of last year, in which one purpose read otherwise, and an answer to that.
OLDER = """
insert into consent_policies (version, zh, en, effective_at, published_at)
select '2025-01-01', replace(zh, $1, 'older'), replace(en, $1, 'older'),
    effective_at - interval '1 year', published_at - interval '1 year'
from consent_policies order by effective_at desc limit 1"""
SAID = """
insert into consent_receipts
select 'older', account_id, registration_id, '2025-01-01', lang,
    array_append(accepted, $2), array_remove(declined, $2), basis, screen, now()
from consent_receipts where account_id = $1 order by at desc limit 1"""


@dataclass
class Town:
    """The house, who may come in, and where what was made stands."""

    server: Server
    client: httpx.AsyncClient
    operator: dict[str, Any] = field(default_factory=dict[str, Any])
    lin: dict[str, str] = field(default_factory=dict[str, str])
    eve: dict[str, str] = field(default_factory=dict[str, str])
    places: dict[str, str] = field(default_factory=dict[str, str])
    waits: dict[str, str] = field(default_factory=dict[str, str])
    contacts: int = 0

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    async def did(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        """Make a request that must succeed."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        told = await self.client.request(method, path, json=body, headers=headers)
        assert told.is_success, f"{method} {path}: {told.status_code} {told.text}"
        return told.json() if told.content else {}

    async def operates(self, method: str, path: str, body: Any = None) -> Any:
        """Make a request of the first owner's."""
        return await self.did(method, OPERATORS + path, body, self.operator.get("token", ""))

    async def matrix(
        self, method: str, path: str, who: dict[str, str], body: Any = None
    ) -> dict[str, Any]:
        """Make a request of a person's in Matrix's API."""
        return await self.did(method, f"/_matrix/client/v3{path}", body, who["accessToken"])

    async def until(self, method: str, path: str, good: Any, token: str = "") -> Any:
        """Ask until the answer is good."""
        async with asyncio.timeout(150):  # an upgrade is drawn back, and the machine may be busy
            while not good(told := await self.did(method, path, token=token)):
                await asyncio.sleep(0.05)
        return told

    async def code_for(self, contact: str, but: str = "") -> str:
        """Return the newest code that was sent to a contact, once it is another than the last."""
        path = f"/api/v1/test/codes?to={contact.replace('+', '%2B')}"
        told = await self.until("GET", path, lambda one: one["latest"] and one["latest"] != but)
        return str(told["latest"])

    def contact(self, kind: str) -> str:
        """Return a number or address that nobody has had."""
        self.contacts += 1
        if kind == "email":
            return f"tour{self.contacts}@a.example"
        return f"+4477009{self.contacts:05d}"

    async def registered(
        self, door: str, region: str, user: str, name: str = "", back: str = "", **said: Any
    ) -> httpx.Response:
        """Take every step of a registration; return the last answer, with the path as a header.

        ``back``: with a number that somebody has had.
        """
        start = {"door": door, "service_region": region}
        begun = await self.did("POST", "/api/v1/registrations", start)
        path = f"/api/v1/registrations/{begun['registration_id']}"
        answer = {"policy_version": begun["policy_version"], "lang": "zh", **said}
        await self.did("POST", f"{path}/consent", answer)
        contact = back or self.contact(door)
        last_code = await self.code_for(contact) if back else ""
        await self.did("POST", f"{path}/contact", {"kind": door, "value": contact})
        await self.did("POST", f"{path}/code", {"code": await self.code_for(contact, last_code)})
        last = {
            "device_name": "Pixel",
            "username": user,
            "password": KETTLE,
            "display_name": name or user,
        }
        told = await self.client.post(f"{path}/finish", json=last)
        told.headers["x-path"] = path
        return told

    async def signed_in(self, user: str, password: str) -> dict[str, str]:
        """Sign in, and return the session as the app keeps it."""
        body = {"kind": "password", "user": user, "password": password, "device_name": "Firefox"}
        told = await self.did("POST", "/api/v1/sessions", body)
        return as_kept(told)


def as_kept(told: dict[str, Any]) -> dict[str, str]:
    return {
        "userId": told["user_id"],
        "accessToken": told["access_token"],
        "deviceId": told["device_id"],
    }


@asynccontextmanager
async def furnished() -> AsyncIterator[Town]:
    """Open a house with the town in it."""
    folder = Path(tempfile.mkdtemp(prefix="teahouse-", dir="/tmp"))
    folder.chmod(0o755)
    server = await Server.start(
        folder, "--server-name", "tea.example", test_mode="1", oidc=json.dumps([GUILD]),
        realname_url="https://names.guild.example/", realname_secret="x" * 32,
        phone_holder_url="https://holders.guild.example/", phone_holder_secret="y" * 32,
    )  # fmt: skip
    try:
        link = (await server.says("/admin/setup#")).strip()
        base = f"http://127.0.0.1:{server.port}"
        async with httpx.AsyncClient(base_url=base, timeout=20) as client:
            town = Town(server, client)
            await the_owner(town, link.rpartition("#")[2])
            await the_people(town)
            await the_gate(town)
            await those_who_wait(town)
            await the_account(town)
            await the_desk(town)
            await the_cases(town)
            yield town
    finally:
        await server.stop()
        shutil.rmtree(folder)


async def the_owner(town: Town, token: str) -> None:
    """Set up the first owner, and have the demo town built."""
    body = {"token": token, "name": "ada", "password": PASSWORD}
    begun = await town.did("POST", f"{OPERATORS}/setup/begin", body)
    body = {"token": token, "code": code(begun["secret"])}
    town.operator = await town.did("POST", f"{OPERATORS}/setup/finish", body)
    town.operator.pop("recovery_codes")
    await town.operates("POST", "/setup/done", {})
    await town.operates("POST", "/demo", {"yes": True})
    path = f"{OPERATORS}/demo"
    await town.until("GET", path, lambda one: one["state"] == "standing", town.operator["token"])


async def the_people(town: Town) -> None:
    """Sign in as the town's Lin, and register Eve, who has a phone, a password and two devices."""
    keys = (await town.operates("POST", "/demo/keys", {}))["keys"]
    lin = next(one for one in keys if "lin" in one["user_id"])
    town.lin = await town.signed_in(lin["user_id"], lin["password"])
    made = await town.registered("phone", "eu", "eve.marsh", name="Eve Marsh")
    assert made.status_code == 201, made.text
    town.eve = as_kept(made.json())
    await town.signed_in(town.eve["userId"], KETTLE)
    await the_square(town)
    await an_app(town)
    for room in (await town.matrix("GET", "/joined_rooms", town.lin))["joined_rooms"]:
        path = f"/_matrix/client/v3/rooms/{room}/state/m.room.name"
        headers = {"Authorization": f"Bearer {town.lin['accessToken']}"}
        name = (await town.client.get(path, headers=headers)).json().get("name", "")
        key = next((key for word, key in ROOMS.items() if word in name), "other")
        town.places[key if name else "pair"] = room
    members = await town.matrix("GET", f"/rooms/{town.places['tea']}/joined_members", town.lin)
    town.places["person"] = next(one for one in members["joined"] if one != town.lin["userId"])
    await the_thread(town)
    await the_poll(town)
    await the_space(town)


async def the_thread(town: Town) -> None:
    """Let something be said that is answered, edited, reacted to, and talked about in a thread."""
    place = f"/rooms/{town.places['tea']}/send"

    async def say(text: str, relation: dict[str, Any] | None = None, **more: Any) -> str:
        content = {"msgtype": "m.text", "body": text, **more}
        if relation:
            content["m.relates_to"] = relation
        kind = "m.reaction" if relation and "key" in relation else "m.room.message"
        path = f"{place}/{kind}/{text.encode().hex()}"
        return str((await town.matrix("PUT", path, town.lin, content))["event_id"])

    root = town.places["root"] = await say("春茶会订在哪天？ Which day?")
    thread = {"rel_type": "m.thread", "event_id": root, "m.in_reply_to": {"event_id": root}}
    answer = await say("星期六上午。 Saturday morning.", {**thread, "is_falling_back": True})
    await say("那天我有空。 I am free then.", {**thread, "m.in_reply_to": {"event_id": answer}})
    await say("好的 Good", {"m.in_reply_to": {"event_id": root}})
    words = "春茶会订在哪一天？ Which day?"
    new = {"msgtype": "m.text", "body": words}
    replacing = {"rel_type": "m.replace", "event_id": root}
    await say(f"* {words}", replacing, **{"m.new_content": new})
    await say("sign", {"rel_type": "m.annotation", "event_id": root, "key": "🍵"})


async def an_app(town: Town) -> None:
    """Have an app ask to be let in, which somebody may look at."""
    said = {
        "client_name": "茶壶 Kettle",
        "client_uri": "https://example.com/",
        "tos_uri": "https://example.com/tos",
        "policy_uri": "https://example.com/policy",
        "redirect_uris": ["https://app.example.com/callback"],
    }
    client_id = (await town.did("POST", "/oauth2/clients", said))["client_id"]
    query = {
        "response_type": "code", "client_id": client_id, "redirect_uri": said["redirect_uris"][0],
        "scope": "urn:matrix:client:api:* urn:matrix:client:device:KETTLE0001",
        "code_challenge": "x" * 43, "code_challenge_method": "S256",
    }  # fmt: skip
    sent = await town.client.get("/oauth2/authorize", params=query)
    town.places["app"] = sent.headers["location"].rpartition("/")[2]


async def the_poll(town: Town) -> None:
    """Put a question to the tea party, and vote on it."""
    words, poll = "org.matrix.msc1767.text", "org.matrix.msc3381.poll"
    answers = {"lu": "龙井 Longjing", "pu": "普洱 Pu'er", "gu": "铁观音 Tieguanyin"}
    start = {
        words: "喝什么茶？ Which tea?",
        f"{poll}.start": {
            "question": {words: "喝什么茶？ Which tea?"},
            "kind": f"{poll}.disclosed",
            "max_selections": 1,
            "answers": [{"id": id_, words: text} for id_, text in answers.items()],
        },
    }
    place = f"/rooms/{town.places['tea']}/send/{poll}"
    made = await town.matrix("PUT", f"{place}.start/poll", town.lin, start)
    about = {"rel_type": "m.reference", "event_id": made["event_id"]}
    vote = {"m.relates_to": about, f"{poll}.response": {"answers": ["pu"]}}
    await town.matrix("PUT", f"{place}.response/vote", town.lin, vote)
    start[f"{poll}.start"]["question"] = {words: "在哪里见？ Where do we meet?"}
    made = await town.matrix("PUT", f"{place}.start/where", town.lin, start)
    about = {"rel_type": "m.reference", "event_id": made["event_id"]}
    end = {"m.relates_to": about, f"{poll}.end": {}, words: "投票结束 The poll has ended"}
    await town.matrix("PUT", f"{place}.response/here", town.lin, vote | {"m.relates_to": about})
    await town.matrix("PUT", f"{place}.end/end", town.lin, end)


async def the_space(town: Town) -> None:
    """Keep the tea party and a space of its own together in a space."""
    made: list[str] = []
    for name in ("茶友之家 Friends of tea", "茶山 Tea hills"):
        plan = {"name": name, "creation_content": {"type": "m.space"}}
        made.append((await town.matrix("POST", "/createRoom", town.lin, plan))["room_id"])
    for child in (town.places["tea"], made[1], town.places["square"]):
        path = f"/rooms/{made[0]}/state/m.space.child/{child}"
        await town.matrix("PUT", path, town.lin, {"via": ["tea.example"]})
    town.places["space"] = made[0]
    old = (await town.matrix("POST", "/createRoom", town.lin, {"name": "老茶馆 The old house"}))[
        "room_id"
    ]
    await town.matrix("POST", f"/rooms/{old}/upgrade", town.lin, {"new_version": "12"})
    town.places["old"] = old


async def the_square(town: Town) -> None:
    """Open a room that everybody may read."""
    readable = {
        "type": "m.room.history_visibility",
        "content": {"history_visibility": "world_readable"},
    }
    plan = {"name": "茶客广场 The Square", "visibility": "public", "initial_state": [readable]}
    room = (await town.matrix("POST", "/createRoom", town.eve, plan))["room_id"]
    town.places["square"] = room
    for nth, text in enumerate(("大家好，这里谁都可以看。", "Everybody may read here.")):
        path = f"/rooms/{room}/send/m.room.message/s{nth}"
        await town.matrix("PUT", path, town.eve, {"msgtype": "m.text", "body": text})
    await label(town, room, years=12)
    plan = {"name": "夜谈 Night tea", "visibility": "public", "preset": "public_chat"}
    night = (await town.matrix("POST", "/createRoom", town.eve, plan))["room_id"]
    await label(town, night, years=16, borderline=True)


async def label(town: Town, room: str, **rating: Any) -> None:
    """Say from which age on a room of Eve's is meant to be seen."""
    await town.matrix("PUT", f"/rooms/{room}/state/org.teahouse.rating/", town.eve, rating)


async def the_gate(town: Town) -> None:
    """Close, pace, queue; invite; let one work be done, and an upgrade be given up."""
    for policy in (CLOSED, PACED, LINE):
        await town.operates("POST", "/gate/policies", policy)
    await the_upgrade_given_up(town)
    await town.operates("POST", "/gate/invites", {**INVITE, "expires_at": "2027-10-01T00:00:00Z"})
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "teahouse", "work", "run", "--title", "新的存储格式 / New format",
        "--data-dir", str(town.server.data), "--", "sh", "-c", "echo progress 10/10",
        env=environment(), stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert await asyncio.wait_for(process.wait(), PATIENCE_MS / 250) == 0


async def those_who_wait(town: Town) -> None:
    """Let people wait in line, for a guardian, for a decision, and to show who they are."""
    version = (await town.did("GET", "/api/v1/policy"))["version"]
    for name in ("turn", "place"):
        body = {
            "kind": "email", "value": town.contact("email"), "policy_version": version,
            "agreed": True, "account_class": "official", "service_region": "intl", "lang": "zh",
        }  # fmt: skip
        ticket = (await town.did("POST", "/api/v1/waitlist", body))["ticket"]
        sent = {"code": await town.code_for(body["value"])}
        await town.did("POST", f"/api/v1/waitlist/{ticket}/code", sent)
        town.places[name] = ticket
    body = {"count": 1, "reason": "There is room now."}
    await town.operates("POST", "/waitlist/intl/official/let-in", body)
    told = await town.until("GET", f"/api/v1/waitlist/{town.places['turn']}", lambda one: one["turn"])  # fmt: skip
    town.places["turn"] = told["turn"]["token"]
    child = await town.registered("phone", "intl", "xiao.he", under_14=True)
    town.waits["guardian"] = child.headers["x-path"].rpartition("/")[2]
    asked = await town.did("POST", f"{child.headers['x-path']}/guardian")
    agreed = {"birth_month": "2016-05", "password": KETTLE, "lang": "zh"}
    path = f"/api/v1/guardian/asks/{asked['code']}/agree"
    await town.did("POST", path, agreed, town.eve["accessToken"])
    await town.did("POST", f"{child.headers['x-path']}/finish", {"username": "xiao.he"})
    child = await town.registered("phone", "intl", "xiao.mi", under_14=True)
    town.waits["guardian"] = child.headers["x-path"].rpartition("/")[2]
    rule = {"region": "intl", "account_class": "personal", "door": "email", "needed": True}
    await town.operates("PUT", "/approvals/rules", rule)
    waits = await town.registered("email", "intl", "wen.ruo")
    town.waits["wait"] = waits.headers["x-path"].rpartition("/")[2]
    reason = {"reason": "我母亲每个星期六都在这里下棋，想和她的棋友们说说话。"}
    await town.did("PUT", f"{waits.headers['x-path']}/approval", reason)


async def the_account(town: Town) -> None:
    """Fill what Eve keeps: codes, a copy, a task, and a policy that changed since she answered."""
    token = town.eve["accessToken"]
    await town.operates("POST", "/regimes", REGIME)
    shown = await town.registered("phone", "eu", "jan.vos")
    town.waits["identity"] = shown.headers["x-path"].rpartition("/")[2]
    await town.did("POST", "/api/v1/account/recovery-codes", {"password": KETTLE}, token)
    await town.did("POST", "/api/v1/account/step-up", {"password": KETTLE}, token)
    version = (await town.did("GET", "/api/v1/policy"))["version"]
    body = {"policy_version": version, "lang": "zh"}
    await town.did("POST", "/api/v1/account/exports", body, token)
    await the_older_policy(town)
    await town.until("GET", "/api/v1/tasks", lambda one: one["tasks"], token)


@asynccontextmanager
async def database(town: Town) -> AsyncIterator[asyncpg.Connection]:
    """Speak to the house's PostgreSQL, to have something be as if time had passed."""
    engines = json.loads((town.server.data / "run" / "engines.json").read_text())
    db = await asyncpg.connect(engines["dsn"])
    try:
        yield db
    finally:
        await db.close()


async def the_older_policy(town: Town) -> None:
    """Have Eve's newest answer be one to a policy that has changed since."""
    async with database(town) as db:
        find = "select account_id from accounts_accounts where user_id = $1"
        account = await db.fetchval(find, town.eve["userId"])
        await db.execute(OLDER, f"{CHANGED}@1")
        await db.execute(SAID, account, CHANGED)
        await db.execute("update jobs_schedules set next_at = now() where name = 'regimes.ask'")


async def the_upgrade_given_up(town: Town) -> None:
    """Begin an upgrade and give it up, so that there is a report."""
    reason = {"reason": "换错了 / A mistake"}
    run = await town.operates("POST", "/upgrades", {**UPGRADE, **reason})
    town.places["ended"] = run["summary"]["run_id"]
    for act in ("start", "abort"):
        await town.operates("POST", f"/upgrades/{town.places['ended']}/{act}", reason)


async def the_upgrade_under_way(town: Town) -> None:
    """Have another be in the middle of its way, as if it had come there."""
    at = f"{OPERATORS}/upgrades/{town.places['ended']}"
    token = town.operator["token"]
    await town.until("GET", at, lambda one: one["summary"]["state"] == "aborted", token)
    run = (await town.operates("POST", "/upgrades", UPGRADE))["summary"]["run_id"]
    async with database(town) as db:
        for statement in (HELD, UNDER_WAY, SAMPLED, EXPOSED):
            await db.execute(statement, run)
    town.places["run"] = run


async def the_desk(town: Town) -> None:
    """Give operators something to decide, to read and to look after."""
    version = (await town.did("GET", "/api/v1/policy"))["version"]
    for kind, text in (("erasure", "请删除我的旧手机号。"), ("complaint", "The notice of May came a day late.")):  # fmt: skip
        body = {"kind": kind, "text": text, "policy_version": version, "lang": "zh"}
        town.places["reference"] = (await town.did("POST", "/api/v1/requests", body))["reference"]
    requests = (await town.operates("GET", "/requests"))["requests"]
    town.places["request"] = requests[0]["request_id"]
    said = {"reason": "广告刷屏 / Advertising"}
    await town.matrix("POST", f"/users/{town.lin['userId']}/report", town.eve, said)
    complaints = (await town.operates("GET", "/complaints"))["complaints"]
    town.places["complaint"] = complaints[0]["complaint_id"]
    town.places["refund"] = await a_family(town, database)
    town.places["finding"] = await inspected(town.operates)
    town.places["assessment"] = await assessed(town.operates)
    await town.operates("POST", "/imports", {"csv": ROWS, "label": "春季名册 / Spring list"})
    listed = {"what": "bulk.example", "action": "deny", "reason": "Bulk sign-ups"}
    await town.operates("POST", "/screening/domains", listed)
    await the_upgrade_under_way(town)
    town.places["case"] = (await town.operates("POST", "/breaches", LEAK))["case_id"]
    async with database(town) as db:
        await who_kept_for_the_house(town.operates, db)
    town.places["order"] = await what_authorities_want(town.operates, town.places["tea"])
    town.places["incident"] = await what_went_wrong(town.operates)
    await what_can_be_had(town.operates)
    await town.operates("POST", "/operators", {"role": "registrar"})
    found = (await town.operates("GET", "/accounts?search=eve"))["accounts"]
    town.places["account"] = found[0]["account_id"]
