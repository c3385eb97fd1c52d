"""Logistic regression with few weights, by coordinate descent, in Python alone.

What is minimised is the logistic loss of all examples, with ``lasso`` times the sum of the weights' sizes
and half of ``ridge`` times the sum of their squares. It is convex, so there is one best answer, and it is
the same on each machine: no lot is drawn, and nothing depends on how many cores there are. One weight after
the other is set to the best of a parabola that lies above the loss (Hastie, Tibshirani and Wainwright,
Statistical Learning with Sparsity, 2015, chapter 5), so that each step is down.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

ROUNDS_MAX = 400
EVERY = 8  # rounds, of which one looks at all columns and the others at those that have a weight
CHANGE_LEAST = 0.002  # of the weight that changed most, in a round over all
CURVE = 0.25  # the most that the loss of one example curves


@dataclass(frozen=True)
class Examples:
    """Rows that are so or not, and which rows each column is in. ``cost`` is what a row counts."""

    columns: Sequence[Sequence[int]]
    is_so: Sequence[bool]
    cost: Sequence[float]


@dataclass
class Fit:
    """What was found: a weight for each column, and what is added to each sum."""

    weights: list[float]
    constant: float = 0.0
    rounds: int = 0


@dataclass
class _Walk:
    """Where the descent stands: the sum and the slope of each row."""

    examples: Examples
    lasso: Sequence[float]
    ridge: float
    fit: Fit
    sums: list[float] = field(default_factory=list[float])
    slopes: list[float] = field(default_factory=list[float])
    curves: list[float] = field(default_factory=list[float])

    def begin(self) -> None:
        rows = range(len(self.examples.is_so))
        self.sums = [0.0 for _ in rows]
        self.slopes = [0.0 for _ in rows]
        self._move(rows, 0.0)
        cost = self.examples.cost
        self.curves = [
            CURVE * math.fsum(cost[row] for row in column) + self.ridge
            for column in self.examples.columns
        ]

    def _move(self, rows: Sequence[int], step: float) -> None:
        sums, slopes, cost, is_so = self.sums, self.slopes, self.examples.cost, self.examples.is_so
        for row in rows:
            sums[row] += step
            slopes[row] = cost[row] * (1 / (1 + math.exp(-sums[row])) - is_so[row])

    def constant(self) -> None:
        """Set what is added to each sum."""
        step = -math.fsum(self.slopes) / (CURVE * math.fsum(self.examples.cost))
        self.fit.constant += step
        self._move(range(len(self.sums)), step)

    def column(self, nth: int) -> float:
        """Set one weight, and return by how much it changed."""
        rows, before, slopes = self.examples.columns[nth], self.fit.weights[nth], self.slopes
        curve = self.curves[nth]
        best = before - (sum([slopes[row] for row in rows]) + self.ridge * before) / curve
        owed = self.lasso[nth] / curve
        after = math.copysign(max(0.0, abs(best) - owed), best)
        if after != before:
            self.fit.weights[nth] = after
            self._move(rows, after - before)
        return abs(after - before)


def descend(examples: Examples, lasso: Sequence[float], ridge: float) -> Fit:
    """Return the weights that fit examples best. ``lasso`` is told for each column."""
    walk = _Walk(examples, lasso, ridge, Fit([0.0] * len(examples.columns)))
    walk.begin()
    everything = range(len(examples.columns))
    some: Sequence[int] = everything
    for nth in range(ROUNDS_MAX):
        walk.constant()
        change = max((walk.column(column) for column in some), default=0.0)
        walk.fit.rounds = nth + 1
        if len(some) == len(everything):
            if change < CHANGE_LEAST:
                break
            some = [column for column in everything if walk.fit.weights[column]]
        elif nth % EVERY == EVERY - 1 or change < CHANGE_LEAST:
            some = everything
    return walk.fit
