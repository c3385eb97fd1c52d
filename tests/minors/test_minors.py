"""What an age lets people do: told by documents, guardians and operators, over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from teahouse.clock import FixedClock
from teahouse.minors.model.profile import Capability, MayNot
from teahouse.realnames.model import AgeBand
from tests.living import Living, Owner, Person

# In Shanghai it is 23:30 on the 21st.
NOW = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)
MINE = "/api/v1/minors/me"
WARDS = "/api/v1/guardian/wards"
PROOF = {"password": "correct horse"}


async def id_of(person: Person) -> str:
    return (await person.living.house.people.accounts.account(person.user_id)).account_id


async def mine(person: Person) -> Any:
    return await person.did("GET", MINE)


async def may(person: Person, capability: str) -> tuple[bool, str | None]:
    """Ask as the person sees it, and as a product does: both say the same."""
    (told,) = [one for one in (await mine(person))["may"] if one["capability"] == capability]
    knowing = person.living.house.ways.minors.knowing
    if told["allowed"]:
        await knowing.check(await id_of(person), Capability(capability))
    else:
        with pytest.raises(MayNot):
            await knowing.check(await id_of(person), Capability(capability))
    return told["allowed"], told["why"]


async def settle(owner: Owner, person: Person, **age: Any) -> Any:
    body = {"reason": "Seen at the desk.", **age}
    return await owner.did("PUT", f"/minors/accounts/{await id_of(person)}/age", body)


async def said(one: Person, path: str, body: Any) -> tuple[int, str]:
    answer = await one.ask("POST", path, body)
    assert answer.status_code >= 400, answer.text
    return answer.status_code, answer.json()["code"]


async def family(house: Living, born: str) -> tuple[Person, Person]:
    """Return a guardian, and somebody born in a month who asked them and whom they agreed to."""
    parent = await house.joined("ann", "+447911123457")
    child = await house.person("kid")
    await child.did("POST", f"{MINE}/guardians", {"user_id": parent.user_id})
    await parent.did("POST", f"{WARDS}/{child.user_id}/agree", PROOF | {"birth_month": born})
    return parent, child


async def say(parent: Person, child: Person, capability: str, allowed: bool | None) -> None:
    body = PROOF | {"capability": capability, "allowed": allowed}
    await parent.did("POST", f"{WARDS}/{child.user_id}/say", body)


async def test_r_061_the_sixteenth_birthday_in_shanghai(house: Living, clock: FixedClock) -> None:
    owner, (parent, child) = await house.owner(), await family(house, "2011-04")
    await settle(owner, child, born_on="2010-11-22")
    await say(parent, child, "live.publish", True)
    assert await may(child, "live.publish") == (False, "age"), "15 years and 364 days"
    clock.move(timedelta(minutes=29))
    assert await may(child, "live.publish") == (False, "age")
    clock.move(timedelta(minutes=1))
    assert await may(child, "live.publish") == (True, None), "16, and a guardian said yes"
    assert await may(child, "video.publish") == (False, "guardian_silent")
    await say(parent, child, "live.publish", None)
    assert await may(child, "live.publish") == (False, "guardian_silent"), "at once"


async def test_r_061_unknown_stays_unknown_and_a_grown_up_may(
    house: Living, clock: FixedClock
) -> None:
    somebody = await house.person("somebody")
    assert (await mine(somebody))["age"] == {
        "at_least": None,
        "sources": [],
        "conflicting": False,
    }
    clock.move(timedelta(days=10_000))
    assert await may(somebody, "live.publish") == (False, "unknown_age")
    assert await may(somebody, "strangers") == (True, None)
    await settle(await house.owner(), somebody, at_least=18)
    assert await may(somebody, "live.publish") == (True, None)
    assert await may(somebody, "tip.give") == (True, None)


async def test_l_t22_a_minor_tips_nobody_whatever_a_guardian_says(house: Living) -> None:
    parent, child = await family(house, "2009-06")
    await say(parent, child, "tip.give", True)
    assert await may(child, "tip.give") == (False, "age")
    (rule,) = [one for one in (await mine(child))["may"] if one["capability"] == "tip.give"]
    assert "2022-05-07" in rule["articles"][0]["en"]


async def test_l_m26_a_guardian_opens_and_shuts_the_door_to_strangers(house: Living) -> None:
    parent, child = await family(house, "2013-06")
    assert await may(child, "strangers") == (False, "guardian_silent"), "shut unless opened"
    await say(parent, child, "strangers", True)
    assert await may(child, "strangers") == (True, None)
    await say(parent, child, "strangers", False)
    assert await may(child, "strangers") == (False, "guardian_said_no")
    seen = (await parent.did("GET", WARDS))["wards"]
    assert [(one["user_id"], one["age"]["at_least"]) for one in seen] == [("@kid:s", 12)]
    assert (await mine(child))["guardians"][0]["user_id"] == parent.user_id


async def test_both_agree_before_there_is_a_guardian(house: Living, clock: FixedClock) -> None:
    parent, child = await house.joined("ann", "+447911123457"), await house.person("kid")
    stranger = await house.person("nobody")
    agree = PROOF | {"birth_month": "2012-01"}
    path = f"{WARDS}/{child.user_id}"
    assert await said(parent, f"{path}/agree", agree) == (404, "minors.no_ward"), "nobody asked"
    ask = {"user_id": parent.user_id}
    await child.did("POST", f"{MINE}/guardians", ask)
    assert await said(child, f"{MINE}/guardians", ask) == (409, "minors.already_linked")
    (asked,) = (await parent.did("GET", WARDS))["wards"]
    assert (asked["since"], asked["may"], asked["age"]["at_least"]) == (None, [], None)
    assert (await mine(child))["age"]["at_least"] is None, "nothing is known before"
    word = PROOF | {"capability": "pay", "allowed": True}
    assert await said(parent, f"{path}/say", word) == (404, "minors.no_ward")
    answer = await said(stranger, f"{path}/agree", agree)
    assert answer == (403, "guardians.not_a_guardian"), "nothing about them is known"
    assert (await said(parent, f"{path}/agree", agree | {"password": "wrong"}))[0] == 403
    grown = agree | {"birth_month": "2000-01"}
    assert await said(parent, f"{path}/agree", grown) == (409, "minors.grown_up")
    await parent.did("POST", f"{path}/agree", agree)
    assert await said(parent, f"{path}/agree", agree) == (409, "minors.already_linked")
    await parent.did("POST", f"{path}/end", PROOF)
    assert (await mine(child))["guardians"] == []
    assert (await mine(child))["age"]["at_least"] == 14, "what was told stays told"
    nobody = {"user_id": "@nowhere:s"}
    assert await said(child, f"{MINE}/guardians", nobody) == (404, "minors.no_guardian")
    await child.did("POST", f"{MINE}/guardians", ask)
    clock.move(timedelta(days=8))
    async with house.house.db.transaction() as tx:
        await house.house.ways.minors.families.purge(tx)
    assert await said(parent, f"{path}/agree", agree) == (404, "minors.no_ward"), "it lapsed"


async def test_who_does_not_agree_counts_as_the_younger_until_it_is_settled(house: Living) -> None:
    owner, (_, child) = await house.owner(), await family(house, "2012-01")
    async with house.house.db.transaction() as tx:  # as a provider's word about a document does
        for told in house.house.people.realnames.aged:
            await told(tx, await id_of(child), AgeBand(18))
    age = (await mine(child))["age"]
    assert age == {"at_least": 14, "sources": ["guardian", "document"], "conflicting": True}
    other = await house.person("other")
    words = {"words": "I am grown up: look at my document again."}
    assert await said(other, f"{MINE}/appeal", words) == (409, "minors.nothing_to_appeal")
    assert await said(child, f"{MINE}/appeal", {"words": " "}) == (400, "minors.bad_words")
    await child.did("POST", f"{MINE}/appeal", words)
    (appeal,) = (await owner.did("GET", "/minors/appeals"))["appeals"]
    assert (appeal["account_id"], appeal["words"]) == (await id_of(child), words["words"])
    for wrong in ({}, {"at_least": 15}, {"at_least": 18, "born_on": "2000-01-01"}):
        path = f"/minors/accounts/{await id_of(child)}/age"
        answer = await owner.ask("PUT", path, {"reason": "So it is.", **wrong})
        assert (answer.status_code, answer.json()["code"]) == (400, "minors.bad_age")
    told = await settle(owner, child, born_on="2000-01-01")
    assert (told["age"]["at_least"], told["age"]["conflicting"], told["appeal"]) == (
        18,
        False,
        None,
    )
    assert (await mine(child))["guardians"] == [], "who is grown up has no guardian"
    assert (await owner.did("GET", "/minors/appeals"))["appeals"] == []
    acts = [entry["act"] for entry in (await owner.did("GET", "/audit"))["entries"]]
    assert "minors.age_settled" in acts


async def test_at_eighteen_no_day_is_kept_and_nobody_answers_any_more(
    house: Living, clock: FixedClock
) -> None:
    parent, child = await family(house, "2009-06")
    assert await house.house.ways.minors.reckon() == 0
    clock.move(datetime(2027, 6, 30, 16, tzinfo=UTC) - NOW)
    assert (await mine(child))["age"]["at_least"] == 18, "without waiting for anything"
    assert await house.house.ways.minors.reckon() == 2, "the token, and the link"
    assert await house.house.ways.minors.reckon() == 0
    assert (await parent.did("GET", WARDS))["wards"] == []
    knowing = house.house.ways.minors.knowing
    known = await knowing.known(await id_of(child))
    assert [(one.token.at_least, one.token.turns_on) for one in known.told] == [(18, None)]


async def test_operators_read_the_rules_and_a_look_is_written_down(house: Living) -> None:
    owner, child = await house.owner(), await house.person("kid")
    rules = await owner.did("GET", "/minors/rules")
    assert (rules["name"], rules["nodes"]) == ("cn", [3, 8, 12, 14, 16, 18])
    live = next(rule for rule in rules["rules"] if rule["capability"] == "live.publish")
    assert live["answers"]["16"] == "guardian"
    assert "art. 76" in live["articles"][0]["en"]
    await owner.did("GET", f"/minors/accounts/{await id_of(child)}")
    acts = [entry["act"] for entry in (await owner.did("GET", "/audit"))["entries"]]
    assert acts[0] == "accounts.look"
    answer = await owner.ask("GET", "/minors/accounts/01ABCDEFGHJKMNPQRSTVWXYZ00")
    assert answer.status_code == 404
