"""Walking a table of steps: for each state the acts that may be done in it, and where each leads.

The tables, and what refuses, are the domains' own; here is only how one is walked.
"""

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar

S = TypeVar("S", bound=Enum)
A = TypeVar("A", bound=Enum)


def next_in(
    table: Mapping[S, Mapping[A, S]], state: S, act: A, refusal: type[Exception], what: str
) -> S:
    """Return where an act leads from a state; ``what`` stands in it, such as "A case".

    Raises ``refusal``, with the state and the act in its words, when the table has no such step.
    """
    found = table[state].get(act)
    if found is None:
        raise refusal(f"{what} that is {state.value} has no step {act.value}.")
    return found
