"""The policy changes: what was published stays, and people are asked about what changed, only."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.consent.model import Item, UnknownPurpose, changed
from teahouse.consent.model.versions import Kept, KeptItem, difference
from teahouse.infra.vault.field import Necessity, PersonalField, Purpose, Wording
from teahouse.infra.vault.model import NoGround
from tests.consent.test_consent import ITEMS, OPTIONAL, add_optional
from tests.gate.house import House

CONSENTS = "/api/v1/account/consents"
PLACE = PersonalField(
    "profiles_profiles",
    "place",
    replace(
        OPTIONAL.purpose,
        id="profile.place",
        name=Wording("地点", "Place"),
        necessity=Necessity.NECESSARY,
    ),
)


@contextmanager
def upgraded(house: House, *fields: PersonalField, without: str = "") -> Iterator[None]:
    """Run with another register, as after an upgrade."""
    register: Any = house.consent.register
    kept = dict(register._fields), dict(register._purposes)
    for field in fields:
        register._fields[field.name] = field
        register._purposes[field.purpose.id] = field.purpose
    register._purposes.pop(without, None)
    house.consent._written.clear()
    try:
        yield
    finally:
        register._fields, register._purposes = kept
        house.consent._written.clear()


def next_version(purpose: Purpose) -> Purpose:
    return replace(purpose, version=purpose.version + 1, means=replace(purpose.means, en="changed"))


IDS = st.sets(st.sampled_from([item.id for item in ITEMS]))


@given(IDS, IDS, IDS, IDS)
def test_an_answer_changes_nothing_that_it_does_not_name(
    before: set[str], said_no: set[str], accept: set[str], refuse: set[str]
) -> None:
    refuse -= accept
    grounds = {item.ground for item in ITEMS if item.id in before}
    allowed, declined = changed(ITEMS, grounds, said_no, accept, refuse)
    for item in ITEMS:
        if item.id in accept:
            assert item.id in allowed
        elif item.id in refuse:
            assert item.id in declined
        else:
            assert (item.id in allowed) == (item.id in before)
            assert (item.id in declined) == (item.id in said_no - set(allowed))
    with pytest.raises(UnknownPurpose):
        changed(ITEMS, grounds, (), ["z"], ())


def kept(item: Item, **more: Any) -> KeptItem:
    told = {
        "name": "n", "purpose": "p", "means": "m", "category": "ordinary", "basis": "consent",
        "function": "f", "retention": "r", "recipients": "x", "necessary": item.necessary,
    }  # fmt: skip
    return KeptItem(id=item.id, ground=item.ground, **(told | more))


@given(IDS, IDS, IDS)
def test_a_difference_names_each_purpose_that_differs_and_no_other(
    old: set[str], new: set[str], reworded: set[str]
) -> None:
    before = Kept(items=[kept(item) for item in ITEMS if item.id in old])
    after = Kept(
        items=[
            kept(item, means="else") if item.id in reworded else kept(item)
            for item in ITEMS
            if item.id in new
        ]
    )
    found = {change.purpose_id: change for change in difference(before, after).changes}
    assert set(found) == (old ^ new) | (old & new & reworded)
    for purpose_id, change in found.items():
        if purpose_id in old & new:
            assert (change.kind, change.fields) == ("changed", ("means",))
        else:
            assert change.kind == ("added" if purpose_id in new else "removed")


async def test_people_are_asked_about_what_changed_and_may_refuse(house: House) -> None:
    add_optional(house)
    _, made = await house.join("ann")
    token = made["access_token"]
    _, first = await house.call("GET", "/api/v1/policy")
    _, due = await house.call("GET", f"{CONSENTS}/due", token=token)
    assert due["changes"] == []
    mood = replace(OPTIONAL, purpose=next_version(OPTIONAL.purpose))
    _, said = await house.call("POST", CONSENTS, {"accept": ["profile.mood"]}, token=token)
    assert "profile.mood" in said["accepted"]
    house.clock.move(timedelta(days=1))
    with upgraded(house, mood, PLACE):
        _, due = await house.call("GET", f"{CONSENTS}/due", token=token)
        told = {change["id"]: change for change in due["changes"]}
        assert set(told) == {"profile.mood", "profile.place"}
        assert (told["profile.mood"]["kind"], told["profile.mood"]["fields"]) == (
            "changed",
            ["means"],
        )
        assert told["profile.mood"]["before"]["means"] == OPTIONAL.purpose.means.en
        assert not due["in_force"]  # a week's notice
        house.clock.move(timedelta(days=8))
        _, due = await house.call("GET", f"{CONSENTS}/due", token=token)
        assert due["in_force"]
        await refuses_and_goes_on(house, token, due["policy_version"], mood)
        status, said = await house.call(
            "POST", CONSENTS, {"policy_version": first["version"]}, token=token
        )
        assert (status, said["code"]) == (409, "consent.stale_policy")


async def refuses_and_goes_on(house: House, token: str, version: str, mood: PersonalField) -> None:
    answer = {"policy_version": version, "decline": ["profile.mood", "profile.place"]}
    status, said = await house.call("POST", CONSENTS, answer, token=token)
    assert status == 200
    assert set(said["declined"]) >= {"profile.mood", "profile.place"}
    _, due = await house.call("GET", f"{CONSENTS}/due", token=token)
    assert due["changes"] == []  # asked once
    account = await house.accounts.account("@ann:tea.example")
    for field in (mood, PLACE):  # nothing is processed in the new way
        with pytest.raises(NoGround):
            async with house.accounts.db.transaction() as tx:
                await house.vault.seal(tx, field, account.account_id, "row", "x")
    async with house.accounts.db.transaction() as tx:  # what was agreed before goes on
        whose = account.account_id, account.user_id
        await house.profiles.set_field(tx, *whose, "displayname", "Ann")
    _, said = await house.call("POST", CONSENTS, {"accept": ["profile.mood"]}, token=token)
    assert "profile.mood" in said["accepted"]
    assert "profile.place" in said["declined"], "an answer about one is none about the other"


async def test_versions_are_kept_as_they_read(house: House) -> None:
    add_optional(house)
    _, first = await house.call("GET", "/api/v1/policy?lang=zh")
    house.clock.move(timedelta(days=1))
    with upgraded(house, PLACE, without="profile.mood"):
        _, second = await house.call("GET", "/api/v1/policy?lang=zh")
        _, told = await house.call("GET", "/api/v1/policy/versions")
        assert [(one["version"], one["current"]) for one in told["versions"]] == [
            (second["version"], True),
            (first["version"], False),
        ]
        query = f"from={first['version']}&to={second['version']}&lang=en"
        status, found = await house.call("GET", f"/api/v1/policy/changes?{query}")
        kinds = {change["id"]: change["kind"] for change in found["changes"]}
        assert (status, kinds) == (200, {"profile.place": "added", "profile.mood": "removed"})
        assert (await house.call("GET", "/api/v1/policy/changes?from=x&to=y"))[0] == 404
        for lang, words in (("zh", "心情"), ("en", "Mood")):
            old = await house.client.get(f"/policy?version={first['version']}&lang={lang}")
            now = await house.client.get(f"/policy?lang={lang}")
            assert words in old.text
            assert words not in now.text.partition('id="list"')[2]
            page = await house.client.get(f"/policy/history?lang={lang}")
            assert all(one in page.text for one in (first["version"], second["version"], words))
        assert (await house.client.get("/policy?version=none")).status_code == 404
