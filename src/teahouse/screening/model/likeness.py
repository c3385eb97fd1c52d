"""How alike two sign-ups are, in bits of surprise, and what follows when many are.

A signal that two sign-ups share counts by how rarely it is seen in *other places*: a value that
one source repeats ten thousand times is as rare as that one source. Before there is a history,
what people are like in general stands in for it.
"""

import enum
import math
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from teahouse.screening.model.signals import Neighbour, Signals

PRIORS = {
    "agent": 0.1,
    "contact": 0.05,
    "mail_kind": 0.6,
    "invite": 0.1,
    "stem": 0.02,
    "shape": 0.08,
    "passwordless": 0.5,
    "pace": 0.25,
    "gap": 0.15,
}
"""How often two people who have nothing to do with each other share a signal, roughly."""

PRIOR_PLACES = 30  # how many places' worth of history the priors weigh
PREFIX_BITS = 6.0
HERE_BITS_MAX = 2.0  # of a mail host within one place: an employer's, a school's
BITS_MAX = 6.0  # of one signal: none decides alone
ALIKE_BITS = 12.0
TWIN_BITS = 16.0
COPY_BITS = 18.0
HOLD_FACTOR = 2.4  # times the rule's amount, of twins
REFUSE_FACTOR = 8  # times the rule's amount, of copies
CHANCE_SHARE = 0.25  # of one's own place; fewer resemble each other by chance
ONE_AGENT_SHARE = 0.8


class Verdict(enum.Enum):
    """What screening says to a sign-up, from mild to strict."""

    PASS = "pass"  # noqa: S105 - a verdict
    STAGE = "stage"  # an account, at the lowest standing
    HOLD = "hold"  # a person has to look
    REFUSE = "refuse"


class Population(msgspec.Struct, frozen=True):
    """Of how many places we have sign-ups, and in how many each value was seen."""

    places: int = 0
    seen: Mapping[tuple[str, str], int] = {}


class Weighed(msgspec.Struct, frozen=True):
    """A verdict, and the sign-ups that it rests on."""

    verdict: Verdict
    alike: tuple[Neighbour, ...] = ()


def bits_of(population: Population, signal: str, value: str) -> float:
    """Return how surprising it is that another place shows the same value."""
    seen = population.seen.get((signal, value), 1)
    weight = PRIOR_PLACES * PRIORS[signal]
    share = (seen + weight) / (max(population.places, seen) + PRIOR_PLACES)
    return min(BITS_MAX, max(0.0, -math.log2(share)))


def likeness(population: Population, one: Signals, other: Signals) -> float:
    """Return how alike two sign-ups are, in bits."""
    shared = {
        signal: bits_of(population, signal, getattr(one, signal))
        for signal in PRIORS
        if getattr(one, signal) and getattr(one, signal) == getattr(other, signal)
    }
    if "contact" in shared:
        shared.pop("mail_kind", None)  # of one host, of one kind
    if "stem" in shared:
        shared.pop("shape", None)  # of one stem, nearly of one shape
    if other.prefix in (one.prefix, one.prefix_before):
        shared["prefix"] = PREFIX_BITS
        shared["contact"] = min(shared.get("contact", 0.0), HERE_BITS_MAX)
    return sum(shared.values())


def weigh(
    population: Population, one: Signals, others: Iterable[Neighbour], amount: int
) -> Weighed:
    """Return what many resembling sign-ups say about one; ``amount`` alike are too many.

    Behind an address that thousands share, some always resemble each other by chance: those of
    one's own place count only when they are a good part of it.
    """
    here: list[tuple[Neighbour, float]] = []
    far: list[tuple[Neighbour, float]] = []
    for other in others:
        if not other.ignored:
            place = here if other.signals.prefix in (one.prefix, one.prefix_before) else far
            place.append((other, likeness(population, one, other.signals)))
    resembling = _at_least(ALIKE_BITS, here, far)
    verdict = Verdict.PASS
    if len(_at_least(COPY_BITS, here, far)) >= amount * REFUSE_FACTOR:
        verdict = Verdict.REFUSE
    elif len(_at_least(TWIN_BITS, here, far)) >= amount * HOLD_FACTOR:
        verdict = Verdict.HOLD
    elif len(resembling) >= amount:
        verdict = Verdict.STAGE
    return Weighed(verdict, tuple(resembling))


def _at_least(
    bits: float, here: Sequence[tuple[Neighbour, float]], far: Sequence[tuple[Neighbour, float]]
) -> list[Neighbour]:
    alike = [other for other, found in here if found >= bits]
    if len(alike) < CHANCE_SHARE * len(here):
        alike = []
    return alike + [other for other, found in far if found >= bits]


def is_crowd(one: Signals, others: Sequence[Neighbour], amount: int) -> bool:
    """Tell whether a place has made more than it may, nearly all with one kind of program.

    A carrier's or a campus's address is shared by many kinds of devices; a farm's is not.
    """
    here = [o for o in others if o.signals.prefix in (one.prefix, one.prefix_before)]
    same = sum(o.signals.agent == one.agent for o in here)
    return len(here) >= amount and same >= ONE_AGENT_SHARE * len(here)


STRICTNESS = {verdict: rank for rank, verdict in enumerate(Verdict)}


def stricter(one: Verdict, other: Verdict) -> Verdict:
    """Return the stricter of two verdicts."""
    return max(one, other, key=lambda verdict: STRICTNESS[verdict])
