"""Setting up, signing in with a second factor, inviting and disabling, through the routes."""

import asyncio
from datetime import timedelta

import asyncpg
import pyotp

from tests.operators.conftest import PASSWORD, Console


async def test_the_first_owner_sets_up_once_by_the_newest_link(console: Console) -> None:
    old = await console.operators.setup_link()
    new = await console.operators.setup_link()
    assert old
    assert new
    token = old.url.partition("#")[2]
    body = {"token": token, "name": "ada", "password": PASSWORD}
    status, refused = await console.call("POST", "/setup/begin", json=body)
    assert (status, refused["code"]) == (403, "operators.bad_setup")
    session, _ = await console.set_up(new.url, "Ada")
    status, me = await console.call("GET", "/me", session)
    assert (status, me["name"], me["role"]) == (200, "ada", "owner")
    body = {"token": new.url.partition("#")[2], "code": "000000"}
    status, refused = await console.call("POST", "/setup/finish", json=body)
    assert (status, refused["code"]) == (403, "operators.bad_setup")
    assert await console.operators.setup_link() is None
    assert await console.operators.setup_link("cli:root", again=True)
    assert await console.acts() == [
        "operators.invited",
        "operators.invited",
        "operators.set_up",
        "operators.invited",
    ]


async def test_a_link_expires_and_a_weak_or_odd_set_up_is_refused(console: Console) -> None:
    link = await console.operators.setup_link()
    assert link
    token = link.url.partition("#")[2]
    for body, code in (
        ({"token": token, "name": "a", "password": PASSWORD}, "operators.bad_name"),
        ({"token": token, "name": "ada", "password": "short"}, "operators.weak_password"),
        ({"token": "thl_no", "name": "ada", "password": PASSWORD}, "operators.bad_setup"),
    ):
        assert (await console.call("POST", "/setup/begin", json=body))[1]["code"] == code
    body = {"token": token, "code": "123456"}
    assert (await console.call("POST", "/setup/finish", json=body))[1][
        "code"
    ] == "operators.bad_setup"
    good = {"token": token, "name": "ada", "password": PASSWORD}
    status, begun = await console.call("POST", "/setup/begin", json=good)
    assert (status, begun["qr_svg"][:4]) == (200, "<svg")
    assert "style=" not in begun["qr_svg"]
    assert "tea.example" in begun["uri"]
    assert (await console.call("POST", "/setup/finish", json=body))[1][
        "code"
    ] == "operators.wrong_code"
    console.clock.move(timedelta(hours=24))
    body["code"] = console.code(begun["secret"])
    assert (await console.call("POST", "/setup/finish", json=body))[1][
        "code"
    ] == "operators.bad_setup"


async def test_signing_in_needs_both_factors_and_tells_nothing(console: Console) -> None:
    _, secret = await console.owner()
    console.clock.move(timedelta(minutes=5))
    good = console.code(secret)
    refusals = [
        await console.sign_in("ada", good, "not the password"),
        await console.sign_in("ada", "000000"),
        await console.sign_in("nobody", good),
    ]
    assert all(refused == refusals[0] for refused in refusals)
    assert (refusals[0][0], refusals[0][1]["code"]) == (403, "operators.wrong_credentials")
    before = console.passwords.verified
    status, opened = await console.sign_in(" ADA ", good)
    assert (status, console.passwords.verified - before) == (201, 1)
    assert (await console.call("GET", "/me", opened["token"]))[0] == 200
    assert (await console.sign_in("ada", good))[0] == 403  # a code counts once
    assert (await console.call("DELETE", "/sessions", opened["token"]))[0] == 200
    assert (await console.call("GET", "/me", opened["token"]))[0] == 401
    assert (await console.acts())[-6:] == [
        *["operators.sign_in_refused"] * 3,
        "operators.signed_in",
        "operators.sign_in_refused",
        "operators.signed_out",
    ]


async def test_one_code_at_the_same_moment_opens_one_session(console: Console) -> None:
    _, secret = await console.owner()
    console.clock.move(timedelta(minutes=5))
    code = console.code(secret)
    both = await asyncio.gather(*(console.sign_in("ada", code) for _ in range(2)))
    assert sorted(status for status, _ in both) == [201, 403]


async def test_the_clock_may_be_half_a_minute_off_and_no_more(console: Console) -> None:
    _, secret = await console.owner()
    console.clock.move(timedelta(minutes=5))
    totp = pyotp.TOTP(secret)
    for seconds, status in ((-60, 403), (60, 403), (-30, 201), (30, 201)):
        code = totp.at(console.clock.now() + timedelta(seconds=seconds))
        assert (await console.sign_in("ada", code))[0] == status


