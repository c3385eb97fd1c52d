"""Signing in and out through the routes, and that it counts at once."""

import asyncio
from datetime import UTC, datetime, timedelta

import argon2
import asyncpg
import httpx
import pytest

from teahouse.accounts.service.sessions import Sessions
from teahouse.entry.routes import routes
from teahouse.entry.service import Entry
from teahouse.errors import UnknownToken
from teahouse.infra.bus.log import Log
from teahouse.infra.http.caller import Authenticators, Caller
from teahouse.infra.http.limits import Limiter
from teahouse.infra.http.seats import Seat, Seats
from teahouse.infra.http.server import Server
from teahouse.passwords.model import Busy
from teahouse.passwords.service import WAITING_MAX, Passwords
from tests.accounts.conftest import NOBODY, PASSWORD, House, operator

V3 = "/_matrix/client/v3"
WHOAMI = f"{V3}/account/whoami"
LOOK_AGAIN = "select pg_stat_clear_snapshot()"
WAITING = """
select count(*) from pg_stat_activity
where wait_event_type = 'Lock' and datname = current_database()"""
NEVER = datetime(2100, 1, 1, tzinfo=UTC)


async def test_login_by_name_gives_a_session_and_a_wrong_password_tells_nothing(
    house: House,
) -> None:
    await house.person("ada")
    status, answer = await house.login("ada", initial_device_display_name="laptop")
    assert status == 200
    assert answer["user_id"] == "@ada:tea.example"
    assert answer["home_server"] == "tea.example"
    status, who = await house.call("GET", WHOAMI, answer["access_token"])
    assert (status, who) == (
        200,
        {"user_id": "@ada:tea.example", "device_id": answer["device_id"], "is_guest": False},
    )
    refusals = [
        await house.login("ada", "not it"),
        await house.login("nobody", "not it"),
        await house.login("@ada:else.example"),
    ]
    assert refusals[0][0] == 403
    assert refusals[0][1]["errcode"] == "M_FORBIDDEN"
    assert all(refused == refusals[0] for refused in refusals)


async def test_an_unknown_name_costs_the_same_work_as_a_known_one(house: House) -> None:
    await house.person("ada")
    await house.person("bob", password=None)
    counts = []
    for name in ("ada", "bob", "nobody", "@ada:else.example", ""):
        before = house.accounts.passwords.verified
        status, _ = await house.login(name, "not it")
        assert status == 403
        counts.append(house.accounts.passwords.verified - before)
    assert counts == [1] * 5


@pytest.mark.parametrize(
    "identifier",
    [
        {"type": "m.id.user", "user": "@ADA:tea.example"},
        {"type": "m.id.thirdparty", "medium": "email", "address": "Ada@Tea.example"},
        {"type": "m.id.thirdparty", "medium": "msisdn", "address": "447700900123"},
        {"type": "m.id.phone", "country": "GB", "phone": "07700 900123"},
    ],
)
async def test_login_takes_every_identifier(house: House, identifier: dict) -> None:
    await house.person("ada", email="ada@tea.example", phone="+447700900123")
    body = {"type": "m.login.password", "identifier": identifier, "password": PASSWORD}
    status, answer = await house.call("POST", f"{V3}/login", json=body)
    assert (status, answer["user_id"]) == (200, "@ada:tea.example")


@pytest.mark.parametrize(
    ("body", "status", "errcode"),
    [
        ({}, 400, "M_MISSING_PARAM"),
        ({"type": "m.login.token", "token": "x"}, 400, "M_UNKNOWN"),
        ({"type": "m.login.password", "password": "x"}, 400, "M_MISSING_PARAM"),
        ({"type": "m.login.password", "user": "ada"}, 400, "M_MISSING_PARAM"),
        ({"type": "m.login.password", "user": "ada", "password": 7}, 400, "M_BAD_JSON"),
        (
            {"type": "m.login.password", "user": "ada", "password": PASSWORD, "device_id": ""},
            400,
            "M_INVALID_PARAM",
        ),
        ({"type": "m.login.password", "user": "ada", "password": "x" * 600}, 403, "M_FORBIDDEN"),
    ],
)
async def test_a_malformed_login_is_refused(
    house: House, body: dict, status: int, errcode: str
) -> None:
    await house.person("ada")
    got, answer = await house.call("POST", f"{V3}/login", json=body)
    assert (got, answer["errcode"]) == (status, errcode)


