"""Whether a stopwatch tells who has an account: answers about somebody and about nobody, in turn.

For each question the median of both, and the Mann-Whitney p-value of their being one distribution:
a small one, again and again, would be a leak. What the house *does* is compared exactly, without a
stopwatch, in ``tests/flows/test_screen_telling.py``.
"""

import math
import statistics
import sys
import time
from collections.abc import Sequence
from typing import Any

from bench.talk import PASSWORD, V3, Line, Person

ROUNDS = 150
Question = tuple[str, str, dict[str, Any], dict[str, Any]]  # its name, path, and both bodies


def mann_whitney(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the two-sided p-value, by the normal approximation; ties are rare in a stopwatch."""
    ranked = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    ranks = sum(rank for rank, (_, which) in enumerate(ranked, 1) if which == 0)
    n, m = len(one), len(other)
    u = ranks - n * (n + 1) / 2
    z = (u - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)
    return math.erfc(abs(z) / math.sqrt(2))


async def timed(line: Line, path: str, body: dict[str, Any]) -> float:
    """Return how many milliseconds an answer takes."""
    began = time.perf_counter()
    await line.ask("POST", path, body)
    return (time.perf_counter() - began) * 1000


async def contact_steps(line: Line) -> tuple[str, str]:
    """Return the contact steps of two registrations that have got so far."""
    found: list[str] = []
    for _ in range(2):
        begun = (await line.ask("POST", "/api/v1/registrations", {"door": "email"})).json()
        path = f"/api/v1/registrations/{begun['registration_id']}"
        answer = {"policy_version": begun["policy_version"], "lang": "en"}
        await line.ask("POST", f"{path}/consent", answer)
        found.append(f"{path}/contact")
    return found[0], found[1]


async def join(line: Line, mail: str) -> None:
    """Make the account that somebody has."""
    contact, _ = await contact_steps(line)
    await line.ask("POST", contact, {"kind": "email", "value": mail})
    base, codes = contact.removesuffix("/contact"), []
    while not codes:
        codes = (await line.ask("GET", f"/api/v1/test/codes?to={mail}")).json()["codes"]
    await line.ask("POST", f"{base}/code", {"code": codes[-1]})
    await line.ask("POST", f"{base}/finish", {"username": "ann", "password": PASSWORD})


def report(name: str, somebody: list[float], nobody: list[float]) -> None:
    """Print one line."""
    p = mann_whitney(somebody, nobody)
    sys.stdout.write(
        f"{name:28} {statistics.median(somebody):9.2f} {statistics.median(nobody):9.2f} {p:9.3f}\n"
    )


async def run(host: str, port: int) -> None:
    """Ask each question about somebody and about nobody, in turn."""
    line = Line(host, port)
    await Person.register(line, "warm")
    mail = "ann@known.example"
    await join(line, mail)
    sys.stdout.write(f"{'':28} {'somebody':>9} {'nobody':>9} {'p':>9}\n")
    code = {"kind": "email", "value": mail, "lang": "en"}
    word = {"kind": "password", "user": "ann", "password": "not this one", "device_name": "x"}
    matrix = {"type": "m.login.password", "password": "not this one"}
    questions: list[Question] = [
        ("a code to sign in", "/api/v1/sessions/code", code, code | {"value": "eve@known.example"}),
        ("a wrong password", "/api/v1/sessions", word, word | {"user": "eve"}),
        ("the same, Matrix", f"{V3}/login", matrix | {"identifier": {"type": "m.id.user", "user": "ann"}},
         matrix | {"identifier": {"type": "m.id.user", "user": "eve"}}),
    ]  # fmt: skip
    for name, path, known, unknown in questions:
        somebody: list[float] = []
        nobody: list[float] = []
        for nth in range(ROUNDS):
            for which in (0, 1) if nth % 2 else (1, 0):
                took = await timed(line, path, unknown if which else known)
                (nobody if which else somebody).append(took)
        report(name, somebody, nobody)
    first: list[float] = []
    second: list[float] = []
    for nth in range(ROUNDS):
        one, other = await contact_steps(line)
        first.append(await timed(line, one, {"kind": "email", "value": mail}))
        second.append(
            await timed(line, other, {"kind": "email", "value": f"eve{nth}@known.example"})
        )
    report("the contact step, signing up", first, second)