async def test_a_code_used_when_the_clock_was_ahead_shuts_nobody_out(console: Console) -> None:
    _, secret = await console.owner()
    console.clock.jump(timedelta(days=1))
    assert (await console.sign_in("ada", console.code(secret)))[0] == 201
    console.clock.jump(timedelta(days=-1))
    console.clock.move(timedelta(minutes=5))
    code = console.code(secret)
    assert [(await console.sign_in("ada", code))[0] for _ in range(2)] == [201, 403]


async def test_a_session_ends_after_twelve_hours(console: Console) -> None:
    token, _ = await console.owner()
    console.clock.move(timedelta(hours=11, minutes=59))
    assert (await console.call("GET", "/me", token))[0] == 200
    console.clock.move(timedelta(minutes=1))
    assert (await console.call("GET", "/me", token))[0] == 401


async def test_guessing_is_slowed_down(console: Console) -> None:
    await console.owner()
    statuses = [(await console.sign_in("ada", "000000"))[0] for _ in range(7)]
    assert statuses == [403] * 5 + [429] * 2


async def test_owners_invite_and_disable_and_others_may_not(console: Console) -> None:
    owner, _ = await console.owner()
    assert (await console.call("POST", "/operators", owner, {"role": "king"}))[0] == 400
    status, link = await console.call("POST", "/operators", owner, {"role": "moderator"})
    assert (status, link["role"]) == (201, "moderator")
    moderator, secret = await console.set_up(link["url"], "bob")
    status, refused = await console.call("POST", "/operators", moderator, {"role": "owner"})
    assert (status, refused["code"]) == (403, "operators.role")
    assert (await console.call("GET", "/operators", moderator))[0] == 403
    _, listed = await console.call("GET", "/operators", owner)
    by_name = {one["name"]: one for one in listed["operators"]}
    bob, ada = by_name["bob"]["operator_id"], by_name["ada"]["operator_id"]
    assert (await console.call("POST", f"/operators/{ada}/disable", owner))[1]["code"] == (
        "operators.last_owner"
    )
    assert (await console.call("POST", "/operators/none/disable", owner))[0] == 404
    assert (await console.call("POST", f"/operators/{bob}/disable", owner))[0] == 200
    assert (await console.call("GET", "/me", moderator))[0] == 401
    console.clock.move(timedelta(minutes=5))
    assert (await console.sign_in("bob", console.code(secret)))[0] == 403
    assert await console.operators.audit.verify() is None


async def test_the_links_of_a_disabled_owner_end_with_them(console: Console) -> None:
    ada, _ = await console.owner()
    _, link = await console.call("POST", "/operators", ada, {"role": "owner"})
    bob, secret = await console.set_up(link["url"], "bob")
    links = [
        (await console.call("POST", "/operators", who, {"role": "owner"}))[1]["url"]
        for who in (ada, bob)
    ]
    mine, theirs = [url.partition("#")[2] for url in links]
    body = {"token": theirs, "name": "bob-again", "password": PASSWORD}
    assert (await console.call("POST", "/setup/begin", json=body))[0] == 200
    _, listed = await console.call("GET", "/operators", ada)
    (bob_id,) = [one["operator_id"] for one in listed["operators"] if one["name"] == "bob"]
    assert (await console.call("POST", f"/operators/{bob_id}/disable", ada))[0] == 200
    status, refused = await console.call("POST", "/setup/begin", json=body)
    assert (status, refused["code"]) == (403, "operators.bad_setup")
    assert (await console.call("POST", "/setup/begin", json=body | {"token": mine}))[0] == 200
    async with console.operators.db.read() as tx:  # bob, and who was begun by bob's link
        gone = "select count(*) from vault_subjects where destroyed_at is not null"
        assert await tx.value(gone) == 2
    console.clock.move(timedelta(minutes=5))
    assert (await console.sign_in("bob", console.code(secret)))[0] == 403


async def test_no_secret_is_kept_in_clear(console: Console, dsn: str) -> None:
    token, secret = await console.owner()
    connection = await asyncpg.connect(dsn)
    for table in ("operators_operators", "operators_sessions", "operators_setup", "audit_entries"):
        for row in await connection.fetch(f"select t::text from {table} t"):
            assert secret not in row[0]
            assert token not in row[0]
            assert PASSWORD not in row[0]
    await connection.close()


async def test_dead_links_are_purged_with_what_was_begun(console: Console) -> None:
    link = await console.operators.setup_link()
    assert link
    body = {"token": link.url.partition("#")[2], "name": "ada", "password": PASSWORD}
    await console.call("POST", "/setup/begin", json=body)
    console.clock.move(timedelta(hours=25))
    db = console.operators.db
    async with db.transaction() as tx:
        await console.operators.purge(tx)
        assert await tx.value("select count(*) from operators_setup") == 0
        assert (
            await tx.value("select count(*) from vault_subjects where destroyed_at is not null")
            == 1
        )