async def test_a_known_device_keeps_its_name_and_loses_its_old_token(house: House) -> None:
    _, first = await house.person("ada")
    status, again = await house.login(
        "ada", device_id=first.device_id, initial_device_display_name="ignored"
    )
    assert (status, again["device_id"]) == (200, first.device_id)
    status, refused = await house.call("GET", WHOAMI, first.access_token)
    assert (status, refused["errcode"], refused["soft_logout"]) == (401, "M_UNKNOWN_TOKEN", False)
    _, listed = await house.call("GET", f"{V3}/devices", again["access_token"])
    assert [device["display_name"] for device in listed["devices"]] == ["ada's phone"]
    assert listed["devices"][0]["last_seen_ip"] == "192.0.2.7"


async def test_a_new_device_that_signs_in_twice_at_one_moment_is_one_device(
    house: House, wiper: asyncpg.Connection
) -> None:
    await house.person("ada")
    async with wiper.transaction():
        await wiper.execute("select from log_shards for update")  # the last lock of signing in
        logins = [asyncio.create_task(house.login("ada", device_id="NEW")) for _ in range(2)]
        while await wiper.fetchval(WAITING) < 2:
            await wiper.execute(
                LOOK_AGAIN
            )  # until one has made the session and the other waits for it
    answers = [await login for login in logins]
    assert [status for status, _ in answers] == [200, 200]
    asked = [await house.call("GET", WHOAMI, answer["access_token"]) for _, answer in answers]
    assert sorted(status for status, _ in asked) == [200, 401]


async def test_logout_ends_one_session_and_logout_all_the_rest(house: House) -> None:
    _, one = await house.person("ada")
    _, two = await house.login("ada")
    _, three = await house.login("ada")
    assert (await house.call("GET", WHOAMI, one.access_token))[0] == 200
    assert await house.call("POST", f"{V3}/logout", one.access_token) == (200, {})
    assert (await house.call("GET", WHOAMI, one.access_token))[0] == 401
    assert (await house.call("GET", WHOAMI, two["access_token"]))[0] == 200
    assert await house.call("POST", f"{V3}/logout/all", two["access_token"]) == (200, {})
    for token in (two["access_token"], three["access_token"], NOBODY):
        status, refused = await house.call("GET", WHOAMI, token)
        assert (status, refused["errcode"]) == (401, "M_UNKNOWN_TOKEN")
    assert (await house.call("GET", WHOAMI))[1]["errcode"] == "M_MISSING_TOKEN"


async def test_a_lock_acts_at_once_and_spares_signing_out(house: House) -> None:
    account, opened = await house.person("ada")
    assert (await house.call("GET", WHOAMI, opened.access_token))[0] == 200
    await house.desk.lock("op", account.account_id, "a court order")
    status, refused = await house.call("GET", WHOAMI, opened.access_token)
    assert (status, refused["errcode"], refused["soft_logout"]) == (401, "M_USER_LOCKED", True)
    assert (await house.login("ada"))[1]["errcode"] == "M_USER_LOCKED"
    assert (await house.login("ada", "not it"))[1]["errcode"] == "M_FORBIDDEN"
    await house.desk.unlock("op", account.account_id, "the order was lifted")
    assert (await house.call("GET", WHOAMI, opened.access_token))[0] == 200
    await house.desk.lock("op", account.account_id, "another order")
    assert await house.call("POST", f"{V3}/logout", opened.access_token) == (200, {})
    status, refused = await house.call("GET", WHOAMI, opened.access_token)
    assert (status, refused["errcode"]) == (401, "M_UNKNOWN_TOKEN")


