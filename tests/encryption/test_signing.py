"""Cross-signing: whose keys sign whose, what is asked for, and who sees which signature."""

from typing import Any

from tests.encryption.signer import Key, Signer, query
from tests.living import Living, Person

PUBLISH = "/keys/device_signing/upload"
SIGN = "/keys/signatures/upload"


async def signer(house: Living) -> Signer:
    one = Signer(await house.person())
    await one.upload(device_keys=one.device_keys)
    return one


async def published(house: Living) -> Signer:
    one = await signer(house)
    await one.person.did("POST", PUBLISH, one.cross_keys())
    return one


def proof(person: Person, session: str, password: str = "correct horse") -> dict[str, Any]:
    who = {"type": "m.id.user", "user": person.user_id}
    return {
        "type": "m.login.password",
        "session": session,
        "identifier": who,
        "password": password,
    }


async def test_the_first_keys_need_no_proof_and_others_do(house: Living) -> None:
    ann = await signer(house)
    keys = ann.cross_keys()
    await ann.person.did("POST", PUBLISH, keys)
    await ann.person.did("POST", PUBLISH, keys)
    await ann.person.did("POST", PUBLISH, {"master_key": keys["master_key"]})
    anew = Signer(ann.person, device=ann.device)
    answer = await ann.person.ask("POST", PUBLISH, anew.cross_keys())
    assert answer.status_code == 401
    asked = answer.json()
    assert asked["flows"] == [{"stages": ["m.login.password"]}]
    wrong = anew.cross_keys() | {"auth": proof(ann.person, asked["session"], "wrong")}
    answer = await ann.person.ask("POST", PUBLISH, wrong)
    assert (answer.status_code, answer.json()["errcode"]) == (401, "M_FORBIDDEN")
    told = await query(ann.person, ann.person)
    assert told["master_keys"][ann.person.user_id] == keys["master_key"]
    right = anew.cross_keys() | {"auth": proof(ann.person, asked["session"])}
    await ann.person.did("POST", PUBLISH, right)
    told = await query(ann.person, ann.person)
    assert told["master_keys"][ann.person.user_id] == anew.master_key()


async def test_keys_that_do_not_hang_together_are_refused(house: Living) -> None:
    ann = await signer(house)
    keys = ann.cross_keys()
    lesser = {"self_signing_key": keys["self_signing_key"]}
    assert await ann.person.refused("POST", PUBLISH, lesser) == "400 M_MISSING_PARAM"
    other = Signer(ann.person).cross_keys()
    mixed = {"master_key": keys["master_key"], "user_signing_key": other["user_signing_key"]}
    assert await ann.person.refused("POST", PUBLISH, mixed) == "400 M_INVALID_SIGNATURE"
    bare = {"master_key": keys["master_key"], "self_signing_key": ann.master_key()}
    assert await ann.person.refused("POST", PUBLISH, bare) == "400 M_BAD_JSON"
    unsigned = {k: v for k, v in keys["self_signing_key"].items() if k != "signatures"}
    bare["self_signing_key"] = unsigned
    assert await ann.person.refused("POST", PUBLISH, bare) == "400 M_INVALID_SIGNATURE"
    for wrong in (
        {"user_id": "@bob:s"},
        {"usage": ["other"]},
        {"keys": {}},
        {"keys": {"a:b": "c"}},
        {"keys": 5},
    ):
        body = {"master_key": {**keys["master_key"], **wrong}}
        assert await ann.person.refused("POST", PUBLISH, body) == "400 M_BAD_JSON"
    assert (await query(ann.person, ann.person))["master_keys"] == {}
    # A key that is called as a device is.
    bob = Signer(await house.person(device=ann.master.public))
    named = {"user_id": bob.person.user_id}
    body = {"master_key": {**ann.master_key(), **named}}
    assert await bob.person.refused("POST", PUBLISH, body) == "403 M_FORBIDDEN"


async def test_a_new_device_is_not_called_as_a_key_is(house: Living) -> None:
    ann, bob = await published(house), await house.person()
    name = ann.master.public
    user = {"type": "m.id.user", "user": ann.person.user_id}
    body = {"type": "m.login.password", "identifier": user, "password": "correct horse"}
    taken = [key.public for key in (ann.master, ann.self_signing, ann.user_signing)]
    for device_id in taken:
        told = await ann.person.refused("POST", "/login", body | {"device_id": device_id})
        assert told == "403 M_FORBIDDEN"
    assert len((await ann.person.did("GET", "/devices"))["devices"]) == 1
    assert (await ann.person.again(name[:20])).device_id == name[:20]
    assert (await bob.again(name)).device_id == name


async def test_others_see_what_is_for_them(house: Living) -> None:
    ann, bob = await published(house), await house.person()
    who = ann.person.user_id
    mine, theirs = await query(ann.person, ann.person), await query(bob, ann.person)
    keys = ann.cross_keys()
    assert mine["user_signing_keys"] == {who: keys["user_signing_key"]}
    assert theirs["user_signing_keys"] == {}
    for told in (mine, theirs):
        assert told["master_keys"] == {who: keys["master_key"]}
        assert told["self_signing_keys"] == {who: keys["self_signing_key"]}


