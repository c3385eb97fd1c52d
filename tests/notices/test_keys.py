"""Keys of the notices follow each other; one that came into other hands is believed no more."""

import copy
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from teahouse.cli.gate import app as gate_app
from teahouse.notices.model.chain import (
    Document,
    Revoked,
    SigningKey,
    canonical,
    key_entry,
    revoked_entry,
    sealed_entry,
    sign,
    verify_history,
    verify_statement,
)
from tests.gate.house import WELL_KNOWN, House, suspension
from tests.notices.test_chain import FIRST, FORGER, SECOND, history, told
from tests.notices.test_history import EXPORT, KEYS, public_key

PLACE = "/api/v1/operator/notices/keys"
EMPTY = {"notice": None, "minutes": None}


def chained(parts: list[tuple[SigningKey, Document]], last: SigningKey) -> Document:
    """A history of what is told, in order, each by its key."""
    entries: list[Document] = []
    prev = "0" * 64
    for seq, (key, one) in enumerate(parts, 1):
        entries.append(sealed_entry(key, {**one, "seq": seq, "prev": prev}))
        prev = entries[-1]["hash"]
    end = {"server_name": "s", "generated_at": "x", "seq": len(entries), "hash": prev}
    checkpoint = sign(last, "checkpoint", end)
    whole = history()
    return {**whole, "entries": entries, "checkpoint": checkpoint}


def revoking(**other: Any) -> Document:
    """A history in which the first key was followed by another, and then revoked."""
    key = revoked_entry("s", key_entry("s", FIRST), "2021-07-27T01:30:00Z", 3) | other
    return chained(
        [
            (FIRST, told("key", key=key_entry("s", FIRST), **EMPTY)),
            (FIRST, told("set")),
            (FIRST, told("key", key=key_entry("s", SECOND), **EMPTY)),
            (SECOND, told("key_revoked", key=key, **EMPTY)),
            (SECOND, told("ended")),
        ],
        SECOND,
    )


def test_a_revocation_is_part_of_the_chain() -> None:
    whole = revoking()
    end = Revoked(3, whole["entries"][2]["hash"])
    assert verify_history(whole, [FIRST.public, SECOND.public], {FIRST.public: end}).intact
    assert verify_history(whole, [FIRST.public]).intact, "old notices stay valid"
    for wrong in (
        {"last_seq": 2}, {"last_seq": "3"}, {"key_id": SECOND.key_id}, {"server_name": "t"},
        {"public": SECOND.public, "key_id": SECOND.key_id}, {"more": 1},
        {"public": FORGER.public, "key_id": FORGER.key_id}, {"algorithm": "none"},
    ):  # fmt: skip
        found = verify_history(revoking(**wrong))
        assert (found.intact, found.first_wrong) == (False, 4), wrong


def test_who_has_a_revoked_key_can_tell_nothing_more() -> None:
    whole = revoking()
    revoked = {FIRST.public: Revoked(3, whole["entries"][2]["hash"])}
    trusted = [FIRST.public, SECOND.public]
    begun = [(FIRST, told("key", key=key_entry("s", FIRST), **EMPTY))]
    forged = (FIRST, told("set", at="2020-01-01T00:00:00Z", minutes=9))
    hand_over = (FIRST, told("key", key=key_entry("s", FORGER), **EMPTY))
    forgeries = {
        "goes on by itself": chained([*begun, (FIRST, told("set")), forged, forged], FIRST),
        "is cut off": chained(begun, FIRST),
        "names a key of the forger's": chained(
            [*begun, forged, hand_over, (FORGER, forged[1])], FORGER
        ),
        "does so where ours did": chained(
            [*begun, (FIRST, told("set")), hand_over, (FORGER, told("ended"))], FORGER
        ),
        "is shorter": chained([*begun, hand_over], FORGER),
    }
    for how, forgery in forgeries.items():
        assert verify_history(forgery, trusted).intact, f"{how}: it agrees with itself"
        assert not verify_history(forgery, trusted, revoked).intact, how
    status = sign(FIRST, "status", {"generated_at": "2020-01-01T00:00:00Z"})
    assert verify_statement("status", status, trusted) == ""
    assert "no more" in verify_statement("status", status, trusted, [FIRST.public])
    later = sign(SECOND, "status", {"generated_at": "2022-01-01T00:00:00Z"})
    assert verify_statement("status", later, trusted, [FIRST.public]) == ""
    assert verify_statement("webhook", later, trusted) == "its signature is not right"
    for odd in (None, [], {}, {"key_id": 7}):
        assert verify_statement("status", odd, trusted)


