"""What people are told and answer, and what that allows."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.consent.model import (
    Both,
    Item,
    NecessaryPurpose,
    UnknownPurpose,
    check_withdrawable,
    decide,
    write_policy,
)
from teahouse.infra.vault.field import (
    Basis,
    Category,
    Necessity,
    PersonalField,
    Purpose,
    Wording,
)
from teahouse.infra.vault.model import NoGround
from tests.gate.house import House, everything

WAITING = """
select count(*) from pg_stat_activity
where wait_event_type = 'Lock' and datname = current_database()"""
WORDS = Both("词", "words")


def item(item_id: str, necessary: bool, ground: str = "") -> Item:
    return Item(
        id=item_id,
        ground=ground or f"{item_id}@1",
        name=WORDS,
        purpose=WORDS,
        means=WORDS,
        category="ordinary",
        basis="contract" if necessary else "consent",
        necessary=necessary,
        function=WORDS,
        retention=WORDS,
        recipients=WORDS,
    )


ITEMS = [item("a", True), item("b", False), item("c", False), item("officials.x", True)]
OPTIONAL = PersonalField(
    "profiles_profiles",
    "mood",
    Purpose(
        id="profile.mood",
        version=1,
        name=Wording("心情", "Mood"),
        purpose=Wording("x", "x"),
        means=Wording("x", "x"),
        category=Category.ORDINARY,
        basis=Basis.CONSENT,
        necessity=Necessity.OPTIONAL,
        function=Wording("x", "x"),
        retention=Wording("x", "x"),
        retention_days=None,
        recipients=Wording("x", "x"),
    ),
)


@given(st.sets(st.sampled_from(["a", "b", "c"])))
def test_silence_is_no(chosen: set[str]) -> None:
    allowed, declined = decide(ITEMS, chosen, "personal")
    assert set(allowed) == {"a"} | chosen
    assert set(allowed) | set(declined) == {"a", "b", "c"}
    assert not set(allowed) & set(declined)


def test_answers_that_name_nothing() -> None:
    with pytest.raises(UnknownPurpose):
        decide(ITEMS, ["z"], "personal")
    with pytest.raises(UnknownPurpose):
        check_withdrawable(ITEMS, ["z"])
    with pytest.raises(NecessaryPurpose):
        check_withdrawable(ITEMS, ["a"])
    check_withdrawable(ITEMS, ["b"])


def test_the_version_follows_the_content() -> None:
    one, same = write_policy("Tea", "x@y.z", ITEMS), write_policy("Tea", "x@y.z", ITEMS)
    assert one.version == same.version
    assert len(one.version) == 12
    others = [
        write_policy("Tea", "x@y.z", ITEMS[:-1]),
        write_policy("Tea", "other@y.z", ITEMS),
        write_policy("Tea", "x@y.z", [*ITEMS[:-1], item("officials.x", True, "officials.x@2")]),
    ]
    assert len({one.version, *(other.version for other in others)}) == 4


async def test_the_policy_in_both_languages(house: House, wiper: asyncpg.Connection) -> None:
    for lang in ("zh", "en"):
        status, policy = await house.call("GET", f"/api/v1/policy?lang={lang}")
        assert (status, policy["lang"]) == (200, lang)
        assert {one["id"] for one in policy["items"]} >= {"accounts.phone", "gate.contact"}
        page = await house.client.get(f"/policy?lang={lang}")
        assert all(one["name"] in page.text.replace("&#x27;", "'") for one in policy["items"])
        assert "<script" not in page.text
        assert "script-src" not in page.headers["content-security-policy"]
        saved = await house.client.get(f"/policy?lang={lang}&download=1")
        assert "attachment" in saved.headers["content-disposition"]
    status, said = await house.call("GET", "/api/v1/policy?lang=xx")
    assert (status, said["code"]) == (400, "consent.unknown_lang")
    (kept,) = await everything(wiper, "consent_policies")
    since = policy["effective_at"]
    house.clock.move(timedelta(days=1))
    assert (await house.call("GET", "/api/v1/policy"))[1]["effective_at"] == since
    assert kept["version"] == policy["version"]


async def test_optional_means_optional(house: House, wiper: asyncpg.Connection) -> None:
    add_optional(house)
    status, made = await house.join("ann")
    assert status == 201
    account = await house.accounts.account("@ann:tea.example")

    async def seal() -> None:
        async with house.accounts.db.transaction() as tx:
            await house.vault.seal(tx, OPTIONAL, account.account_id, account.account_id, "glad")

    with pytest.raises(NoGround):
        await seal()
    token = made["access_token"]
    path = "/api/v1/account/consents"
    status, said = await house.call("POST", path, {"accept": ["profile.mood"]}, token=token)
    assert (status, "profile.mood" in said["accepted"]) == (200, True)
    await seal()
    house.clock.move(timedelta(seconds=1))
    status, said = await house.call("POST", path, {"withdraw": ["accounts.phone"]}, token=token)
    assert (status, said["code"]) == (409, "consent.necessary")
    status, said = await house.call("POST", path, {"withdraw": ["profile.mood"]}, token=token)
    assert (status, said["basis"], "profile.mood" in said["declined"]) == (200, "withdrawal", True)
    with pytest.raises(NoGround):
        await seal()
    status, kept = await house.call("GET", "/api/v1/account/receipts", token=token)
    assert [one["basis"] for one in kept["receipts"]] == ["withdrawal", "notice", "notice"]
    status, said = await house.call("POST", path, {"accept": ["z"]}, token=token)
    assert (status, said["code"]) == (400, "consent.unknown_purpose")
    assert (await house.call("GET", "/api/v1/account/receipts"))[0] == 401


async def test_what_is_withdrawn_is_not_brought_back_by_another_answer(
    house: House, wiper: asyncpg.Connection
) -> None:
    add_optional(house)
    _, made = await house.join("ann")
    token, path = made["access_token"], "/api/v1/account/consents"
    await house.call("POST", path, {"accept": ["profile.mood"]}, token=token)
    answering: list[asyncio.Task[tuple[int, Any]]] = []
    async with wiper.transaction():
        await wiper.execute("select from vault_subjects for update")
        for body in ({"withdraw": ["profile.mood"]}, {"accept": []}):  # both at one moment
            answer = house.call("POST", path, body, token=token)
            answering.append(asyncio.create_task(answer))
            while await wiper.fetchval(WAITING) < len(answering):
                await wiper.execute("select pg_stat_clear_snapshot()")
    assert [status for status, _ in [await one for one in answering]] == [200, 200]
    account = await house.accounts.account("@ann:tea.example")
    async with house.accounts.db.read() as tx:
        grounds = await house.vault.grounds(tx, account.account_id)
    assert OPTIONAL.purpose.ground not in grounds


def add_optional(house: House) -> None:
    """Declare one more purpose, before the policy is written for the first time."""
    register: Any = house.consent.register
    register._fields[OPTIONAL.name] = OPTIONAL
    register._purposes[OPTIONAL.purpose.id] = OPTIONAL.purpose


async def test_receipts_are_only_ever_added(house: House, dsn: str) -> None:
    assert (await house.join("ann"))[0] == 201
    connection = await asyncpg.connect(dsn)
    try:
        for statement in (
            "update consent_receipts set lang = 'zh'",
            "delete from consent_receipts",
        ):
            with pytest.raises(asyncpg.RaiseError):
                await connection.execute(statement)
    finally:
        await connection.close()
