"""Detectors, through what operators and people call: what is looked at, suggested, and decided."""

import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image, ImageDraw

from teahouse.clock import FixedClock
from teahouse.detectors.model.pictures import DISTANCE_MAX
from tests.cases.desk import report
from tests.detectors.conftest import LISTS, Desk, Opening, picture
from tests.living import Person, q

WORD = "cheap tea"


def drawn(shift: int, side: int = 300, **saved: Any) -> bytes:
    """Return a picture of some forms; another ``shift``, other forms."""
    image = Image.new("RGB", (300, 300), "white")
    draw = ImageDraw.Draw(image)
    for nth in range(9):
        at = (nth * 37 * shift) % 220, (nth * 71 + 40 * shift) % 220
        shade = (nth * 29 * shift) % 200
        draw.ellipse((*at, at[0] + 70, at[1] + 50), fill=(shade, shade, 255 - shade))
    out = io.BytesIO()
    image.resize((side, side)).save(out, **saved)
    return out.getvalue()


async def shown(person: Person, room: str, uri: str) -> None:
    """Post a picture."""
    content = {"msgtype": "m.image", "body": "a picture", "url": uri}
    txn = f"p{next(person.txns)}"
    await person.did("PUT", f"/rooms/{q(room)}/send/m.room.message/{txn}", content)


async def test_a_word_is_found_suggested_and_judged_by_people(desk: Desk) -> None:
    ann, bob = await desk.home.person(), await desk.home.person()
    await desk.made("tea-sellers", "words", [WORD])
    room = await ann.room(bob)
    said = "Come: сhеар  T.E.A here"
    event_id = await bob.say(room, said)
    await bob.say(room, "Cheaply teased")
    (hit,) = await desk.hits("tea-sellers")
    assert (hit["target"], hit["entry"], hit["room_id"]) == (event_id, WORD, room)
    assert said[hit["begins"] : hit["ends"]] == "сhеар  T.E.A"
    (case,) = await desk.bea.queue()
    assert (case["target"], case["category"]) == (event_id, "spam")
    assert case["case_id"] == hit["case_id"]
    told = await desk.did("GET", f"/detectors/cases/{hit['case_id']}")
    assert told["hits"] == [hit]
    assert told["lists"] == {"tea-sellers": {"kind": "words", "name": "About tea-sellers"}}
    shown_still = await ann.did("GET", f"/rooms/{q(room)}/event/{q(event_id)}")
    assert shown_still["content"]["body"] == said, "a suggestion hides nothing"
    figures = (await desk.listed("tea-sellers"))["figures"]
    assert (figures["found"], figures["undecided"], figures["precision"]) == (1, 1, None)
    await desk.bea.act(case["case_id"], "verify", decider="assisted")
    second = await bob.say(room, WORD)
    await desk.hits("tea-sellers")
    (other,) = await desk.bea.queue()
    assert other["target"] == second
    await desk.bea.did("POST", f"/{other['case_id']}/acts", {"act": "dismiss"})
    figures = (await desk.listed("tea-sellers"))["figures"]
    assert (figures["upheld"], figures["dismissed"], figures["precision"]) == (1, 1, 0.5)
    assert await ann.did("GET", "/api/v1/cases") == {"cases": []}


WEIGHTS = [
    "threshold 1.5", "{pupil} = 小学生 | pupil*", "{gift} = 火箭 | rocket*", "+0.6 {pupil}",
    "+1 {pupil} & {gift}", "-0.8 博物馆",
]  # fmt: skip


async def test_a_weighted_list_tells_what_weighed_most_and_where(desk: Desk) -> None:
    ann, bob = await desk.home.person(), await desk.home.person()
    await desk.made("gifts", "weights", WEIGHTS)
    room = await ann.room(bob)
    said = "谁是小·學生？送一枚火 箭来"
    event_id = await bob.say(room, said)
    await bob.say(room, "小学生去博物馆看火箭")
    await bob.say(room, "小学生")
    (hit,) = await desk.hits("gifts")
    assert (hit["target"], hit["version"], hit["mode"]) == (event_id, 2, "suggest")
    assert said[hit["begins"] : hit["ends"]] == "小·學生？送一枚火 箭"
    assert hit["entry"] == "1.6 ≥ 1.5: {pupil} 小学生 & {gift} 火箭 +1; {pupil} 小学生 +0.6"
    (case,) = await desk.bea.queue()
    assert (case["target"], case["case_id"]) == (event_id, hit["case_id"])
    told = await desk.did("GET", f"/detectors/cases/{hit['case_id']}")
    assert told["lists"] == {"gifts": {"kind": "weights", "name": "About gifts"}}
    await desk.did("POST", f"{LISTS}/gifts/versions", {"mode": "watch"})
    await bob.say(room, "pupils, a rocket please")
    (newest,) = [one for one in await desk.hits("gifts") if one["version"] == 3]
    assert (newest["mode"], newest["case_id"]) == ("watch", None)
    assert (await desk.did("GET", f"{LISTS}/gifts/versions/3"))["entries"] == WEIGHTS


