"""A written house with many queries: how much of what is meant is found, and how much else.

``queries/`` holds what was said and what people and rooms are called, what is typed, and what somebody
who reads all of it would want to be shown. Some of that needs more than spelling (a word of another
region, a word written in another script); it is there so that the figures are honest.
"""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.living import Living, Person, q
from tests.search.conftest import begun, settled, typed

QUERIES = Path(__file__).parent / "queries"
RECALL_MIN, PRECISION_MIN = 0.98, 0.99


class Score(NamedTuple):
    """How many were found that were meant, how many else, and how many that were meant were not."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def of(self, got: set[str], meant: set[str]) -> "Score":
        """Return the score with one more query."""
        right, wrong, missed = len(got & meant), len(got - meant), len(meant - got)
        return Score(self.right + right, self.wrong + wrong, self.missed + missed)

    @property
    def recall(self) -> float:
        """Return how much of what is meant is found."""
        return self.right / max(1, self.right + self.missed)

    @property
    def precision(self) -> float:
        """Return how much of what is found is meant."""
        return self.right / max(1, self.right + self.wrong)


def rows(name: str) -> list[list[str]]:
    """Return a table's rows; a line that begins with # is a remark."""
    lines = (QUERIES / name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("# ")]


def told(scores: dict[str, Score], counts: dict[str, int]) -> str:
    """Return the figures as a table."""
    lines = [f"{'':14} queries  recall  precision"]
    for kind in sorted(scores):
        one = scores[kind]
        lines.append(f"{kind:14} {counts[kind]:7} {one.recall:7.3f} {one.precision:10.3f}")
    return "\n".join(lines)


def whole(scores: Iterable[Score]) -> Score:
    """Return all scores as one."""
    return Score(*map(sum, zip(*scores, strict=True)))


def test_a_score_can_fail() -> None:
    bad = Score().of({"a", "b"}, {"a", "c"})
    assert (bad.recall, bad.precision) == (0.5, 0.5)
    assert whole([bad, bad]) == Score(2, 2, 2)


async def test_messages(house: Living, capsys: pytest.CaptureFixture[str]) -> None:
    await begun(house)
    ann = await house.person("ann")
    room = await ann.room()
    said = {await ann.say(room, text): name for name, text in rows("corpus.tsv")}
    await settled(house)
    scores: dict[str, Score] = defaultdict(Score)
    counts: dict[str, int] = defaultdict(int)
    wrong: list[str] = []
    for term, names, kind in rows("messages.tsv"):
        got = {said[one] for one in (await typed(ann, term, limit=50))["messages"]}
        meant = set(names.split())
        scores[kind] = scores[kind].of(got, meant)
        counts[kind] += 1
        if got != meant:
            wrong.append(f"{term}: found {sorted(got)}, meant {sorted(meant)}")
    total = whole(scores.values())
    with capsys.disabled():
        print("\n" + told(scores | {"all": total}, counts | {"all": sum(counts.values())}))
        print("\n".join(wrong))
    assert sum(counts.values()) >= 200
    assert total.recall >= RECALL_MIN, wrong
    assert total.precision >= PRECISION_MIN, wrong


async def _made(house: Living, ann: Person, meeting: str, name: str, called: str) -> str:
    """Make a person who shares a room with somebody, or a room, of a name; return its id."""
    if name.startswith("r:"):
        return await ann.room(name=called)
    person = await house.person(f"user-{sum(name.encode()) * 7919 + len(name)}")
    await person.did("PUT", f"/profile/{q(person.user_id)}/displayname", {"displayname": called})
    await person.did("POST", f"/join/{q(meeting)}", {})
    return person.user_id


async def test_people_and_rooms(house: Living, capsys: pytest.CaptureFixture[str]) -> None:
    ann = await house.person("asker")
    meeting = await ann.room(name="meeting")
    ids = {
        await _made(house, ann, meeting, name, called): name for name, called in rows("names.tsv")
    }
    score, wrong, count = Score(), list[str](), 0
    for term, names in rows("named.tsv"):
        answer = await typed(ann, term, limit=50)
        got = {ids.get(one, one) for one in (*answer["people"], *answer["rooms"])}
        meant = set(names.split())
        score, count = score.of(got, meant), count + 1
        if got != meant:
            wrong.append(f"{term}: found {sorted(got)}, meant {sorted(meant)}")
    with capsys.disabled():
        print("\n" + told({"names": score}, {"names": count}))
        print("\n".join(wrong))
    assert score.recall >= RECALL_MIN, wrong
    assert score.precision >= PRECISION_MIN, wrong
