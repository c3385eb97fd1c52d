"""Fitting weights: the one best answer, the same whatever the order, and found again by a server."""

import math
import random

import pytest
from bench.detectors.descent import Examples, Fit, descend
from bench.detectors.examples import Example, candidates
from bench.detectors.fit import (
    NAMES,
    ORDINARY,
    Fitted,
    entries_of,
    examples_of,
    figures,
    least_of,
    precise_threshold_of,
    threshold_of,
)

from teahouse.detectors.model.finding import Finder
from teahouse.detectors.model.folding import closed

RIDGE = 0.3


def drawn(seed: int) -> Examples:
    """Return examples in which the first two columns matter, and the others do not."""
    lot = random.Random(seed)
    has = [[lot.random() < 0.4 for _ in range(6)] for _ in range(80)]
    is_so = [row[0] and not row[1] if lot.random() < 0.9 else lot.random() < 0.5 for row in has]
    columns = [[nth for nth, row in enumerate(has) if row[column]] for column in range(6)]
    return Examples(columns, is_so, [1.0 + nth % 2 for nth in range(80)])


def loss(examples: Examples, fit: Fit, lasso: float) -> float:
    """Return what is to be as small as it can be."""
    sums = [fit.constant] * len(examples.is_so)
    for weight, rows in zip(fit.weights, examples.columns, strict=True):
        for row in rows:
            sums[row] += weight
    rows = zip(sums, examples.is_so, examples.cost, strict=True)
    owed = lasso * sum(map(abs, fit.weights)) + RIDGE / 2 * sum(one * one for one in fit.weights)
    return owed + sum(cost * math.log1p(math.exp(-one if so else one)) for one, so, cost in rows)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_other_weights_are_better(seed: int) -> None:
    examples, lasso = drawn(seed), 0.5
    fit = descend(examples, [lasso] * 6, RIDGE)
    assert fit.weights[0] > 0 > fit.weights[1]
    least = loss(examples, fit, lasso)
    lot = random.Random(seed)
    for _ in range(200):
        moved = [one + lot.gauss(0, 0.05) for one in fit.weights]
        other = Fit(moved, fit.constant + lot.gauss(0, 0.05))
        assert loss(examples, other, lasso) >= least - 1e-3


def test_the_order_of_columns_is_nothing_and_much_lasso_leaves_nothing() -> None:
    examples = drawn(4)
    fit = descend(examples, [0.5] * 6, RIDGE)
    turned = Examples(examples.columns[::-1], examples.is_so, examples.cost)
    assert descend(turned, [0.5] * 6, RIDGE).weights[::-1] == pytest.approx(fit.weights, abs=0.02)
    assert descend(examples, [1_000.0] * 6, RIDGE).weights == [0.0] * 6
    assert descend(examples, [0.5] * 6, RIDGE) == fit


def test_what_was_fitted_is_found_by_a_server() -> None:
    fitted = Fitted({("{child}",): 1.5, ("{child}", "{gift}"): 1.0, ("书",): -2.0}, -1.0, 1)
    classes = ["{child} = 小朋友 | kid*", "{gift} = 火箭", "{none} = 什么"]
    entries = entries_of(fitted, 0.75, classes)
    assert entries == [
        "threshold 1.75", *classes[:2], "-2.00 书", "+1.50 {child}", "+1.00 {child} & {gift}",
    ]  # fmt: skip
    finder = Finder({}, {}, {"x": entries})
    assert finder.find("小朋友的火箭")
    assert not finder.find("小朋友")
    assert not finder.find("小朋友的火箭书")


def test_the_threshold_finds_as_much_as_is_wanted() -> None:
    scores = [(Example(f"{nth}", nth % 2 == 0, "a"), nth / 10) for nth in range(100)]
    found = figures(scores, threshold_of(scores, 0.9))
    assert (found.found, found.wanted, found.others) == (46, 50, 50)


def test_the_threshold_leaves_as_much_right_as_is_wanted() -> None:
    scores = [(Example(f"{nth}", nth > 60 or nth % 3 == 0, "a"), nth / 10) for nth in range(100)]
    for precision in (0.99, 0.8, 0.7):
        least = precise_threshold_of(scores, precision)
        found = figures(scores, least)
        assert found.found >= precision * (found.found + found.wrong)
        lower = figures(scores, least - 0.3)
        assert lower.found < precision * (lower.found + lower.wrong)
    assert least_of("gambling", [*scores, (Example("x", False, ORDINARY), 9.2)]) > 9.2


def test_candidates_are_what_some_sentences_have() -> None:
    said = [Example(one, True, "a") for one in ("送我火箭", "火箭！don't", "Don't go, donate")]
    assert candidates(said, 2) == ["don't", "火", "火箭", "箭"]


@pytest.mark.parametrize("name", NAMES)
def test_a_sentence_is_there_once_and_says_one_thing(name: str) -> None:
    examples = examples_of(name)
    assert {one.is_so for one in examples} == {True, False}
    keys = [closed(one.text).text for one in examples]
    assert len(set(keys)) == len(keys)
