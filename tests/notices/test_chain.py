"""A history proves itself: whatever is changed in it is found."""

import copy
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from teahouse.notices.model.chain import (
    FORMAT,
    GENESIS,
    Document,
    SigningKey,
    canonical,
    key_entry,
    key_id_of,
    sealed_entry,
    sign,
    signing_key,
    verify_history,
)

FIRST, SECOND, FORGER = (signing_key(bytes([nth]) * 32) for nth in (1, 2, 3))


def told(change: str, **more: Any) -> Document:
    """What an entry tells, without its place."""
    at = "2021-07-27T01:00:00Z"
    notice = {"id": "p", "state": "suspended", "minutes": 7, "legal_basis": [{"law": "安全法"}]}
    return {
        "at": at, "recorded_at": at, "change": change, "notice": notice,
        "reason": {"zh": "升级", "en": "An upgrade"}, "ended_at": None, "minutes": 12, "key": None,
    } | more  # fmt: skip


def history(first: SigningKey = FIRST, second: SigningKey | None = SECOND) -> Document:
    """A history in which the key was changed once."""
    parts = [(first, told("key", notice=None, key=key_entry("s", first))), (first, told("set"))]
    if second is not None:
        parts.append((first, told("key", notice=None, key=key_entry("s", second))))
    last = second or first
    parts += [(last, told("slipped")), (last, told("resumed", ended_at="2021-07-27T02:00:00Z"))]
    entries: list[Document] = []
    prev = GENESIS
    for seq, (key, one) in enumerate(parts, 1):
        entries.append(sealed_entry(key, {**one, "seq": seq, "prev": prev}))
        prev = entries[-1]["hash"]
    end = {
        "server_name": "s", "generated_at": "2021-07-27T03:00:00Z",
        "seq": len(entries), "hash": prev,
    }  # fmt: skip
    checkpoint = sign(last, "checkpoint", end)
    return {"format": FORMAT, "server_name": "s", "entries": entries, "checkpoint": checkpoint}


WHOLE = history()


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of every value that holds no other."""
    if isinstance(value, dict):
        return [leaf for key, inner in value.items() for leaf in leaves(inner, (*path, key))]
    if isinstance(value, list):
        return [leaf for nth, inner in enumerate(value) for leaf in leaves(inner, (*path, nth))]
    return [path]


LEAVES = leaves(WHOLE)


def test_a_whole_history_is_whole() -> None:
    found = verify_history(json.loads(canonical(WHOLE)), [FIRST.public])
    assert (found.intact, found.entries, found.pinned) == (True, 5, True)
    assert found.key_ids == (FIRST.key_id, SECOND.key_id)
    assert verify_history(history(second=None)).intact
    assert verify_history(WHOLE, [SECOND.public]).intact


@given(at=st.sampled_from(LEAVES), data=st.data())
def test_any_change_of_any_field_is_found(at: tuple[Any, ...], data: st.DataObject) -> None:
    changed = copy.deepcopy(WHOLE)
    place = changed
    for step in at[:-1]:
        place = place[step]
    was = place[at[-1]]
    if isinstance(was, str) and was:
        nth = data.draw(st.integers(0, len(was) - 1))
        letter = data.draw(st.characters(codec="utf-8").filter(lambda one: one != was[nth]))
        place[at[-1]] = was[:nth] + letter + was[nth + 1 :]
    elif isinstance(was, int):
        place[at[-1]] = was ^ (1 << data.draw(st.integers(0, 40)))
    else:
        place[at[-1]] = data.draw(st.sampled_from(["x", 0, 1, False]))
    assert not verify_history(changed, [FIRST.public]).intact
    assert not verify_history(changed).intact


@given(data=st.data())
def test_nothing_can_be_taken_out_put_in_or_moved(data: st.DataObject) -> None:
    changed = copy.deepcopy(WHOLE)
    entries = changed["entries"]
    nth = data.draw(st.integers(0, len(entries) - 1))
    how = data.draw(st.sampled_from(["out", "twice", "swap", "cut", "more"]))
    if how == "out":
        del entries[nth]
    elif how == "twice":
        entries.insert(nth, copy.deepcopy(entries[nth]))
    elif how == "swap":
        entries[nth], entries[nth - 1] = entries[nth - 1], entries[nth]
    elif how == "cut":
        del entries[nth:]
    else:
        entries[nth]["more"] = 1
    assert not verify_history(changed, [FIRST.public]).intact


def test_the_first_wrong_entry_is_named() -> None:
    changed = copy.deepcopy(WHOLE)
    changed["entries"][1]["minutes"] = 13
    assert verify_history(changed).first_wrong == 2


def test_a_forger_with_a_key_of_their_own_is_found() -> None:
    forged = history(FORGER, None)
    assert verify_history(forged).intact  # it agrees with itself: that is why a key is pinned
    assert not verify_history(forged, [FIRST.public]).intact
    # Naming our key in a forged history does not help: it would have to sign the end.
    named = history(FORGER, FIRST)
    for entry in named["entries"][3:]:
        entry.update(sealed_entry(FORGER, entry))
    assert not verify_history(named, [FIRST.public]).intact
    # Nor does signing on with a key that was retired.
    stale = copy.deepcopy(WHOLE)
    last = stale["entries"][-1]
    last.update(sealed_entry(FIRST, {k: v for k, v in last.items() if k != "signature"}))
    assert not verify_history(stale).intact


def test_what_is_no_history() -> None:
    for odd in (None, [], {}, 7, "x", {**WHOLE, "more": 1}, {**WHOLE, "entries": []},
                {**WHOLE, "entries": [None]}, {**WHOLE, "checkpoint": []},
                {**WHOLE, "entries": [{**WHOLE["entries"][0], "key": {"public": 7}}]}):  # fmt: skip
        assert not verify_history(odd).intact
    assert key_id_of(FIRST.public) == FIRST.key_id
