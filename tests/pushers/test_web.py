"""Web Push: the standards' own example, and a browser of ours that reads what comes for it."""

from typing import Any

import asyncpg
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from teahouse.pushers.model import Browser, web
from tests.living import Person, q
from tests.pushers.conftest import Place
from tests.pushers.gateway import Chrome, is_signed

WEB, CONSENTS = "/api/v1/account/web-push", "/api/v1/account/consents"
# RFC 8291, section 5.
THEIRS = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
OWN = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT, AUTH = "DGv6ra1nlYgDCS1FRnbzlw", "BTBZMqHH6r4Tts7J_aSIgg"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6"
    "TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulc"
    "y4a-fN"
)


def test_the_example_of_the_standard() -> None:
    own = ec.derive_private_key(int.from_bytes(web.decoded(OWN), "big"), web.CURVE)
    browser = Browser(endpoint="https://push.example/1", p256dh=THEIRS, auth=AUTH, sender_key="")
    plain = b"When I grow up, I want to be a watermelon"
    assert web.encoded(web.sealed(plain, browser, own, web.decoded(SALT))) == BODY


@given(st.binary(max_size=web.PLAIN_BYTES_MAX), st.binary(min_size=48, max_size=48))
def test_whatever_is_sealed_is_read_and_many_lengths_are_one(plain: bytes, seed: bytes) -> None:
    private, own = web.key_from(b"\x01" * 48), web.key_from(seed)
    browser = Browser(
        endpoint="", p256dh=web.encoded(web.public_of(private)), auth=AUTH, sender_key=""
    )
    body = web.sealed(plain, browser, own, b"s" * 16, web.padding_of(plain))
    assert (len(body) - 86 - 16) % web.PADDED_TO == 0
    assert len(body) <= web.RECORD_BYTES
    shared = private.exchange(ec.ECDH(), own.public_key())
    theirs, mine = web.public_of(private), web.public_of(own)
    key, nonce = web.keys_of(shared, web.decoded(AUTH), theirs, mine, b"s" * 16)
    assert AESGCM(key).decrypt(nonce, body[86:], None).rstrip(b"\0") == plain + b"\x02"


async def agree(person: Person) -> None:
    await person.did("POST", CONSENTS, {"accept": ["pushers.web"], "withdraw": [], "lang": "zh"})


async def subscribed(place: Place, person: Person, name: str = "one", **more: Any) -> Chrome:
    chrome = Chrome(place.receiver, name)
    key = (await person.did("GET", WEB))["sender_key"]
    told = await person.did("PUT", WEB, chrome.subscription(key, **more))
    assert told["on"] is True
    return chrome


async def test_a_browser_is_told_and_nobody_else_can_read_it(place: Place) -> None:
    ann, bo = await place.home.person("ann"), await place.home.person("bo")
    room = await ann.room(bo, name="Tea")
    key = (await bo.did("GET", WEB))["sender_key"]
    asked = Chrome(place.receiver).subscription(key)
    assert (await bo.ask("PUT", WEB, asked)).status_code == 403, "before they agree"
    await agree(bo)
    chrome = await subscribed(place, bo)
    event_id = await ann.say(room, "secret words")
    await place.settle()
    (post,) = place.receiver.take()
    assert (post.path, post.headers["content-encoding"]) == ("/web/one", "aes128gcm")
    assert (post.headers["ttl"], post.headers["urgency"]) == ("86400", "high")
    claims = is_signed(post, key)
    assert claims["aud"] == f"http://127.0.0.1:{place.receiver.port}"
    assert 0 < claims["exp"] - place.clock.now().timestamp() <= 86400
    assert chrome.read(post) == {
        "event_id": event_id, "room_id": room, "unread": 1, "lang": "zh", "room": "Tea",
        "sender": ann.user_id, "kind": "message", "loud": True,
    }  # fmt: skip
    assert b"secret" not in post.body
    call = {"call_id": "1", "version": "1", "party_id": "a", "lifetime": 90_000}
    offer = {"type": "offer", "sdp": "v=0"}
    path = f"/rooms/{q(room)}/send/m.call.invite/1"
    await ann.did("PUT", path, {**call, "offer": offer})
    await place.settle()
    (post,) = place.receiver.take()
    rung = chrome.read(post)
    assert (rung["kind"], rung["loud"], rung["unread"]) == ("call", True, 2)
    assert rung["until"] == place.clock.ms() + 90_000
    chrome = await subscribed(place, bo, "two", shows_text=True)
    await ann.say(room, "words to be seen")
    await place.settle()
    (post,) = place.receiver.take()
    assert (post.path, chrome.read(post)["text"]) == ("/web/two", "words to be seen")
    await bo.did("POST", f"/rooms/{q(room)}/receipt/m.read/{q(event_id)}", {})
    await place.settle()
    assert place.receiver.take() == [], "a number alone would have to be shown"
    assert (await bo.did("DELETE", WEB))["on"] is False
    await ann.say(room, "later")
    await place.settle()
    assert place.receiver.take() == []


async def test_what_leads_nowhere_is_pruned_and_a_withdrawn_yes_ends_it(
    place: Place, wiper: asyncpg.Connection
) -> None:
    ann, bo = await place.home.person(), await place.home.person()
    room = await ann.room(bo)
    await agree(bo)
    for status in (404, 410):
        await subscribed(place, bo)
        place.receiver.status = status
        await ann.say(room, "one")
        await place.settle()
        assert (await bo.did("GET", WEB))["on"] is False
        place.receiver.status = 201
    await subscribed(place, bo)
    await bo.did("POST", CONSENTS, {"accept": [], "withdraw": ["pushers.web"], "lang": "zh"})
    assert await wiper.fetchval("select count(*) from pushers_pushers") == 0
    await agree(bo)
    await subscribed(place, bo)
    await agree(ann)
    await subscribed(place, ann)  # the same browser, and another person
    assert (await bo.did("GET", WEB))["on"] is False
    await wiper.execute("update pushers_pushers set told_pos = 0")
    await ann.did("POST", "/logout", {})
    await place.settle()
    assert await wiper.fetchval("select count(*) from pushers_pushers") == 0


async def test_what_is_no_subscription(place: Place) -> None:
    bo = await place.home.person()
    await agree(bo)
    good = Chrome(place.receiver).subscription((await bo.did("GET", WEB))["sender_key"])
    for change in (
        {"endpoint": "http://push.example/1"},
        {"endpoint": "ftp://127.0.0.1/1"},
        {"endpoint": "https://push.example:99/1"},
        {"endpoint": "nowhere"},
        {"p256dh": "AAAA"},
        {"p256dh": "!"},
        {"p256dh": "B" + "A" * 86},
        {"auth": "AAAA"},
    ):
        answer = await bo.ask("PUT", WEB, {**good, **change})
        assert answer.status_code == 400, change
    assert (await bo.did("GET", WEB))["on"] is False
    await bo.did("PUT", WEB, good)
