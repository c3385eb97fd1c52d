"""A member helps a friend in, answers for it, and learns only that the friend has joined."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from teahouse.accounts.events import AccountStateChanged
from teahouse.clock import FixedClock
from teahouse.gate.model.policies import Draft, State
from teahouse.infra.db.pool import Database
from teahouse.standing.model import Rules, Stage
from teahouse.vouching.model import QUOTA, Facts, Hindrance, allowed
from tests.gate.house import SUSPENSION
from tests.living import Living, Person, living
from tests.rights.waiting import until

VOUCHES = "/api/v1/vouches"
START = "/api/v1/registrations"
NOW = datetime(2021, 7, 27, tzinfo=UTC)
MONTH = timedelta(days=31)


@pytest_asyncio.fixture
async def house(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    del database  # it is empty now
    async with living(dsn, tmp_path, clock) as opened:
        yield opened


@given(
    st.builds(
        Facts,
        stage=st.sampled_from(Stage),
        account_class=st.sampled_from(("personal", "official")),
        created_at=st.integers(0, 60).map(lambda days: NOW - timedelta(days=days)),
        suspended=st.booleans(),
        barred_until=st.none() | st.integers(-3, 3).map(lambda days: NOW + timedelta(days=days)),
        given=st.integers(0, 12),
        window_ends_at=st.just(NOW + timedelta(days=1)),
    )
)
def test_who_may_vouch(facts: Facts) -> None:
    may = allowed(facts, NOW)
    assert (may.left > 0) == (may.hindrance is None)
    assert may.left <= QUOTA[facts.stage]
    barred = facts.barred_until is not None and facts.barred_until > NOW
    if facts.suspended or facts.stage is Stage.NEWCOMER or barred:
        assert may.hindrance is not None
    if may.until is not None:
        assert may.until > NOW
        assert may.hindrance in (Hindrance.BARRED, Hindrance.TOO_NEW, Hindrance.QUOTA)


async def begin(house: Living, **asked: Any) -> tuple[int, Any]:
    answer = await house.client.post(START, json={"door": "email", **asked})
    return answer.status_code, answer.json()


async def join(house: Living, begun: Any, name: str) -> tuple[int, Any]:
    """Take every step of a registration that has begun."""
    path, mail = f"{START}/{begun['registration_id']}", f"{name}@example.com"
    post = house.client.post
    answer = {"policy_version": begun["policy_version"], "lang": "en"}
    await post(f"{path}/consent", json=answer)
    await post(f"{path}/contact", json={"kind": "email", "value": mail})
    await house.run_jobs()
    told = (await house.client.get("/api/v1/test/codes", params={"to": mail})).json()
    await post(f"{path}/code", json={"code": told["latest"]})
    made = await post(f"{path}/finish", json={"username": name})
    return made.status_code, made.json()


async def account_id(house: Living, user_id: str) -> str:
    return (await house.house.people.accounts.account(user_id)).account_id


async def vouch(who: Person, minutes: int = 60) -> tuple[int, Any]:
    answer = await who.ask("POST", VOUCHES, {"minutes": minutes})
    return answer.status_code, answer.json()


async def test_a_friend_comes_in_by_a_members_word(house: Living, clock: FixedClock) -> None:
    member, standing = await house.person("mei"), house.house.people.standing
    status, said = await vouch(member)
    assert (status, said["why"]) == (403, "too_new")
    clock.move(MONTH)
    assert (await vouch(member, 5))[0] == 422
    await house.house.doors.gate.policies.set(
        "op", "the owner", Draft(state=State.INVITE_ONLY, words=SUSPENSION)
    )
    await standing.set_rules("op", Rules(newcomer_days=3))
    _, given_ = await vouch(member)
    assert given_["link"].endswith(f"/#/sign-up/{given_['token']}")
    assert given_["qr_svg"].startswith("<svg")
    assert (await begin(house))[0] == 403
    status, begun = await begin(house, invite_token=given_["token"])
    assert status == 201, begun
    assert (await begin(house, invite_token=given_["token"], account_class="official"))[0] == 403
    status, made = await join(house, begun, "friend")
    assert status == 201, made
    friend = await house.house.people.accounts.account("@friend:s")
    assert friend.door in ("email", "vouching")
    assert await standing.stage(friend.account_id) is Stage.MEMBER  # and not newcomer
    status, said = await begin(house, invite_token=given_["token"])
    assert status == 403  # it was good once
    own = await member.did("GET", VOUCHES)
    assert (own["left"], [one["state"] for one in own["vouches"]]) == (2, ["joined"])
    assert "friend" not in str(own)
    assert friend.account_id not in str(own)


async def test_quota_revoking_and_a_shut_gate(house: Living, clock: FixedClock) -> None:
    member = await house.person("mei")
    clock.move(MONTH)
    given_ = [(await vouch(member))[1] for _ in range(QUOTA[Stage.MEMBER])]
    status, said = await vouch(member)
    assert (status, said["why"]) == (403, "quota")
    await member.did("DELETE", f"{VOUCHES}/{given_[0]['vouch']['vouch_id']}")
    assert (await begin(house, invite_token=given_[0]["token"]))[0] == 403
    assert (await vouch(member))[0] == 201  # what was taken back does not count
    other = await house.person("other")
    path = f"{VOUCHES}/{given_[1]['vouch']['vouch_id']}"
    assert (await other.ask("DELETE", path)).status_code == 404
    _, begun = await begin(house, invite_token=given_[1]["token"])
    await house.house.doors.gate.policies.set(
        "op", "the owner", Draft(state=State.SUSPENDED, words=SUSPENSION)
    )
    status, said = await begin(house, invite_token=given_[2]["token"])
    assert (status, said["code"]) == (403, "gate.closed")
    assert (await join(house, begun, "late"))[0] in (403, 404)
    clock.move(timedelta(hours=2))
    states = {one["state"] for one in (await member.did("GET", VOUCHES))["vouches"]}
    assert states == {"expired", "taken_back"}


async def test_who_vouched_for_an_abuser_may_not_vouch_for_a_time(
    house: Living, clock: FixedClock
) -> None:
    member, accounts = await house.person("mei"), house.house.people.accounts
    vouching = house.house.doors.vouching
    clock.move(MONTH)
    _, first = await vouch(member)
    _, second = await vouch(member)
    _, begun = await begin(house, invite_token=first["token"])
    assert (await join(house, begun, "friend"))[0] == 201
    friend = await accounts.account("@friend:s")

    async def becomes(state: str) -> None:
        told = AccountStateChanged(friend.account_id, friend.user_id, state)
        async with house.house.db.transaction() as tx:
            await vouching.state_changed(tx, told)

    await becomes("suspended")
    own = await member.did("GET", VOUCHES)
    assert (own["left"], own["hindrance"]) == (0, "barred")
    assert (await vouch(member))[0] == 403
    assert (await begin(house, invite_token=second["token"]))[0] == 403
    await becomes("active")  # it was a mistake
    assert (await member.did("GET", VOUCHES))["hindrance"] is None
    await becomes("suspended")
    clock.move(timedelta(days=91))
    assert (await member.did("GET", VOUCHES))["hindrance"] is None


async def test_who_is_barred_is_told_and_may_appeal(
    house: Living, clock: FixedClock, wiper: asyncpg.Connection
) -> None:
    number = "+447911123456"
    member = await house.joined("mei", number)
    clock.move(MONTH)
    owner, friend = await house.owner(), "@friend:s"
    _, given_ = await vouch(member)
    _, begun = await begin(house, invite_token=given_["token"])
    assert (await join(house, begun, "friend"))[0] == 201
    theirs, mine = await account_id(house, friend), await account_id(house, member.user_id)

    async def followed() -> bool:
        """Whether what becomes of accounts was acted upon, up to now."""
        waits = "select count(*) from log_shards s join log_cursors c on c.pos < s.head"
        return await wiper.fetchval(f"{waits} where c.name = 'vouching.states'") == 0

    async def told() -> list[str]:
        await until(followed)
        await house.run_jobs()
        shown = await member.did("GET", "/api/v1/account/security")
        assert friend not in str(shown), "they learn that somebody joined, and not who"
        return [one["what"] for one in shown["notices"]]

    bar = f"/vouching/bars/{mine}"
    assert await owner.did("GET", bar) == {"until": None}
    early = await owner.ask("POST", f"{bar}/lift", {"reason": "Nothing to lift."})
    assert (early.status_code, early.json()["code"]) == (409, "vouching.not_barred")
    await owner.did("POST", f"/accounts/{theirs}/suspend", {"reason": "Advertises."})
    assert await told() == ["vouch_barred"]
    outbox = house.house.people.accounts.codes.senders.outbox
    assert outbox is not None
    assert outbox.templates(number)[-1] == "vouch_barred"
    await owner.did("POST", f"/accounts/{theirs}/lock", {"reason": "Advertises on."})
    assert await told() == ["vouch_barred"], "for one friend it is told once"
    ends = (await owner.did("GET", bar))["until"]
    assert ends == (await member.did("GET", VOUCHES))["until"]
    empty = await owner.ask("POST", f"{bar}/lift", {"reason": " "})
    assert (empty.status_code, empty.json()["code"]) == (422, "vouching.bad_reason")
    clock.move(timedelta(hours=1))
    await owner.did("POST", f"{bar}/lift", {"reason": "They could not know."})
    assert (await member.did("GET", VOUCHES))["hindrance"] is None
    assert await told() == ["vouch_lifted", "vouch_barred"]
    (entry,) = (await owner.did("GET", "/audit?act=vouching.lifted"))["entries"]
    assert (entry["target"], entry["detail"]) == (mine, {"reason": "They could not know."})
