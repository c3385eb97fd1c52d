"""The lists that come with the house: what they find of sentences that were held back, and what wrongly."""

import sys
from collections.abc import Sequence

import pytest
from bench.detectors.examples import examples_of

from teahouse.detectors.model.finding import Finder
from teahouse.detectors.model.folding import closed
from teahouse.detectors.model.lists import ListKind, check_entries, check_people
from teahouse.detectors.service.lists import READY, read_ready
from tests.detectors.sentences import HELD, JUDGED, Labelled, held_digest, labelled, ordinary

HELD_SHA256 = "b90241ba085025ec4a42bc526cfa51ef89f7cda088eac8825132eeffb2cd4d60"
FOLDERS = {"held back": HELD, "judged by": JUDGED}
# The least part that is found of what was held back, and of what fits were judged by; R-062 asks for 0.9.
RECALL_LEAST = {"inducement": (0.9, 0.9)}
RECALL_LEAST_OF_OTHERS = (0.85, 0.35)
PRECISION_LEAST = {"inducement": 0.8}  # the least part of the found that is right
PRECISION_LEAST_OF_OTHERS = 0.7
ENTRIES_MAX = 20_000
# Of ordinary messages, and of three of them in one: in a longer text more adds up.
ORDINARY_WRONG_MAX, LONGER_WRONG_MAX = 0.015, 0.07


def finder_of(name: str) -> Finder:
    """Return the finder of a list that comes with the house."""
    ready = read_ready(name)
    entries = check_entries(ready.kind, ready.entries)
    assert entries == ready.entries
    assert ready.kind is ListKind.WEIGHTS
    return Finder({}, {}, {name: entries})


def found_in(finder: Finder, sentences: Sequence[str]) -> list[str]:
    """Return the sentences in which something is found."""
    return [one for one in sentences if finder.find(one)]


def measured(finder: Finder, sample: Labelled) -> tuple[float, float]:
    """Return recall and precision."""
    right, wrong = found_in(finder, sample.wanted), found_in(finder, sample.others)
    return len(right) / len(sample.wanted), len(right) / max(1, len(right) + len(wrong))


def tell(name: str, of: str, figures: tuple[float, float]) -> None:
    """Print figures as a line."""
    sys.stdout.write(f"\n{name}, {of}: recall {figures[0]:.3f}, precision {figures[1]:.3f}")


def test_r_062_inducing_children_is_found_in_sentences_held_back(
    capsys: pytest.CaptureFixture[str],
) -> None:
    check_measured("inducement", capsys)


@pytest.mark.parametrize("name", [one for one in READY if one != "inducement"])
def test_r_096_the_four_classes_are_found_in_sentences_held_back(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    check_measured(name, capsys)


def check_measured(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    finder = finder_of(name)
    examples = examples_of(name)
    known = Labelled(
        tuple(one.text for one in examples if one.is_so),
        tuple(one.text for one in examples if not one.is_so),
    )
    told = {of: measured(finder, labelled(folder, name)) for of, folder in FOLDERS.items()}
    with capsys.disabled():
        tell(name, "fitted with", measured(finder, known))
        for of, figures in told.items():
            tell(name, of, figures)
    least = RECALL_LEAST.get(name, RECALL_LEAST_OF_OTHERS)
    assert told["held back"][0] >= least[0]
    assert told["judged by"][0] >= least[1]
    precise = PRECISION_LEAST.get(name, PRECISION_LEAST_OF_OTHERS)
    assert min(figures[1] for figures in told.values()) >= precise


@pytest.mark.parametrize("name", READY)
def test_what_people_say_every_day_is_not_found(name: str) -> None:
    said = ordinary()
    assert len(said) == len(set(said)) > 200
    longer = ["。".join(said[at : at + 3]) for at in range(len(said) - 2)]
    finder = finder_of(name)
    assert len(found_in(finder, said)) <= len(said) * ORDINARY_WRONG_MAX
    assert len(found_in(finder, longer)) <= len(longer) * LONGER_WRONG_MAX


def test_what_is_held_back_is_as_it_was_written() -> None:
    """The lists are not changed for it: whoever has to change them writes other sentences."""
    assert held_digest() == HELD_SHA256
    files = {f"{name}.{label}.txt" for name in READY for label in ("yes", "no")}
    assert {one.name for one in HELD.glob("*")} == files


@pytest.mark.parametrize("name", READY)
def test_no_list_was_fitted_with_what_is_held_back(name: str) -> None:
    samples = [labelled(folder, name) for folder in FOLDERS.values()]
    every = [one for sample in samples for one in (*sample.wanted, *sample.others)]
    sentences = [closed(one).text for one in every]
    assert len(set(sentences)) == len(sentences) >= 20
    known = {closed(one.text).text for one in examples_of(name)}
    assert [one for one in sentences if one in known] == []
    assert [one for one in map(closed, ordinary()) if one.text in known] == []


@pytest.mark.parametrize("name", READY)
def test_the_lists_can_be_read_and_are_of_nobodys_characteristics(name: str) -> None:
    ready = read_ready(name)
    check_people(ready.category, ready.entries)
    assert len(ready.entries) <= ENTRIES_MAX