async def test_a_stolen_key_is_revoked(house: House) -> None:
    await house.shut()
    _, before = await house.call("GET", EXPORT)
    old, old_id = await public_key(house), before["checkpoint"]["key_id"]
    stolen = (await house.call("GET", WELL_KNOWN))[1]
    house.clock.move(timedelta(hours=3))
    since = (house.clock.now() - timedelta(hours=1)).isoformat()
    body = {"since": since, "reason": "A back-up was lost."}
    path = f"{PLACE}/{old_id}/revoke"
    assert (await house.call("POST", path, token="op-registrar", json=body))[0] == 403
    assert (await house.call("POST", f"{PLACE}/none/revoke", token="op-owner", json=body))[0] == 404
    ages = house.clock.now() - timedelta(days=9)
    for wrong in ({"since": ages.isoformat()}, {"since": "2100-01-01T00:00:00Z"}, {"reason": " "}):
        status, _ = await house.call("POST", path, token="op-owner", json=body | wrong)
        assert status == 422, wrong
    assert (await house.call("GET", EXPORT))[1]["entries"] == before["entries"]
    status, now = await house.call("POST", path, token="op-owner", json=body)
    assert (status, now["key_id"] != old_id) == (200, True)
    assert (await house.call("POST", path, token="op-owner", json=body))[0] == 422
    await house.shut(region="eu")
    await house.log.catch_up()
    _, export = await house.call("GET", EXPORT)
    assert [one["change"] for one in export["entries"]][-3:] == ["key", "key_revoked", "set"]
    _, keys = await house.call("GET", KEYS)
    told_of = {key["public"]: key for key in keys["keys"]}
    revoked = {
        public: Revoked(key["revoked"]["last_seq"], key["revoked"]["last_hash"])
        for public, key in told_of.items()
        if key["revoked"]
    }
    assert list(revoked) == [old]
    assert verify_history(export, list(told_of), revoked).intact
    assert not verify_history(before, list(told_of), revoked).intact, "its end is of that key"
    assert verify_statement("status", stolen, list(told_of)) == ""
    assert verify_statement("status", stolen, list(told_of), list(revoked))
    _, proof = await house.call("GET", "/api/v1/operator/notices/verify", token="op-auditor")
    assert proof["intact"], proof
    for lang, words in (("en", "believed no more"), ("zh", "吊销签名密钥")):
        page = await house.client.get(f"/registration-history?lang={lang}")
        assert words in page.text
        assert "A back-up was lost." in page.text
    assert "believed no more" in (await house.client.get("/registration-status.atom")).text


async def test_a_key_is_revoked_and_statements_are_checked_by_command(
    house: House, run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.gate.policies.set("op", "x", suspension())
    _, stolen = await house.call("GET", WELL_KNOWN)
    key_id = stolen["key_id"]
    done = await run(gate_app, "revoke-key", key_id, "--reason", "It was in a back-up.")
    assert (done.exit_code, f"{key_id} is believed no more" in done.stdout) == (0, True)
    await house.log.catch_up()
    files = {name: tmp_path / f"{name}.json" for name in ("stolen", "now", "keys", "history")}
    _, now = await house.call("GET", WELL_KNOWN)
    _, keys = await house.call("GET", KEYS)
    _, export = await house.call("GET", EXPORT)
    for name, document in (("stolen", stolen), ("now", now), ("keys", keys), ("history", export)):
        files[name].write_bytes(canonical(document))
    monkeypatch.setenv("TEAHOUSE_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    by = ("--key", str(files["keys"]))
    assert (await run(gate_app, "verify-notice", str(files["now"]), *by)).exit_code == 0
    refused = await run(gate_app, "verify-notice", str(files["stolen"]), *by)
    assert (refused.exit_code, "believed no more" in refused.stdout) == (1, True)
    assert (await run(gate_app, "verify-history", str(files["history"]), *by)).exit_code == 0
    changed = copy.deepcopy(keys)
    changed["keys"][0]["revoked"]["last_hash"] = "0" * 64
    files["keys"].write_text(json.dumps(changed))
    assert (await run(gate_app, "verify-history", str(files["history"]), *by)).exit_code == 1
