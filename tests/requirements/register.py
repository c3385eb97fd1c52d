"""What law and the sources ask of enforcement, minors, orders and rights, and which tests show it.

A test shows a row when the row's id is in its name: ``pytest -k r_064`` runs those of R-064. What
was tested under another name is named here by its file. ``lacks`` says what is not built, or not
tested, so that nobody takes a row for done by its tests alone.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tests.house import source

_ID = re.compile(r"(?<![a-z0-9])([rlu])_([a-z]?\d+)(?![a-z0-9])")


@dataclass(frozen=True)
class Row:
    """A row. ``id`` is as in the register of requirements, such as ``R-064`` or ``L-M26``."""

    id: str
    what: str
    lacks: str = ""
    files: tuple[str, ...] = ()


ROWS = (
    Row("R-060", "a campaign has a name, a mandate and an end, and ends by itself"),
    Row(
        "R-061",
        "who is under sixteen does not go live; sixteen to eighteen with a guardian's word",
        "no product goes live yet: the answer is there, and nobody asks; no scorer of pictures is shipped, and no stills of video are made",
    ),
    Row(
        "R-062",
        "nobody leads minors to tip, and minors tip nobody",
        "no wallet pays a refund out yet",
    ),
    Row("R-063", "one engine for all kinds of content and classes of account"),
    Row("R-064", "verified, then ordered to delete; a contest hides and stops the clock"),
    Row(
        "R-065",
        "repetition and refusal lead up to a ban, by two persons and with reasons",
        "a wallet to leave with: there is none yet",
    ),
    Row("R-066", "night, strangers, time and guardians of minors"),
    Row("R-067", "days off, made-up working days and school holidays as data"),
    Row("R-080", "an authority's order: acknowledged by two, carried out, reported, lifted"),
    Row("R-081", "what is delisted goes on for who has it"),
    Row("R-082", "inspectors read registers, never what people say; holds stop what they name"),
    Row("R-083", "duties by how many people a house knows, told at four fifths"),
    Row("R-085", "reasons, another reviewer, restoration, a breaker for many at once"),
    Row("R-086", "a country reads and exports while it is restricted, and is given back"),
    Row("R-090", "findings of authorities, up a ladder, tested again by somebody else"),
    Row(
        "R-091",
        "purpose, means and scope of all data are declared",
        "mini programs and what they embed: there are none yet",
        ("tests/house/test_purposes.py",),
    ),
    Row("R-092", "nothing is collected before consent", "", ("tests/browser/test_first_run.py",)),
    Row(
        "R-093", "a first run asks nothing of the device", "", ("tests/browser/test_first_run.py",)
    ),
    Row(
        "R-094",
        "a policy before the first step, and a way without it",
        "",
        ("tests/browser/test_first_run.py",),
    ),
    Row(
        "R-095",
        "nobody frames or covers what is agreed to",
        "native clients",
        ("tests/behaviours",),
    ),
    Row(
        "R-096",
        "four classes of content shut down, and only with a ruling",
        "the lists of the four find 90 to 100 in 100 of what is said plainly, and half of what goes round it",
    ),
    Row("R-097", "the ladder: mend, delist, hide, shut down"),
    Row("R-098", "what an open finding may cost"),
    Row("R-099", "findings grouped by who runs the app", "", ("tests/findings",)),
    Row("R-100", "what was mended is tested with each later version"),
    Row("R-101", "what each kind of app needs, and no more", "mini programs: there are none yet"),
    Row(
        "R-102",
        "lists of authorities are read, and ours is published",
        "a match with mini programs",
        ("tests/findings",),
    ),
    Row("R-103", "privacy, security and illegality are kept apart"),
    Row("R-104", "names in public, and as mended afterwards"),
    Row("R-105", "a gate before a release", "mini programs: there are none yet"),
    Row(
        "L-20",
        "processors by contract, ended with a proof",
        "files in an object store are not under the processor's key",
    ),
    Row(
        "L-23",
        "what is given to others has a row, and a consent of its own",
        "mini programs and merchants: there are none yet",
    ),
    Row(
        "L-24",
        "what decides by itself is told, and can be stopped",
        "no feed, no prices: there is nothing to compare with a toggle",
    ),
    Row(
        "L-38",
        "what crosses a border has an entry, and people are counted",
        "a database copied by PostgreSQL itself is shown, and not held back",
    ),
    Row(
        "L-44",
        "access, copy, correction, restriction and erasure",
        "",
        ("tests/rights",),
    ),
    Row("L-49", "somebody to act for the dead, as they arranged, or nobody"),
    Row("L-50", "requests with a clock and reasons", "", ("tests/rights/test_requests.py",)),
    Row("L-52", "whom to ask, above a million people", "", ("tests/thresholds",)),
    Row("L-54", "a compliance audit from the living system"),
    Row("L-55", "an assessment before what is risky is switched on"),
    Row("L-57", "who is affected by a leak, and telling them", "", ("tests/breaches",)),
    Row("L-58", "a yearly report of a large platform", "mini programs to stop: there are none yet"),
    Row("L-63", "authorities ask, copy and inspect"),
    Row("L-66", "what a breach of law may cost", "", ("tests/thresholds",)),
    Row("L-D30", "an assessment of important data"),
    Row("L-C25", "an incident: level, clock, a draft of the report at once"),
    Row("L-D27", "flaws and incidents: mended, told, reported"),
    Row("L-D21", "classes of data that lead what may be done with it"),
    Row("L-F21", "reason, redress and what to bring, or no decision"),
    Row("L-M20", "a yearly look at what a house does to minors"),
    Row(
        "L-M24",
        "what may harm minors is labelled, warned of, and kept from prominent places",
        "no advertising by what minors do: no product advertises yet",
    ),
    Row("L-M26", "strangers do not come near a minor"),
    Row("L-M31", "who goes live is asked again who they are", "no product goes live yet"),
    Row(
        "L-M34",
        "guardians ask for a child's data; staff opens it with a second person, and a log",
        "",
        ("tests/guardians", "tests/unsealings"),
    ),
    Row(
        "L-M38",
        "a minor's secrets are not published by mistake",
        "clients of other makers, and pictures; signs of harm",
    ),
    Row("L-M43", "caps on spending and time by age"),
    Row("L-M74", "no games at night", "no games yet", ("tests/minors/test_hours.py",)),
    Row(
        "L-M76",
        "nobody under sixteen goes live",
        "no product goes live yet",
        ("tests/minors/test_model.py",),
    ),
    Row("L-G14", "an hour of games on days off"),
    Row("L-G19", "what minors may spend, at once and in a month"),
    Row("L-T22", "no minor tips anybody"),
    Row("L-N10", "a flaw that endangers the public within a day; records for three years"),
    Row(
        "L-N21",
        "two lists of what is collected and handed on",
        "",
        ("tests/house/test_purposes.py",),
    ),
    Row("L-N28", "what ten million people ask for, and no more"),
    Row("L-N40", "third parties and apps are checked", "mini programs: there are none yet"),
    Row("L-N33", "a yearly assessment by who processes important data"),
    Row("L-N44", "what a large platform owes, by either count"),
    Row("U-13", "a ban outlives the keys under which it was written"),
)


@cache
def named() -> dict[str, tuple[str, ...]]:
    """Return the tests that show a row by their names, as ``file::test``, by the row's id."""
    found: dict[str, list[str]] = {}
    for path in source.files(".py", source.ROOT / "tests"):
        for node in ast.walk(source.tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for one in _ids(node.name):
                    found.setdefault(one, []).append(f"{source.name(path)}::{node.name}")
    return {one: tuple(sorted(tests)) for one, tests in found.items()}


def _ids(name: str) -> Iterator[str]:
    if name.startswith("test_"):
        for kind, number in _ID.findall(name):
            yield f"{kind}-{number}".upper()


def state(row: Row) -> str:
    """Return how far a row is: tested, in part, or not built."""
    if not named().get(row.id) and not row.files:
        return "not built"
    return "in part" if row.lacks else "tested"


def page() -> str:
    """Return the page of all rows."""
    lines = [
        "# Requirements: what is built, and which test shows it",
        "",
        "Made by `make gen` from `tests/requirements/register.py` and the names of tests: do not edit.",
        "`pytest -k r_064` runs the tests of R-064. *In part* says what is missing; what waits for a",
        "product that is not there yet says so.",
        "",
        "| row | what is asked | state | what is missing | tests |",
        "|---|---|---|---|---|",
    ]
    for row in ROWS:
        tests = [*(f"`{one}`" for one in row.files), *_counted(named().get(row.id, ()))]
        lacks = "" if row.lacks == "not built" else row.lacks
        shown = ", ".join(tests)
        lines.append(f"| {row.id} | {row.what} | {state(row)} | {lacks} | {shown} |")
    return "\n".join([*lines, ""])


def _counted(tests: tuple[str, ...]) -> list[str]:
    """Return files with how many of their tests show a row."""
    files = [test.partition("::")[0] for test in tests]
    return [f"`{file}` ({files.count(file)})" for file in sorted(set(files))]
