"""Restricted data are kept and not used: the vault opens them for nobody else, and nothing finds them."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from teahouse.infra.vault.model import Restricted
from teahouse.profiles.store import DISPLAY_NAME
from tests.cases.desk import Judge, judges
from tests.living import Living, Person, living

MINE, DESK = "/api/v1/account/restriction", "/restrictions"


@pytest.fixture
async def home(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    """A house at a time that stands still."""
    async with living(dsn, tmp_path, clock) as opened:
        yield opened


async def restrict(person: Person, **more: Any) -> Any:
    """Restrict somebody's data, by themselves."""
    version = (await person.living.client.get("/api/v1/policy")).json()["version"]
    body = {"ground": "accuracy", "words": "My name is wrong.", "policy_version": version} | more
    return await person.ask("POST", MINE, body)


async def named(home: Living, name: str) -> Person:
    """Have somebody who shows a name."""
    person = await home.person()
    place = f"/profile/{person.user_id}/displayname"
    await person.did("PUT", place, {"displayname": name})
    return person


async def shown(by: Person, of: Person) -> Any:
    """Return what somebody sees of another's profile."""
    return await by.did("GET", f"/profile/{of.user_id}")


async def found(by: Person, term: str) -> tuple[int, list[str]]:
    """Return how many messages and which people somebody finds."""
    asked = {"search_categories": {"room_events": {"search_term": term}}}
    told = await by.did("POST", "/search", asked)
    people = await by.did("POST", "/user_directory/search", {"search_term": term})
    count = told["search_categories"]["room_events"]["count"]
    return count, [one["user_id"] for one in people["results"]]


async def ended(judge: Judge, account_id: str, what: str = "end") -> Any:
    """Decide on a restriction."""
    answer = await judge.at("POST", f"{DESK}/{account_id}/{what}", {"reasons": "It was right."})
    return answer.json()


async def test_l_44_restricted_rows_are_unreadable_to_product_code(
    home: Living, clock: FixedClock
) -> None:
    ann, bob = await named(home, "quincunx"), await home.person()
    room = await ann.room(bob)
    await ann.say(room, "quincunx")
    await home.run_jobs()
    assert (await shown(bob, ann))["displayname"] == "quincunx"
    count, people = await found(bob, "quincunx")
    assert count == 1
    answer = await restrict(ann)
    assert answer.status_code == 201, answer.text
    assert (await restrict(ann)).json()["code"] == "restrictions.known"
    assert await shown(bob, ann) == {}
    assert await found(bob, "quincunx") == (0, [])
    account = await home.house.people.accounts.account(ann.user_id)
    async with home.house.db.read() as tx:
        rows = await tx.rows("select account_id, display_name from profiles_profiles")
        (row,) = [row for row in rows if row[0] == account.account_id]
        with pytest.raises(Restricted):
            await home.house.ground.vault.open(tx, DISPLAY_NAME, row[0], row[0], row[1])
    own = await ann.did("GET", "/api/v1/account")
    assert own["display_name"] == "quincunx", "themselves they see as before"
    assert (await found(ann, "quincunx"))[0] == 1
    await ann.did("PUT", f"/profile/{ann.user_id}/displayname", {"displayname": "ann"})
    assert (await ann.ask("DELETE", MINE)).status_code == 200
    assert (await shown(bob, ann))["displayname"] == "ann"
    assert (await found(bob, "quincunx"))[0] == count
    assert people == (await found(bob, "quincunx"))[1] or people


async def test_l_44_it_ends_by_a_decision_with_reasons_of_which_the_person_is_told_before(
    home: Living, clock: FixedClock
) -> None:
    ann, bob = await named(home, "quincunx"), await home.person()
    await restrict(ann, ground="objection", words="I object.")
    first, second = await judges(home)
    (listed,) = (await first.at("GET", DESK)).json()["restrictions"]
    assert (listed["user_id"], listed["restriction"]["words"]) == (ann.user_id, "I object.")
    whose = listed["account_id"]
    assert (await ended(second, whose, "keep"))["code"] == "restrictions.bad_step"
    decided = await ended(second, whose)
    assert decided["restriction"]["state"] == "ending"
    (own,) = (await ann.did("GET", MINE))["restrictions"]
    assert (own["answer"], own["state"]) == ("It was right.", "ending")
    notices = await ann.did("GET", "/api/v1/account/security")
    assert "restriction_ends" in {one["what"] for one in notices["notices"]}
    assert await shown(bob, ann) == {}, "it holds until then"
    assert (await ended(first, whose, "keep"))["restriction"]["state"] == "in_force"
    clock.move(timedelta(days=8))
    await home.run_jobs()
    assert await shown(bob, ann) == {}
    await ended(first, whose)
    clock.move(timedelta(days=8))
    await home.run_jobs()
    assert (await shown(bob, ann))["displayname"] == "quincunx"
    (own,) = (await ann.did("GET", MINE))["restrictions"]
    assert own["state"] == "ended"
    acts = [entry.act for entry in await home.house.people.audit.page(act="restrictions")]
    assert sorted(set(acts)) == ["restrictions.decide", "restrictions.keep", "restrictions.read"]


async def test_l_44_detectors_suggest_nobody_who_is_restricted(
    home: Living, clock: FixedClock
) -> None:
    ann = await home.person()
    room = await ann.room()
    looking = home.house.detectors.looking
    event_id = await ann.say(room, "quincunx")
    async with home.house.db.read() as tx:
        found = await home.house.talk.timeline.reading.events_by_id(tx, [event_id])
        event = found[event_id][1]
        assert [one.event for one in await looking._lookable(tx, [event])] == [event]
    await restrict(ann)
    async with home.house.db.read() as tx:
        assert await looking._lookable(tx, [event]) == []
