"""Whether somebody has an account cannot be told from the answer, nor from the work it takes.

Not by a stopwatch, which would fail by chance: by the statements that the database is asked, in
order, and by how often a password is worked on. ``python -m bench telling`` uses the stopwatch.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Protocol

import pytest

from teahouse.infra.db.pool import Tx
from teahouse.infra.jobs.runner import JobRunner
from teahouse.passwords.service import Passwords
from tests.gate.house import House

SECRET = ("code_id", "expires_at", "ticket")  # of everybody another
KNOWN, STRANGER = "+447911123456", "+447911123457"
MAIL, NOBODYS = "ann@example.org", "eve@example.org"


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the house does, as it does it: statements, and work on passwords."""
    done: list[str] = []

    def watched(owner: type[Any], name: str) -> None:
        real = getattr(owner, name)

        async def watch(self: Any, first: Any, *rest: Any) -> Any:
            if owner is not Tx or "log_" not in first:  # the log is looked at by the clock
                done.append(first if owner is Tx else name)
            return await real(self, first, *rest)

        monkeypatch.setattr(owner, name, watch)

    for name in ("row", "rows", "value", "run"):
        watched(Tx, name)
    watched(Passwords, "check")
    watched(Passwords, "hash")
    return done


@contextmanager
def noted(done: list[str]) -> Iterator[list[str]]:
    """Give what was done inside the block, in order."""
    found: list[str] = []
    before = len(done)
    yield found
    found.extend(done[before:])


class Asked(Protocol):
    """A house that can be asked, and does what is due."""

    @property
    def runner(self) -> JobRunner:
        """What is due is done by it."""
        ...

    async def call(self, method: str, path: str, json: Any = None) -> tuple[int, Any]:
        """Call a route and return its status and JSON."""
        ...


async def ask(house: Asked, path: str, body: Any) -> tuple[int, Any]:
    status, said = await house.call("GET" if body is None else "POST", path, body)
    return status, {key: value for key, value in said.items() if key not in SECRET}


async def both(house: Asked, work: list[str], *asked: tuple[str, Any]) -> list[str]:
    """Ask for somebody and for nobody; the answer and the work must be one. Return the work."""
    await house.runner.run_due()
    (path, body), (other_path, other) = asked
    with noted(work) as for_somebody:
        somebody = await ask(house, path, body)
    with noted(work) as for_nobody:
        nobody = await ask(house, other_path, other)
    assert somebody == nobody
    assert for_somebody == for_nobody
    assert for_somebody, "a test that saw no work saw nothing"
    return for_somebody


async def test_asking_for_a_code_to_sign_in(house: House, work: list[str]) -> None:
    assert (await house.join("ann", KNOWN))[0] == 201
    path = "/api/v1/sessions/code"
    first = {"kind": "phone", "value": KNOWN, "lang": "en"}
    await both(house, work, (path, first), (path, first | {"value": STRANGER}))


async def test_the_contact_step_of_signing_up(house: House, work: list[str]) -> None:
    assert (await house.join("ann", MAIL))[0] == 201
    one, other = await house.begin(door="email"), await house.begin(door="email")
    house.clock.move(timedelta(minutes=2))  # what was sent to sign up does not count any more
    body = {"kind": "email", "value": MAIL}
    await both(
        house, work, (f"{one}/contact", body), (f"{other}/contact", body | {"value": NOBODYS})
    )
    with noted(work) as sent_to_somebody:
        await house.runner.run_due()
    assert sent_to_somebody
    assert len(house.outbox.codes(MAIL)) == 2
    assert len(house.outbox.codes(NOBODYS)) == 1


async def test_signing_in_with_a_password(house: House, work: list[str]) -> None:
    path = await house.begin(door="phone")
    await house.prove(path, "phone", KNOWN)
    made = {"username": "ann", "password": "a kettle of spring water"}
    assert (await house.call("POST", f"{path}/finish", made))[0] == 201
    body = {"kind": "password", "user": "ann", "password": "not this one", "device_name": "x"}
    path = "/api/v1/sessions"
    done = await both(house, work, (path, body), (path, body | {"user": "nobody"}))
    assert done.count("check") == 1, "a password is worked on for nobody, too"


async def test_a_wrong_code_for_somebody_and_for_nobody(house: House, work: list[str]) -> None:
    assert (await house.join("ann", KNOWN))[0] == 201
    for value in (KNOWN, STRANGER):
        code = {"kind": "phone", "value": value, "lang": "en"}
        assert (await house.call("POST", "/api/v1/sessions/code", code))[0] < 300
    await house.runner.run_due()
    body = {"kind": "phone", "value": KNOWN, "code": "000000", "device_name": "x"}
    path = "/api/v1/sessions"
    await both(house, work, (path, body), (path, body | {"value": STRANGER}))


async def test_the_watch_sees_a_difference(house: House, work: list[str]) -> None:
    """What would be a leak is caught: a path that asks the database for one of two only."""
    with pytest.raises(AssertionError):
        await both(
            house, work,
            ("/api/v1/sessions", {"kind": "password", "user": "a", "password": "b" * 9, "device_name": "x"}),
            ("/api/v1/sessions/code", {"kind": "phone", "value": KNOWN, "lang": "en"}),
        )  # fmt: skip
