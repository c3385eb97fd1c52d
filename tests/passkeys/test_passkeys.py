"""Adding passkeys, signing in by them, and every reason for which one is refused."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from teahouse.clock import FixedClock
from teahouse.config import Config
from teahouse.infra.webauthn.ceremonies import NotProved, read_answer, relying_party
from teahouse.passkeys.model import PASSKEYS_MAX, goes_backwards
from tests.authenticator import Authenticator, b64
from tests.gate.house import suspension
from tests.living import Living, Person
from tests.passkeys.conftest import ORIGIN

MINE = "/api/v1/account/passkeys"
ENTER = "/api/v1/sessions/passkey"
PASSWORD = "correct horse"


async def add(person: Person, key: Authenticator, label: str = "Phone") -> dict[str, Any]:
    """Add a passkey from a session that was just opened."""
    options = (await person.did("POST", f"{MINE}/begin", {}))["options"]
    body = {"credential": key.create(options), "label": label}
    answer = await person.ask("POST", MINE, body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def options(house: Living) -> dict[str, Any]:
    return (await house.client.post(f"{ENTER}/begin", json={})).json()["options"]


async def enter(house: Living, credential: Any) -> tuple[int, Any]:
    body = {"credential": credential, "device_name": "Kettle"}
    answer = await house.client.post(ENTER, json=body)
    return answer.status_code, answer.json()


async def refused(person: Person, method: str, path: str, body: Any) -> str:
    answer = await person.ask(method, path, body)
    assert answer.status_code >= 400, answer.text
    return answer.json()["code"]


async def test_a_passkey_signs_in_also_while_the_gate_is_shut(house: Living, ada: Person) -> None:
    key = Authenticator(ORIGIN)
    asked = (await ada.did("POST", f"{MINE}/begin", {}))["options"]
    assert asked["rp"]["id"] == "tea.example"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["attestation"] == "none"
    added = await add(ada, key, "  My phone ")
    assert added["label"] == "My phone"
    await house.house.doors.gate.policies.set("op", "the owner", suspension())
    wanted = await options(house)
    assert wanted.get("allowCredentials", []) == []  # nobody's name is asked for or told
    status, opened = await enter(house, key.get(wanted))
    assert (status, opened["user_id"]) == (200, ada.user_id)
    other = Person(house, opened["user_id"], opened["access_token"], opened["device_id"])
    devices = (await other.did("GET", "/devices"))["devices"]
    assert {one.get("display_name") for one in devices} >= {"Kettle"}
    ring = await ada.did("GET", MINE)
    assert [one["passkey_id"] for one in ring["passkeys"]] == [added["passkey_id"]]
    assert ring["passkeys"][0]["last_used_at"] is not None
    assert ring["passkeys"][0]["doubted_at"] is None
    assert ring["only_way"] is False


async def test_what_proves_nothing_is_refused_in_the_same_words(
    house: Living, ada: Person, clock: FixedClock
) -> None:
    key = Authenticator(ORIGIN)
    await add(ada, key)
    good = await options(house)
    other_key = Authenticator(ORIGIN, user_handle=key.user_handle)
    forged = b64(bytes(56))
    wrong = [
        replace(key, origin="https://tea.example.evil").get(good),
        replace(key, origin="http://tea.example").get(good),
        replace(key, verified=False).get(good),
        replace(key, cross_origin=True).get(good),
        replace(key, user_handle=b"somebody else").get(good),
        replace(key, user_handle=b"").get(good),
        replace(key, credential_id=b"\x08" * 32).get(good),
        other_key.get(good),
        key.get(good | {"rpId": "evil.example"}),
        key.get(good | {"challenge": forged}),
        {},
        {"rawId": 1, "response": {"clientDataJSON": "?"}},
    ]
    told = [await enter(house, one) for one in wrong]
    assert {(status, said["code"]) for status, said in told} == {(403, "passkeys.not_proved")}
    assert len({said["detail"] for _, said in told}) == 1
    status, _ = await enter(house, key.get(good))  # the same set-up, unspoilt
    assert status == 200
    status, said = await enter(house, key.get(good))  # the same challenge again
    assert (status, said["code"]) == (403, "passkeys.not_proved")
    late = await options(house)
    clock.move(timedelta(minutes=5))
    status, said = await enter(house, key.get(late))
    assert (status, said["code"]) == (403, "passkeys.not_proved")


async def test_a_challenge_counts_once_also_at_the_same_moment(house: Living, ada: Person) -> None:
    key = Authenticator(ORIGIN)
    await add(ada, key)
    shown = key.get(await options(house))
    answers = await asyncio.gather(*(enter(house, shown) for _ in range(6)))
    assert sorted(status for status, _ in answers) == [200, 403, 403, 403, 403, 403]


async def test_challenges_are_of_one_session_and_one_purpose(house: Living, ada: Person) -> None:
    key, ben = Authenticator(ORIGIN), await house.person("ben")
    asked = (await ada.did("POST", f"{MINE}/begin", {}))["options"]
    body = {"credential": key.create(asked), "label": "x"}
    assert await refused(ben, "POST", MINE, body) == "passkeys.not_proved"
    again = await ada.again()
    assert await refused(again, "POST", MINE, body) == "passkeys.not_proved"
    entering = asked | {"challenge": (await options(house))["challenge"]}
    cross = {"credential": key.create(entering), "label": "x"}
    assert await refused(ada, "POST", MINE, cross) == "passkeys.not_proved"
    assert (await ada.ask("POST", MINE, body)).status_code == 201
    assert await refused(ada, "POST", MINE, body) == "passkeys.not_proved"  # spent
    key_again = (await ben.did("POST", f"{MINE}/begin", {}))["options"]
    body = {"credential": key.create(key_again), "label": "x"}
    assert await refused(ben, "POST", MINE, body) == "passkeys.already_there"


async def test_an_older_session_shows_again_who_it_is(
    house: Living, ada: Person, clock: FixedClock
) -> None:
    clock.move(timedelta(minutes=11))
    begin = f"{MINE}/begin"
    assert await refused(ada, "POST", begin, {}) == "passkeys.proof_needed"
    wrong = "accounts.wrong_credentials"
    assert await refused(ada, "POST", begin, {"password": "no"}) == wrong
    body = {"kind": "phone", "code": "000000"}  # a contact that she does not have
    assert await refused(ada, "POST", begin, body) == wrong
    assert (await ada.did("POST", begin, {"password": PASSWORD}))["options"]


async def test_a_passkey_proves_wherever_a_proof_is_asked(
    house: Living, ada: Person, clock: FixedClock, wiper: asyncpg.Connection
) -> None:
    key, ben = Authenticator(ORIGIN), await house.person("ben")
    path = f"{MINE}/{(await add(ada, key))['passkey_id']}"
    others = Authenticator(ORIGIN, credential_id=b"\x09" * 32)
    await add(ben, others)
    await wiper.execute("delete from accounts_passwords")  # it is all that she has
    clock.move(timedelta(minutes=11))

    async def shown(by: Person, one: Authenticator) -> dict[str, str]:
        asked = (await by.did("POST", f"{MINE}/proof", {}))["options"]
        return {"kind": "passkey", "code": json.dumps(one.get(asked))}

    step_up, copy = "/api/v1/account/step-up", "/api/v1/account/exports"
    assert (await ada.ask("POST", copy, {})).status_code >= 400
    entering = {"kind": "passkey", "code": json.dumps(key.get(await options(house)))}
    for bad in (
        await shown(ada, others),  # somebody else's
        await shown(ada, replace(key, verified=False)),  # without the device's own lock
        await shown(ben, key),  # of another session
        entering,  # for something else
        {"kind": "passkey", "code": "{}"},
        {"kind": "passkey", "code": "["},
    ):
        assert await refused(ada, "POST", step_up, bad) == "passkeys.not_proved"
    good = await shown(ada, key)
    await ada.did("POST", step_up, good)
    assert await refused(ada, "POST", step_up, good) == "passkeys.not_proved"  # once
    assert await refused(ada, "DELETE", path, {"sure": True}) == "passkeys.proof_needed"
    await ada.did("DELETE", path, {"sure": True} | await shown(ada, key))
    await ben.did("POST", "/api/v1/account/deactivate", await shown(ben, others))


async def test_all_devices_are_told(house: Living, ada: Person) -> None:
    other, told = await ada.again(), f"/user/{ada.user_id}/account_data/org.teahouse.security"
    await house.run_jobs()
    assert (await other.did("GET", told))["what"] == "signed_in"
    added = await add(ada, Authenticator(ORIGIN))
    await house.run_jobs()
    assert (await other.did("GET", told))["what"] == "passkey_added"
    await ada.did("DELETE", f"{MINE}/{added['passkey_id']}", {"sure": True})
    await house.run_jobs()
    assert (await other.did("GET", told))["what"] == "passkey_removed"


async def test_a_counter_that_goes_backwards_is_noted(house: Living, ada: Person) -> None:
    key = Authenticator(ORIGIN, signs=5)
    await add(ada, key)
    for signs, doubted in ((6, False), (6, True), (9, True)):
        status, _ = await enter(house, replace(key, signs=signs).get(await options(house)))
        assert status == 200
        found = (await ada.did("GET", MINE))["passkeys"][0]
        assert (found["doubted_at"] is not None) is doubted


async def test_passkeys_are_named_and_removed_by_their_owner_only(
    house: Living, ada: Person, wiper: asyncpg.Connection
) -> None:
    key, ben = Authenticator(ORIGIN), await house.person("ben")
    path = f"{MINE}/{(await add(ada, key))['passkey_id']}"
    assert await refused(ben, "PUT", path, {"label": "mine"}) == "passkeys.not_found"
    assert await refused(ben, "DELETE", path, {"sure": True}) == "passkeys.not_found"
    assert await refused(ada, "PUT", path, {"label": " "}) == "passkeys.bad_label"
    await ada.did("PUT", path, {"label": "Blue key"})
    assert (await ada.did("GET", MINE))["passkeys"][0]["label"] == "Blue key"
    await wiper.execute("delete from accounts_passwords")  # now it is the only way in
    assert (await ada.did("GET", MINE))["only_way"] is True
    assert await refused(ada, "DELETE", path, {}) == "passkeys.last_way_in"
    assert len((await ada.did("GET", MINE))["passkeys"]) == 1
    await ada.did("DELETE", path, {"sure": True})
    status, said = await enter(house, key.get(await options(house)))
    assert (status, said["code"]) == (403, "passkeys.not_proved")


async def test_locked_and_ended_accounts_stay_out(
    house: Living, ada: Person, wiper: asyncpg.Connection
) -> None:
    key = Authenticator(ORIGIN)
    await add(ada, key)
    accounts = house.house.people.accounts
    account = await accounts.account(ada.user_id)
    desk = house.house.people.desk
    await desk.lock("op", account.account_id, "a test")
    status, said = await enter(house, key.get(await options(house)))
    assert (status, said["code"]) == (403, "accounts.locked")
    await desk.unlock("op", account.account_id, "a test")
    await desk.suspend("op", account.account_id, "a test")  # may read, so may come in
    assert (await enter(house, key.get(await options(house))))[0] == 200
    await accounts.deactivate(account.account_id, erase=True)
    status, said = await enter(house, key.get(await options(house)))
    assert (status, said["code"]) == (403, "passkeys.not_proved")
    assert await wiper.fetch("select from passkeys_passkeys") == []


async def test_there_is_a_limit_and_nothing_in_clear(
    house: Living, ada: Person, wiper: asyncpg.Connection, clock: FixedClock
) -> None:
    for number in range(PASSKEYS_MAX):
        key = Authenticator(ORIGIN, credential_id=bytes([number]) * 20)
        await add(ada, key, f"Kettle {number}")
    assert await refused(ada, "POST", f"{MINE}/begin", {}) == "passkeys.too_many"
    rows = await wiper.fetch("select credential_id, label from passkeys_passkeys")
    assert not any(b"Kettle" in row["label"] for row in rows)
    assert not any(bytes([3]) * 20 in row["credential_id"] for row in rows)
    assert await wiper.fetchval("select count(*) from passkeys_spent") == PASSKEYS_MAX
    clock.move(timedelta(minutes=30))
    await house.run_jobs()
    assert await wiper.fetchval("select count(*) from passkeys_spent") == 0


async def test_the_ground_comes_with_the_asking(
    house: Living, ada: Person, wiper: asyncpg.Connection
) -> None:
    # An account from before there were passkeys has no ground on file for one.
    await wiper.execute("update vault_subjects set purposes = '{}'")
    await add(ada, Authenticator(ORIGIN))
    assert len((await ada.did("GET", MINE))["passkeys"]) == 1


@pytest.mark.parametrize(
    ("public_url", "listen", "party"),
    [
        ("https://tea.example", "0.0.0.0:8008", ("tea.example", "https://tea.example")),
        ("https://tea.example:443/", "0.0.0.0:8008", ("tea.example", "https://tea.example")),
        ("https://tea.example:8443", "0.0.0.0:8008", ("tea.example", "https://tea.example:8443")),
        ("", "127.0.0.1:8008", ("localhost", "http://localhost:8008")),
        ("https://192.0.2.7", "0.0.0.0:8008", None),
        ("", "0.0.0.0:8008", None),
    ],
)
def test_who_we_are_to_authenticators(
    public_url: str, listen: str, party: tuple[str, str] | None
) -> None:
    found = relying_party(Config(public_url=public_url, listen=listen))
    assert (found and (found.rp_id, found.origin)) == party


@given(st.integers(0, 9), st.integers(0, 9))
def test_only_counters_that_count_can_go_backwards(before: int, now: int) -> None:
    assert goes_backwards(before, now) is (now <= before and (before, now) != (0, 0))


json_values = st.recursive(
    st.none() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.fixed_dictionaries({"rawId": json_values, "response": json_values}))
def test_no_answer_breaks_what_reads_it(credential: dict[str, Any]) -> None:
    with pytest.raises(NotProved):
        read_answer(credential)