async def test_weights_are_tried_before_they_count(desk: Desk) -> None:
    ann, bob = await desk.home.person(), await desk.home.person()
    room = await ann.room(bob)
    await bob.say(room, "小学生送火箭")
    await bob.say(room, "小学生去博物馆看火箭")
    told = await desk.did("POST", "/detectors/preview", {"kind": "weights", "entries": WEIGHTS})
    assert (told["looked_count"], told["found_count"]) == (2, 1)
    (sample,) = told["samples"]
    assert sample["text"] == "小学生送火箭"
    assert sample["entry"].startswith("1.6 ≥ 1.5: ")


@pytest.mark.parametrize(
    ("entries", "number"),
    [
        (["threshold 1", "", "+1 {gift}"], 3),
        (["threshold 1", "1 tea"], 2),
        (["+1 tea"], None),
        (["threshold 1", "+1 tea", "+2 基督徒"], 3),
    ],
)
async def test_weights_that_cannot_be_used_are_refused(
    desk: Desk, entries: list[str], number: int | None
) -> None:
    await desk.made("strict", "weights", [], mode="off")
    body = {"mode": "suggest", "entries": entries}
    answer = await desk.ada.at("POST", f"{LISTS}/strict/versions", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "detectors.bad_entry")
    assert answer.json().get("entry") == number
    assert (await desk.listed("strict"))["now"]["version"] == 2
    await desk.did("POST", f"{LISTS}/strict/versions", body | {"entries": WEIGHTS})


async def test_two_lists_and_a_report_are_one_case(desk: Desk) -> None:
    ann, bob = await desk.home.person(), await desk.home.person()
    await desk.made("one", "words", [WORD])
    await desk.made("two", "places", ["tea.example/shop"])
    room = await ann.room(bob)
    event_id = await bob.say(room, f"{WORD}: https://www.TEA.example/shop?a=1")
    await report(ann, room, event_id)
    (first,), (second,) = await desk.hits("one"), await desk.hits("two")
    (case,) = await desk.bea.queue()
    assert first["case_id"] == second["case_id"] == case["case_id"]
    assert (case["voices"], second["entry"]) == (1, "tea.example/shop")


