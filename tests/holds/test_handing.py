"""What a hold put aside is handed to whoever is named in it: by two, sealed to a key, and provable."""

import asyncio
import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pyrage
import typer
from typer.testing import CliRunner

from teahouse.cli.verify import verify as verify_file
from teahouse.clock import FixedClock
from teahouse.holds.model.handing import TAKEN_WITHIN, verify
from teahouse.notices.model.archives import MANIFEST, archive
from tests.cases.desk import Judge, invited
from tests.holds.test_holds import WORDS, act, ask, home, take_back, wanted
from tests.living import Living

APP = typer.Typer()
APP.command("verify")(verify_file)
APP.command("other")(lambda: None)
WHY = "The court's order of 3 August asks for it."
_age: Any = pyrage
__all__ = ["home"]


class Court:
    """Who is handed something: a key of their own."""

    def __init__(self) -> None:
        self.identity = _age.x25519.Identity.generate()
        self.key = str(self.identity.to_public())

    def opened(self, locked: bytes) -> bytes:
        """Open what was locked to the key."""
        return _age.decrypt(locked, [self.identity])


def unpacked(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


async def three(home: Living) -> tuple[Judge, Judge, Judge]:
    """Set up an owner, a registrar and a moderator."""
    await home.owner()
    first = Judge(home, "ada")
    return first, await invited(home, first, "bea", "registrar"), await invited(home, first, "cat")


async def in_force(by: Judge, second: Judge, body: dict[str, Any]) -> str:
    """Have a hold; return its place."""
    hold = await ask(by, body)
    await act(second, hold["hold_id"], "agree")
    return f"/holds/{hold['hold_id']}"


async def asked(by: Judge, place: str, key: str) -> str:
    """Ask for a handing; return its place."""
    body = {"reference": "2021-8", "reason": WHY, "recipient": key}
    answer = await by.at("POST", f"{place}/handings", body)
    assert answer.status_code == 201, answer.text
    return f"{place}/handings/{answer.json()['handings'][0]['handing_id']}"


async def code(by: Judge, path: str, body: Any = None) -> tuple[int, str]:
    answer = await by.at("POST", path, body or {})
    return answer.status_code, answer.json()["code"]


AGREE = {"act": "agree"}


async def test_r_082_what_was_put_aside_is_handed_out_by_two_to_a_key(
    home: Living, clock: FixedClock, tmp_path: Path, wiper: asyncpg.Connection
) -> None:
    ann, bob = await home.person(), await home.person()
    owner, registrar, moderator = await three(home)
    room = await ann.room(bob)
    said = await ann.say(room, WORDS)
    body = wanted(clock, ("account", ann.user_id), covers_content=True)
    place = await in_force(owner, moderator, body)
    await take_back(ann, room, said)
    for name in ("Ann of the teahouse", "Ann", "Annabel"):
        await ann.did("PUT", f"/profile/{ann.user_id}/displayname", {"displayname": name})
    court = Court()
    wish = {"reference": "2021-8", "reason": WHY, "recipient": court.key}
    assert await code(owner, f"{place}/handings", wish | {"recipient": "age1tea"}) == (
        422, "holds.bad_recipient",
    )  # fmt: skip
    assert await code(moderator, f"{place}/handings", wish) == (403, "operators.role")
    one = await asked(owner, place, court.key)
    assert await code(owner, f"{one}/package") == (409, "holds.handing_over"), "nobody agreed"
    assert await code(owner, f"{one}/acts", AGREE) == (403, "holds.same_person")
    assert (await registrar.at("POST", f"{one}/acts", AGREE)).status_code == 200
    answer = await owner.at("POST", f"{one}/package")
    assert answer.status_code == 200, answer.text
    assert WORDS.encode() not in answer.content
    raw = court.opened(answer.content)
    files = unpacked(raw)
    (message,) = json.loads(files["messages.json"])
    assert (message["event_id"], message["event"]["content"]["body"]) == (said, WORDS)
    values = [
        (one["field"], json.loads(one["value"])) for one in json.loads(files["profiles.json"])
    ]
    assert values == [("displayname", "Ann of the teahouse"), ("displayname", "Ann")]
    assert json.loads(files["hold.json"])["requester"] == "Ministry of State Security"
    key = home.house.doors.notices.history.known.key
    assert key is not None
    assert verify(raw, [key.public]).wrong == ""
    manifest = json.loads(files.pop(MANIFEST))
    assert (manifest["reference"], manifest["recipient"]) == ("2021-8", court.key)
    changed = archive(files | {"messages.json": b"[]"}, manifest)
    assert verify(changed, [key.public]).wrong == "other_files"
    path = tmp_path / "held.zip"
    for held, status in ((raw, 0), (changed, 1)):
        path.write_bytes(held)
        words = ["verify", str(path), "--key", key.public, "--lang", "en"]
        done = await asyncio.to_thread(CliRunner().invoke, APP, words)
        assert done.exit_code == status, done.stdout
    listed = (await moderator.at("GET", "/holds")).json()["holds"][0]
    assert (listed["values_count"], listed["handings"][0]["taken_at"] is not None) == (2, True)
    (note,) = await home.house.people.audit.page(act="holds.handed_out")
    detail = json.loads(note.detail)
    assert detail["sha256"] == listed["handings"][0]["sha256"]
    assert (detail["messages"], detail["values"]) == (1, 2)
    (row,) = await wiper.fetch("select value from holds_values where field = 'displayname' limit 1")
    assert b"Ann" not in row["value"]


async def test_r_082_messages_are_told_of_without_what_they_say_unless_the_paper_asks_for_that(
    home: Living, clock: FixedClock
) -> None:
    ann = await home.person()
    owner, registrar, moderator = await three(home)
    room = await ann.room()
    said = await ann.say(room, WORDS)
    place = await in_force(owner, moderator, wanted(clock, ("room", room)))
    await take_back(ann, room, said)
    court = Court()
    one = await asked(registrar, place, court.key)
    await owner.at("POST", f"{one}/acts", AGREE)
    answer = await registrar.at("POST", f"{one}/package")
    files = unpacked(court.opened(answer.content))
    (message,) = json.loads(files["messages.json"])
    assert (message["sender"], message["type"]) == (ann.user_id, "m.room.message")
    assert WORDS.encode() not in b"".join(files.values())


async def test_r_082_nothing_is_handed_out_late_or_for_the_houses_own_lawyers(
    home: Living, clock: FixedClock, wiper: asyncpg.Connection
) -> None:
    ann = await home.person()
    owner, registrar, moderator = await three(home)
    room, court = await ann.room(), Court()
    ours = await in_force(owner, moderator, wanted(clock, ("room", room), asker="counsel"))
    wish = {"reference": "2021-8", "reason": WHY, "recipient": court.key}
    assert await code(owner, f"{ours}/handings", wish) == (403, "holds.nobody_to_hand_to")
    place = await in_force(owner, moderator, wanted(clock, ("account", ann.user_id)))
    refused = await asked(owner, place, court.key)
    no = {"act": "refuse", "reason": "The order was quashed."}
    assert (await registrar.at("POST", f"{refused}/acts", no)).status_code == 200
    assert await code(owner, f"{refused}/package") == (409, "holds.handing_over")
    one = await asked(owner, place, court.key)
    await registrar.at("POST", f"{one}/acts", AGREE)
    clock.move(TAKEN_WITHIN + timedelta(minutes=1))
    assert await code(owner, f"{one}/package") == (409, "holds.handing_over")
    one = await asked(owner, place, court.key)
    await registrar.at("POST", f"{one}/acts", AGREE)
    assert (await owner.at("POST", f"{one}/package")).status_code == 200
    hold_id = place.rpartition("/")[2]
    await ann.did("PUT", f"/profile/{ann.user_id}/displayname", {"displayname": "Ann"})
    await ann.did(
        "PUT", f"/presence/{ann.user_id}/status", {"presence": "online", "status_msg": "A"}
    )
    await ann.did(
        "PUT", f"/presence/{ann.user_id}/status", {"presence": "online", "status_msg": "B"}
    )
    await ann.did("PUT", f"/profile/{ann.user_id}/displayname", {"displayname": "Bea"})
    kept = await wiper.fetch("select field from holds_values order by kept_id")
    assert [row["field"] for row in kept] == ["status", "displayname"]
    await act(moderator, hold_id, "release", "The review is over.")
    assert await code(owner, f"{one}/package") == (409, "holds.handing_over")
    assert await wiper.fetchval("select count(*) from holds_values") == 0
