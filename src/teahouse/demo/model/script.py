"""How the town's talks are written down, and read.

A line is ``DAY TIME WHO [#label] [>label] [[picture or voice NAME]] TEXT``. ``DAY`` is counted back
from today, and on day 0 ``TIME`` is how long ago. A line ``+ EMOJI WHO …`` puts a reaction on the
line before, and ``= WHO …`` says who has read up to here.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

BETWEEN_LINES_MIN = timedelta(seconds=20)

_SPOKEN = re.compile(
    r"(?P<day>-?\d+) (?P<hour>\d\d):(?P<minute>\d\d) (?P<who>\w+)"
    r"(?: #(?P<label>\w+))?(?: >(?P<answers>\w+))?(?: \[(?P<kind>picture|voice) (?P<file>\w+)\])?"
    r"(?: (?P<text>.*))?"
)


class Line(msgspec.Struct):
    """Something that somebody says, and what others do about it."""

    who: str
    days: int
    minutes: int  # of the day, or before now on day 0
    text: str
    label: str = ""
    answers: str = ""
    kind: str = ""  # "picture", "voice" or nothing
    file: str = ""
    reactions: list[tuple[str, str]] = []  # emoji, who
    read_by: list[str] = []


def lines(script: str) -> list[Line]:
    """Read a talk. A line that is not understood is a fault of the script."""
    found: list[Line] = []
    for written in script.strip().splitlines():
        word, _, rest = written.strip().partition(" ")
        if word == "+":
            emoji, *people = rest.split()
            found[-1].reactions.extend((emoji, who) for who in people)
        elif word == "=":
            found[-1].read_by.extend(rest.split())
        else:
            found.append(_spoken(written.strip()))
    return found


def _spoken(written: str) -> Line:
    match = _SPOKEN.fullmatch(written)
    assert match is not None, f"not a line of a talk: {written}"
    part = match.groupdict()
    return Line(
        who=part["who"],
        days=-int(part["day"]),
        minutes=int(part["hour"]) * 60 + int(part["minute"]),
        text=part["text"] or "",
        label=part["label"] or "",
        answers=part["answers"] or "",
        kind=part["kind"] or "",
        file=part["file"] or "",
    )


def moments(said: Iterable[Line], now: datetime) -> list[datetime]:
    """Return when each line is said: in order, and none later than ``now``."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    found: list[datetime] = []
    for line in said:
        if line.days:
            at = midnight - timedelta(days=line.days) + timedelta(minutes=line.minutes)
        else:
            at = now - timedelta(minutes=line.minutes)
        if found:
            at = max(at, found[-1] + BETWEEN_LINES_MIN)
        found.append(min(at, now))
    return found