@pytest.mark.parametrize(("looks_at", "found"), [("public", 1), ("all", 2), ("off", 0)])
async def test_private_rooms_and_encrypted_ones_are_not_looked_at(
    opening: Opening, looks_at: str, found: int
) -> None:
    async with opening(detectors=looks_at) as desk:
        ann, bob = await desk.home.person(), await desk.home.person()
        await desk.made("words", "words", [WORD])
        assert (await desk.did("GET", LISTS))["looks_at"] == looks_at
        state = {"type": "m.room.encryption", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
        for room in (
            await ann.room(bob),
            await ann.room(bob, preset="private_chat"),
            await ann.room(bob, initial_state=[state]),
        ):
            await bob.say(room, WORD)
        assert len(await desk.hits("words")) == found


async def test_r_022_a_version_takes_effect_on_its_day(desk: Desk, clock: FixedClock) -> None:
    ann = await desk.home.person()
    room = await ann.room()
    await desk.made("later", "words", ["old words"])
    at = clock.now() + timedelta(days=1)
    body = {"mode": "watch", "entries": ["new words"], "effective_at": at.isoformat()}
    told = await desk.did("POST", f"{LISTS}/later/versions", body)
    assert (told["version"], told["mode"]) == (3, "watch")
    listed = await desk.listed("later")
    assert (listed["now"]["version"], listed["next"]["version"]) == (2, 3)
    await ann.say(room, "old words, new words")
    assert [one["entry"] for one in await desk.hits("later")] == ["old words"]
    clock.move(timedelta(days=1))
    await ann.say(room, "new words, old words")
    newest = (await desk.hits("later"))[0]
    assert (newest["entry"], newest["mode"], newest["case_id"]) == ("new words", "watch", None)
    assert len(await desk.bea.queue()) == 1, "who only watches suggests nothing"
    assert (await desk.did("GET", f"{LISTS}/later/versions/2"))["entries"] == ["old words"]
    assert await desk.refused("GET", f"{LISTS}/later/versions/9") == "detectors.not_found"
    assert await desk.refused("GET", f"{LISTS}/later/versions/x") == "detectors.not_found"
    await desk.did("POST", f"{LISTS}/later/versions", {"mode": "off"})
    await ann.say(room, "new words")
    assert len(await desk.hits("later")) == 2
    acts = [one["act"] for one in (await desk.did("GET", "/audit"))["entries"]]
    assert acts.count("detectors.changed") == 4
    assert "detectors.added" in acts


async def test_entries_are_tried_before_they_count(desk: Desk) -> None:
    ann, bob = await desk.home.person(), await desk.home.person()
    room = await ann.room(bob)
    await bob.say(room, "the finest cheap tea of all")
    await bob.say(room, "nothing")
    private = await ann.room(bob, preset="private_chat")
    await bob.say(private, WORD)
    told = await desk.did("POST", "/detectors/preview", {"kind": "words", "entries": [WORD]})
    assert (told["looked_count"], told["found_count"]) == (2, 1)
    (sample,) = told["samples"]
    assert (sample["entry"], sample["text"]) == (WORD, "the finest cheap tea of all")
    assert await desk.bea.queue() == []
    pictures = {"kind": "pictures", "entries": []}
    assert await desk.refused("POST", "/detectors/preview", pictures) == "detectors.no_preview"
    acts = [one["act"] for one in (await desk.did("GET", "/audit"))["entries"]]
    assert "detectors.previewed" in acts


@pytest.mark.parametrize(
    ("kind", "entry"),
    [
        ("words", "a"),
        ("words", "..."),
        ("words", "/(?=tea)x/"),
        ("words", "/x*/"),
        ("words", "/tea/ & /x*/"),
        ("words", "!"),
        ("places", "tea"),
        ("places", "tea example"),
        ("pictures", "12"),
        ("velocity", "by=all minutes=10"),
        ("velocity", "by=one minutes=0"),
        ("velocity", "often"),
    ],
)
async def test_an_entry_that_cannot_be_used_is_refused(desk: Desk, kind: str, entry: str) -> None:
    await desk.made("strict", kind, [], mode="off")
    body = {"mode": "suggest", "entries": [entry]}
    assert await desk.refused("POST", f"{LISTS}/strict/versions", body) == "detectors.bad_entry"
    assert (await desk.listed("strict"))["now"]["version"] == 2


async def test_lists_are_the_owners(desk: Desk) -> None:
    about = {"list_id": "x", "kind": "words", "category": "spam", "name": "X"}
    assert (await desk.bea.at("POST", LISTS, about)).status_code == 403
    assert (await desk.bea.at("GET", LISTS)).status_code == 200
    await desk.did("POST", LISTS, about)
    assert await desk.refused("POST", LISTS, about) == "detectors.exists"
    for wrong in ({"list_id": "X y"}, {"kind": "tea"}, {"category": "A b"}, {"name": " "}):
        assert await desk.refused("POST", LISTS, about | wrong) == "detectors.bad_list"
    bad = {"mode": "delete", "entries": []}
    assert await desk.refused("POST", f"{LISTS}/x/versions", bad) == "detectors.bad_list"
    gone = await desk.refused("POST", f"{LISTS}/y/versions", {"mode": "off"})
    assert gone == "detectors.not_found"


async def test_a_picture_is_known_again_when_it_was_made_smaller(desk: Desk) -> None:
    ann, bob = await desk.home.person(), await desk.home.person()
    known = await picture(ann, drawn(1, format="PNG"))
    told = await desk.did("POST", "/detectors/pictures", {"media_id": known.rpartition("/")[2]})
    assert told["quality"] > 30
    await desk.made("pictures", "pictures", [told["hash"]])
    room = await ann.room(bob)
    again = await picture(bob, drawn(1, 120, format="JPEG", quality=60), "image/jpeg")
    other = await picture(bob, drawn(2, format="PNG"))
    for uri in (again, other):
        await shown(bob, room, uri)
    (hit,) = await desk.hits("pictures")
    assert (hit["kind"], hit["target"]) == ("media", again.rpartition("/")[2])
    assert 0 <= hit["distance"] <= DISTANCE_MAX
    await desk.home.run_jobs()
    assert [one["target"] for one in await desk.bea.queue()] == [hit["target"]]
    nothing = await desk.refused("POST", "/detectors/pictures", {"media_id": "none"})
    assert nothing == "detectors.not_found"


async def test_what_is_said_too_often_is_found_once(desk: Desk, clock: FixedClock) -> None:
    ann, bob = await desk.home.person(), await desk.home.person()
    one = "by=one minutes=10 messages=3 rooms=2"
    many = "by=many minutes=10 messages=3 accounts=2"
    await desk.made("one", "velocity", [one])
    await desk.made("many", "velocity", [many])
    rooms = [await ann.room(bob), await ann.room(bob)]
    await bob.say(rooms[0], "Come to the tea house")
    await bob.say(rooms[0], "come to the T.E.A house!")
    await ann.say(rooms[0], "hello")
    assert await desk.hits("one") == []
    third = await bob.say(rooms[1], "Come to the tea house")
    (hit,) = await desk.hits("one")
    assert hit["target"] == third
    assert await desk.hits("many") == [], "it was one account"
    fourth = await ann.say(rooms[1], "Come to the tea house")
    (other,) = await desk.hits("many")
    assert other["target"] == fourth
    await bob.say(rooms[1], "Come to the tea house")
    assert len(await desk.hits("one")) == 1, "once in its time"
    clock.move(timedelta(minutes=11))
    await bob.say(rooms[0], "Come to the tea house")
    assert len(await desk.hits("one")) == 1, "that was long ago"


async def test_what_is_kept_goes(desk: Desk, clock: FixedClock) -> None:
    ann, bob = await desk.home.person(), await desk.home.person()
    await desk.made("often", "velocity", ["by=one minutes=10 messages=2"])
    room = await ann.room(bob)
    for person in (ann, bob):
        await person.say(room, "I like the tea house")
        await person.say(room, "I like the tea house")
    assert len(await desk.hits("often")) == 1, "the same text, within its time"
    house = desk.home.house
    async with house.db.read() as tx:
        assert await tx.value("select count(*) from detectors_echoes") == 4
    asked = {"auth": {"type": "m.login.password", "password": "correct horse",
                      "identifier": {"type": "m.id.user", "user": bob.user_id}}}  # fmt: skip
    await bob.did("POST", "/account/deactivate", asked)
    await desk.home.run_jobs()
    clock.move(timedelta(days=8))
    await desk.home.run_jobs()
    async with house.db.read() as tx:
        assert await tx.value("select count(*) from detectors_echoes") == 0
        assert await tx.value("select count(*) from detectors_hits") == 1
    clock.move(timedelta(days=180))
    await desk.home.run_jobs()
    async with house.db.read() as tx:
        assert await tx.value("select count(*) from detectors_hits") == 0


async def test_r_062_the_ready_made_list_is_taken_over_and_off(desk: Desk) -> None:
    others = ["gambling", "exchange", "pornography", "violence"]
    assert (await desk.did("GET", LISTS))["ready"] == ["inducement", *others]
    await desk.did("POST", LISTS, {"ready": "inducement"})
    told = await desk.did("GET", LISTS)
    assert told["ready"] == others
    (one,) = told["lists"]
    assert (one["category"], one["now"]["mode"]) == ("minors", "off")
    assert one["now"]["entries_count"] > 20
    assert await desk.refused("POST", LISTS, {"ready": "inducement"}) == "detectors.exists"
    beside = await desk.did("POST", LISTS, {"ready": "inducement", "list_id": "newer"})
    assert (beside["list_id"], beside["versions"][0]["mode"]) == ("newer", "off")
    assert await desk.refused("POST", LISTS, {"ready": "x"}) == "detectors.bad_list"
    ann = await desk.home.person()
    room = await ann.room()
    await ann.say(room, "小朋友们，给我刷一个火箭")
    assert await desk.hits("inducement") == []
    await desk.did("POST", f"{LISTS}/inducement/versions", {"mode": "suggest"})
    await ann.say(room, "小朋友们，給我刷一個火箭")
    assert len(await desk.hits("inducement")) == 1