async def test_refresh_tokens_rotate_and_access_tokens_expire(house: House) -> None:
    await house.person("ada")
    _, first = await house.login("ada", refresh_token=True)
    assert first["expires_in_ms"] == 3_600_000
    house.clock.move(timedelta(hours=1))
    status, refused = await house.call("GET", WHOAMI, first["access_token"])
    assert (status, refused["errcode"], refused["soft_logout"]) == (401, "M_UNKNOWN_TOKEN", True)
    body = {"refresh_token": first["refresh_token"]}
    status, second = await house.call("POST", f"{V3}/refresh", json=body)
    assert status == 200
    assert (await house.call("GET", WHOAMI, second["access_token"]))[0] == 200
    for token in ("thr_" + "x" * 43, first["refresh_token"]):  # spent: its successor was used
        body = {"refresh_token": token}
        assert (await house.call("POST", f"{V3}/refresh", json=body))[0] == 401
    house.clock.move(timedelta(days=180))
    body = {"refresh_token": second["refresh_token"]}
    assert (await house.call("POST", f"{V3}/refresh", json=body))[0] == 401


async def test_an_answer_that_was_lost_does_not_sign_out(house: House) -> None:
    await house.person("ada")
    _, first = await house.login("ada", refresh_token=True)
    body = {"refresh_token": first["refresh_token"]}
    _, lost = await house.call("POST", f"{V3}/refresh", json=body)
    assert (await house.call("POST", f"{V3}/refresh", json=body))[0] == 200  # and lost again
    status, second = await house.call("POST", f"{V3}/refresh", json=body)
    assert status == 200
    assert (await house.call("GET", WHOAMI, lost["access_token"]))[0] == 401
    assert (await house.call("GET", WHOAMI, second["access_token"]))[0] == 200
    assert (await house.call("POST", f"{V3}/refresh", json=body))[0] == 401
    _, listed = await house.call("GET", f"{V3}/devices", second["access_token"])
    (device,) = [one for one in listed["devices"] if one["device_id"] == first["device_id"]]
    assert device["last_seen_ip"] == "192.0.2.7"  # still known


async def test_a_weak_digest_is_replaced_when_its_password_is_shown(house: House) -> None:
    account, _ = await house.person("ada", password=None)
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, hash_len=16)
    async with house.accounts.db.transaction() as tx:
        await house.accounts.set_password(tx, account.account_id, weak.hash(PASSWORD))
    for password, digest_bytes in (("not it", 16), (PASSWORD, 32), (PASSWORD, 32)):
        await house.login("ada", password)
        async with house.accounts.db.read() as tx:
            phc = await tx.value("select phc from accounts_passwords")
        assert argon2.extract_parameters(phc).hash_len == digest_bytes


async def test_an_account_has_a_thousand_sessions_at_most(house: House) -> None:
    await house.person("ada")
    async with house.accounts.db.transaction() as tx:
        await tx.run("""
            insert into accounts_sessions (session_id, account_id, user_id, device_id, token_digest,
                last_seen_at, created_at)
            select n::text, account_id, user_id, n::text, int4send(n), now(), now()
            from accounts_accounts, generate_series(1, 999) n""")
    status, refused = await house.login("ada")
    assert (status, refused["errcode"]) == (403, "M_FORBIDDEN")
    assert (await house.login("ada", device_id="7"))[0] == 200


