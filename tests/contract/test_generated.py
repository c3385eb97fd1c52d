"""Requests made up from the descriptions of both APIs: none may break us, each answer is lawful.

Every operation that we serve is asked, in a few groups, each in a house of its own. How many
requests there are follows from the descriptions alone, and not from how fast they are answered.
"""

import copy
import re
from pathlib import Path
from typing import Any

import pytest

from teahouse.infra.http.openapi import describe
from teahouse.infra.http.router import Router
from tests.contract.cast import Cast
from tests.contract.conformance import document
from tests.contract.generating import Town, filled, generate

PATIENCE_SECONDS = 900  # on a machine that has much else to do; it takes a twentieth of that
GROUPS = {  # by tag; what is named nowhere is in the last
    "rooms": {"Room participation", "Event relationships", "Threads", "Read Markers"},
    "coming": {"Room membership", "Room creation", "Room directory", "Room discovery", "Spaces"},
    "people": {"Account management", "Session management", "Device management"},
    "keys": {"End-to-end encryption", "Send-to-Device messaging"},
    "kept": {"User data", "Push notifications"},
    "rest": set[str](),
}
# How many operations of a group must have done what they are for: else nobody would notice that
# all their requests are refused at the door.
DONE_MIN = {"rooms": 20, "coming": 15, "people": 10, "keys": 15, "kept": 18, "rest": 20}
UNSERVED = {"get /.well-known/matrix/policy_server"}  # it judges for rooms of other servers
OPERATORS = "/api/v1/operator"


def group_of(operation: Any) -> str:
    """Return the group that an operation of the specification is in."""
    tags = set(operation.get("tags", ()))
    return next((name for name, among in GROUPS.items() if tags & among), "rest")


def served(cast: Cast) -> dict[str, dict[str, Any]]:
    """Return the specification's operations that a route of ours answers, by path and method."""
    router = Router(cast.routes)
    found: dict[str, dict[str, Any]] = {}
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            known = router.find(method.upper(), re.sub(r"\{\w+\}", "x", path))
            if known is not None and known.route is not None:
                found.setdefault(path, {})[method] = operation
    return found


@pytest.mark.timeout(PATIENCE_SECONDS)
@pytest.mark.parametrize("group", GROUPS)
async def test_requests_made_of_the_specification(cast: Cast, tmp_path: Path, group: str) -> None:
    town = await Town.built(cast)
    told = copy.deepcopy(document())
    told["paths"] = {
        path: {m: one for m, one in operations.items() if group_of(one) == group}
        for path, operations in served(cast).items()
    }
    outcome = await generate(town, filled(told, town.values), tmp_path)
    print(f"{group}: {outcome}")
    assert outcome.wrong == ""
    assert len(outcome.done) >= DONE_MIN[group], outcome.undone


@pytest.mark.timeout(PATIENCE_SECONDS)
@pytest.mark.parametrize("operators", [False, True], ids=["people", "operators"])
async def test_requests_made_of_our_own_description(
    cast: Cast, tmp_path: Path, operators: bool
) -> None:
    """What is of the wrong type is sent by ``test_bad_fields``: here is what is of the right one."""
    town = await Town.built(cast)
    told = describe(cast.routes)
    told["paths"] = {
        path: operations
        for path, operations in told["paths"].items()
        if path.startswith(OPERATORS) is operators
    }
    outcome = await generate(town, filled(told, town.values), tmp_path, "--mode", "positive")
    print(f"our own: {outcome}")
    assert outcome.wrong == ""
    assert len(outcome.done) >= 20, outcome.undone


async def test_every_operation_of_the_specification_is_served(cast: Cast) -> None:
    paths = document()["paths"].items()
    every = {f"{m} {path.rstrip()}" for path, part in paths for m in part}  # some stand there twice
    answered = {f"{m} {path}" for path, part in served(cast).items() for m in part}
    assert every - answered == UNSERVED
