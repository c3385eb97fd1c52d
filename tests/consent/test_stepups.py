"""Showing once more that it is you; and what was declined is not asked again soon."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from teahouse.infra.vault.field import Category, Gravity, PersonalField
from teahouse.infra.vault.model import StepUpNeeded
from tests.authenticator import Authenticator
from tests.consent.operator import PASSWORD, PLACE, Desk, owner
from tests.consent.test_consent import OPTIONAL
from tests.living import Living, Person, living

BLOOD = PersonalField(
    "profiles_profiles",
    "blood",
    replace(OPTIONAL.purpose, id="profile.blood", category=Category.SENSITIVE),
    gravity=Gravity.IDENTITY,
)
ORIGIN = "http://localhost:8008"
STEP_UP, ASKS = "/api/v1/account/step-up", "/api/v1/account/asks"


@pytest.fixture
async def home(
    database: Database, dsn: str, clock: FixedClock, tmp_path: Path
) -> AsyncIterator[Living]:
    async with living(dsn, tmp_path, clock) as one:
        yield one


async def account_of(person: Person) -> str:
    found = await person.living.house.people.accounts.account(person.user_id)
    return found.account_id


async def sealed_blood(person: Person) -> bytes:
    vault, account_id = person.living.house.ground.vault, await account_of(person)
    async with person.living.house.db.transaction() as tx:
        await vault.grant(tx, account_id, [BLOOD.purpose])
        return await vault.seal(tx, BLOOD, account_id, "row", "AB")


async def read(person: Person, sealed: bytes) -> str:
    """Open the person's own value, with the word of the session if there is one."""
    house = person.living.house
    caller = await house.people.accounts.authenticate(person.token)
    async with house.db.read() as tx:
        fresh = await house.people.stepups.fresh(tx, caller)
        return await house.ground.vault.open(tx, BLOOD, caller.account_id, "row", sealed, fresh)


async def test_sensitive_things_want_a_fresh_proof_even_of_oneself(
    home: Living, clock: FixedClock
) -> None:
    ann = await home.person("ann")
    sealed = await sealed_blood(ann)
    elsewhere = await ann.again()
    with pytest.raises(StepUpNeeded):
        await read(ann, sealed)
    wrong = await ann.ask("POST", STEP_UP, {"password": "wrong"})
    assert (wrong.status_code, wrong.json()["code"]) == (403, "accounts.wrong_credentials")
    with pytest.raises(StepUpNeeded):
        await read(ann, sealed)
    told = await ann.did("POST", STEP_UP, {"password": "correct horse"})
    assert datetime.fromisoformat(told["until"]) == clock.now() + timedelta(minutes=10)
    assert await read(ann, sealed) == "AB"
    with pytest.raises(StepUpNeeded):  # a session that was left open elsewhere
        await read(elsewhere, sealed)
    clock.move(timedelta(minutes=10))
    with pytest.raises(StepUpNeeded):
        await read(ann, sealed)
    await home.run_jobs()


async def steps_up_by_passkey(desk: Desk) -> None:
    """Add a passkey, and show it where a code would do; each answer counts once."""
    body = {"password": PASSWORD}
    begun = (await desk.ask("POST", f"{PLACE}/passkeys/begin", body)).json()
    key = Authenticator(ORIGIN)
    body = {"credential": key.create(begun["options"]), "label": "Key"}
    made = await desk.ask("POST", f"{PLACE}/passkeys", body)
    assert made.status_code < 300, made.text
    asked = (await desk.ask("POST", f"{PLACE}/sessions/passkey", {})).json()
    shown = {"credential": key.get(asked["options"])}
    assert (await desk.ask("POST", f"{PLACE}/step-up", shown)).status_code == 200
    assert (await desk.ask("POST", f"{PLACE}/step-up", shown)).status_code == 403


async def test_operators_step_up_too_and_every_look_is_audited(
    home: Living, clock: FixedClock
) -> None:
    desk: Desk = await owner(home, clock)
    ann = await home.person("ann")
    sealed, whose = await sealed_blood(ann), await account_of(ann)
    people = home.house.people
    ada = await people.operators.authenticate(desk.token)
    with pytest.raises(StepUpNeeded):
        await people.stepups.check_operator(ada, whose, "blood")
    assert (
        await desk.ask("POST", "/api/v1/operator/step-up", {"code": "000000"})
    ).status_code == 403
    code = desk.code()
    assert (await desk.ask("POST", "/api/v1/operator/step-up", {"code": code})).status_code == 200
    again = await desk.ask("POST", "/api/v1/operator/step-up", {"code": code})
    assert again.status_code == 403, "a code counts once"
    fresh = await people.stepups.check_operator(ada, whose, "blood")
    await steps_up_by_passkey(desk)
    async with home.house.db.read() as tx:
        assert await home.house.ground.vault.open(tx, BLOOD, whose, "row", sealed, fresh) == "AB"
    acts = [entry.act for entry in await people.audit.page(act="consent")]
    assert acts[:2] == ["consent.step_up_refused", "consent.step_up"]  # the passkey, twice
    assert acts[2:4] == ["consent.sensitive_read", "consent.step_up_refused"]
    assert acts[-1] == "consent.sensitive_refused"


async def test_what_was_declined_is_not_asked_again_soon(home: Living, clock: FixedClock) -> None:
    ann = await home.person("ann")
    waits: list[timedelta] = []
    for _ in range(9):
        told = await ann.did("POST", ASKS, {"ask": "notifications", "accepted": False})
        (one,) = told["declined"]
        waits.append(datetime.fromisoformat(one["again_at"]) - clock.now())
        clock.move(timedelta(days=1))
    assert waits[:2] == [timedelta(hours=48), timedelta(hours=96)]
    assert waits[-1] == timedelta(days=90)
    assert [one["times"] for one in (await ann.did("GET", ASKS))["declined"]] == [9]
    said = await ann.did("POST", ASKS, {"ask": "notifications", "accepted": True})
    assert said == {"declined": []}
    assert (await ann.ask("POST", ASKS, {"ask": "my soul", "accepted": True})).status_code == 400