async def test_a_device_and_a_master_key_are_signed_by_their_owner(house: Living) -> None:
    ann, bob = await published(house), await house.person()
    who, device = ann.person.user_id, ann.person.device_id
    signed = ann.self_signing.sign(ann.device_keys, who, ann.self_signing.public)
    master = ann.device.sign(ann.master_key(), who, device)
    body = {who: {device: signed, ann.master.public: master}}
    assert await ann.person.did("POST", SIGN, body) == {"failures": {}}
    assert await ann.person.did("POST", SIGN, body) == {"failures": {}}
    told = await query(bob, ann.person)
    assert told["device_keys"][who][device]["signatures"] == signed["signatures"]
    assert told["master_keys"][who]["signatures"] == master["signatures"]


async def test_a_signature_of_another_is_shown_to_its_maker_alone(house: Living) -> None:
    ann, bob = await published(house), await published(house)
    who, maker = ann.person.user_id, bob.person.user_id
    signed = bob.user_signing.sign(ann.master_key(), maker, bob.user_signing.public)
    await bob.person.sync()
    body = {who: {ann.master.public: signed}}
    assert await bob.person.did("POST", SIGN, body) == {"failures": {}}
    assert (await query(bob.person, ann.person))["master_keys"][who] == signed
    assert (await query(ann.person, ann.person))["master_keys"][who] == ann.master_key()
    told = await bob.person.sync()  # the maker's devices look again, though they share no room
    assert told["device_lists"]["changed"] == [who]


async def test_each_signature_that_cannot_be_kept_is_named(house: Living) -> None:
    ann, bob = await published(house), await published(house)
    who, device = ann.person.user_id, ann.person.device_id
    stranger = Key().sign(ann.device_keys, who, ann.self_signing.public)
    other = ann.self_signing.sign(
        {**ann.device_keys, "algorithms": []}, who, ann.self_signing.public
    )
    unsigned = {**ann.device_keys, "signatures": {}}
    by_bob = bob.user_signing.sign(bob.device_keys, who, ann.self_signing.public)
    cases = [
        ({who: {device: stranger}}, "M_INVALID_SIGNATURE"),
        ({who: {device: other}}, "M_INVALID_PARAM"),
        ({who: {"NONE": stranger}}, "M_NOT_FOUND"),
        ({who: {ann.master.public: ann.master_key()}}, "M_INVALID_SIGNATURE"),
        ({bob.person.user_id: {bob.person.device_id: by_bob}}, "M_NOT_FOUND"),
        ({"@nobody:s": {"X": unsigned}}, "M_NOT_FOUND"),
    ]
    for body, errcode in cases:
        told = await ann.person.did("POST", SIGN, body)
        ((user_id, by_name),) = told["failures"].items()
        assert user_id in body
        ((_, error),) = by_name.items()
        assert error["errcode"] == errcode
    right = ann.self_signing.sign(ann.device_keys, who, ann.self_signing.public)
    told = await ann.person.did("POST", SIGN, {who: {device: right, "NONE": right}})
    assert set(told["failures"][who]) == {"NONE"}
    shown = (await query(bob.person, ann.person))["device_keys"][who][device]
    assert shown["signatures"] == right["signatures"]
    for wrong in ({"ann": {}}, {who: []}, {who: {device: "x"}}):
        assert await ann.person.refused("POST", SIGN, wrong) == "400 M_BAD_JSON"


async def test_signatures_go_with_the_keys_that_made_them(house: Living) -> None:
    ann = await published(house)
    who, device = ann.person.user_id, ann.person.device_id
    signed = ann.self_signing.sign(ann.device_keys, who, ann.self_signing.public)
    await ann.person.did("POST", SIGN, {who: {device: signed}})
    anew = Signer(ann.person, device=ann.device)
    asked = (await ann.person.ask("POST", PUBLISH, anew.cross_keys())).json()
    body = anew.cross_keys() | {"auth": proof(ann.person, asked["session"])}
    await ann.person.did("POST", PUBLISH, body)
    shown = (await query(ann.person, ann.person))["device_keys"][who][device]
    assert shown["signatures"] == ann.device_keys["signatures"]


async def test_an_erased_person_has_no_keys(house: Living) -> None:
    ann, bob = await published(house), await house.person()
    asked = (await ann.person.ask("POST", "/account/deactivate", {"erase": True})).json()
    body = {"erase": True, "auth": proof(ann.person, asked["session"])}
    await ann.person.did("POST", "/account/deactivate", body)
    told = await query(bob, ann.person)
    assert told["device_keys"] == told["master_keys"] == told["self_signing_keys"] == {}


async def test_a_lesser_key_that_is_new_needs_proof_beneath_the_same_master_key(
    house: Living,
) -> None:
    ann = await published(house)
    before = ann.cross_keys()
    ann.self_signing = Key()
    new = ann.cross_keys()
    assert new["master_key"] == before["master_key"]
    lesser = {"self_signing_key": new["self_signing_key"]}
    for body in (new, lesser):
        assert (await ann.person.ask("POST", PUBLISH, body)).status_code == 401
    await ann.person.did("POST", PUBLISH, {"self_signing_key": before["self_signing_key"]})
    asked = (await ann.person.ask("POST", PUBLISH, lesser)).json()
    await ann.person.did("POST", PUBLISH, lesser | {"auth": proof(ann.person, asked["session"])})
    told = await query(ann.person, ann.person)
    assert told["self_signing_keys"] == {ann.person.user_id: new["self_signing_key"]}
    assert told["master_keys"] == {ann.person.user_id: before["master_key"]}
