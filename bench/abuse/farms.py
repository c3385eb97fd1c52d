"""Farms: twenty, on fifty addresses, five hundred sign-ups each, in six styles."""

import random
from collections.abc import Callable

from bench.abuse.people import (
    COMMON_MAIL,
    DAY,
    WORDS,
    at_leisure,
    some_agent,
    some_name,
    some_number,
)
from bench.abuse.walk import Pacing, Walk

STYLES = {"burst": 4, "drip": 4, "rotate": 4, "sequence": 3, "invites": 3, "mimic": 2}
HELD_OUT = "mimic"
ADDRESSES = 50
DEVICES = [
    "okhttp/{0}.9", "Mozilla/5.0 (Linux; Android 9; SM-G96{0}F) Chrome/9{0} Mobile", "Dart/3.{0} (dart:io)",
    "python-requests/2.3{0}", "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/15{0}.0",
    "Mozilla/5.0 (Windows NT 6.1) Chrome/7{0}.0.3538.77 Safari/537.36",
]  # fmt: skip


def steady(low: float, high: float) -> Pacing:
    """Return a machine's pace: between two numbers of seconds for every step."""

    def about(rng: random.Random) -> float:
        return rng.uniform(low, high)

    return Pacing(about, about, about, about)


def letters(rng: random.Random, count: int) -> str:
    """Return letters that mean nothing."""
    return "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(count))


def farms(rng: random.Random, count: int, days: float, invites: Callable[[], str]) -> list[Walk]:
    """Return scripted sign-ups; ``invites`` gives a token that was bought."""
    scale = count / 10_000  # fewer farms, each nearly as large: density is what tells them
    of = [style for style, many in STYLES.items() for _ in range(max(1, round(many * scale)))]
    each = count // len(of)
    addresses = [
        f"185.{nth}.7.{rng.randrange(2, 250)}" for nth in range(round(ADDRESSES * len(of) / 20))
    ]
    found: list[Walk] = []
    for nth, style in enumerate(of):
        mine = addresses[nth :: len(of)]
        agent = some_agent(rng) if style == HELD_OUT else rng.choice(DEVICES).format(nth % 10)
        begins = rng.random() * DAY * days * 0.7
        tokens = [invites() for _ in range(max(1, each // 100))] if style == "invites" else [None]
        stem = rng.choice(WORDS)
        for one in range(each):
            found.append(
                _scripted(rng, style, (nth, one, stem), (rng.choice(mine), agent), begins, tokens)
            )
        if style == HELD_OUT:
            _spread(found[-each:], rng, days)
    return found


def _scripted(
    rng: random.Random,
    style: str,
    which: tuple[int, int, str],
    device: tuple[str, str],
    begins: float,
    tokens: list[str | None],
) -> Walk:
    nth, one, stem = which
    door, host = ("email", rng.choice(COMMON_MAIL)) if nth % 2 else ("phone", "")
    name, pacing, gap = letters(rng, 10), steady(0.3, 0.6), 0.8
    if style == "drip":
        name, pacing, gap = (
            f"{rng.choice(WORDS)}{rng.choice(WORDS)}{rng.randrange(100)}",
            steady(3, 4),
            75,
        )
    elif style == "rotate":
        door, host = "email", f"{letters(rng, 7)}.example"
        name, pacing, gap = letters(rng, rng.randrange(6, 12)), steady(1, 3), 20
    elif style == "sequence":
        name, pacing, gap = f"{stem}{nth}x{one:04d}", steady(1, 2), 12
    elif style == "invites":
        name, pacing, gap = some_name(rng), steady(2, 6), 30
    elif style == "mimic":
        name, pacing = some_name(rng), at_leisure()
    contact = f"{letters(rng, 9)}{nth}x{one}@{host}" if door == "email" else some_number(rng)
    return Walk(
        kind=style,
        rng=random.Random(rng.random()),
        address=device[0],
        agent=device[1],
        door=door,
        contact=contact,
        username=name,
        password="Password123456" if style in ("burst", "mimic") else None,
        pacing=pacing,
        starts_at=begins + one * gap * rng.uniform(0.95, 1.05),
        invite=rng.choice(tokens),
        patience_seconds=600,
    )


def _spread(walks: list[Walk], rng: random.Random, days: float) -> None:
    """Have a farm that imitates people come over the whole time, as if by chance."""
    for walk in walks:
        walk.starts_at = rng.random() * DAY * days