async def test_a_sign_out_on_one_worker_counts_on_the_others(house: House) -> None:
    _, opened = await house.person("ada")
    other_log = Log(house.accounts.db)
    await other_log.start()
    parts = house.accounts.sessions
    other = Sessions(parts.db, other_log, parts.vault, parts.clock, parts.ids)
    other.listen()
    caller = await other.authenticate(opened.access_token)
    await house.accounts.logout(caller)
    with pytest.raises(UnknownToken):
        await house.accounts.authenticate(opened.access_token)
    await other_log.catch_up()  # a wake-up, or at the latest the poll, does it
    with pytest.raises(UnknownToken):
        await other.authenticate(opened.access_token)
    await other_log.stop()


async def test_what_was_read_before_a_change_is_not_remembered_after_it() -> None:
    seats = Seats()
    seat = Seat(Caller("a", "@ada:tea.example", "D", "s"), False, None, NEVER)
    before = seats.changes
    seats.drop("@ada:tea.example")
    seats.keep(b"digest", seat, before)
    assert seats.get(b"digest") is None
    seats.keep(b"digest", seat, seats.changes)
    assert seats.get(b"digest") is seat
    seats.drop("@bob:tea.example")
    assert seats.get(b"digest") is seat
    seats.drop("@ada:tea.example")
    assert seats.get(b"digest") is None


@pytest.mark.parametrize(
    "written",
    [
        ("ada", "@ada:tea.example", "ADA", "@Ada:tea.example"),
        ("+447700900123", "+44 7700 900123", "+44-7700-900-123"),
        ("ada@tea.example", "Ada@TEA.example", " ada@tea.example", "ada@TEA.EXAMPLE"),
    ],
)
async def test_guessing_a_password_is_slowed_down_however_the_name_is_written(
    house: House, written: tuple[str, ...]
) -> None:
    limiter = Limiter(house.clock)
    served = Server(
        routes(Entry(house.accounts), limiter),
        Authenticators(house.accounts.authenticate, operator),
        limiter,
        house.ids,
    )
    statuses: list[int] = []
    for count in range(12):
        transport = httpx.ASGITransport(served, client=(f"192.0.2.{count}", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://tea.example") as client:
            name = written[count % len(written)]
            body = {"kind": "password", "user": name, "password": "a guess"}
            statuses.append((await client.post("/api/v1/sessions", json=body)).status_code)
    assert statuses == [403] * 10 + [429] * 2


async def test_too_many_password_checks_at_once_are_refused(house: House) -> None:
    passwords = house.accounts.passwords
    checks = [passwords.check(None, "x") for _ in range(WAITING_MAX + 5)]
    ended = await asyncio.gather(*checks, return_exceptions=True)
    assert sum(isinstance(one, Busy) for one in ended) == 5


async def test_the_digests_are_argon2id_of_the_agreed_strength() -> None:
    phc = await Passwords().hash("a password")
    assert phc.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_nothing_personal_and_no_token_is_kept_in_clear(house: House, dsn: str) -> None:
    await house.person("ada", email="ada@tea.example", phone="+447700900123")
    _, answer = await house.login("ada")
    connection = await asyncpg.connect(dsn)
    tables = await connection.fetch(
        "select tablename from pg_tables where tablename like 'accounts_%' or tablename = 'log_entries'"
    )
    secrets = [
        PASSWORD,
        "447700900123",
        "ada@tea",
        "ada's phone",
        "192.0.2.7",
        answer["access_token"],
    ]
    for (table,) in tables:
        for row in await connection.fetch(f"select t::text from {table} t"):
            for secret in secrets:
                assert secret not in row[0]
                assert secret.encode().hex() not in row[0]
    await connection.close()


async def test_last_seen_is_written_at_most_once_an_hour(house: House) -> None:
    account, opened = await house.person("ada")

    async def seen() -> object:
        await house.accounts.authenticate(opened.access_token)
        return (await house.accounts.devices(account.account_id))[0].last_seen_at

    first = await seen()
    house.clock.move(timedelta(minutes=59))
    assert await seen() == first
    house.clock.move(timedelta(minutes=2))
    assert await seen() == house.clock.now()
