"""The headline in small: a run of every class but one, by the product, while people are about [U-30].

``python -m bench upgrade`` is the same with a million accounts, and says how fast. Here nothing is
timed; what must be none is none. The house's own words are left out: their key rests 45 days.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from bench.__main__ import server_at
from bench.upgrade.fill import FIELDS_EACH, INDEXES_EACH, LEGACY_ONE_IN
from bench.upgrade.found import Found
from bench.upgrade.operators import CLASSES
from bench.upgrade.people import RATES, Trouble
from bench.upgrade.run import Options, whole

pytestmark = [pytest.mark.processes, pytest.mark.timeout(240)]

ACCOUNTS = 60


@contextmanager
def place() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="teahouse-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield folder


def test_nobody_notices_that_all_keys_change() -> None:
    options = Options(ACCOUNTS, seconds=3.0, turns=1, hands=1, people=1, warm=1.0, budget=200.0)
    with place() as folder:
        found = whole(folder, server_at, options)
    assert found.faults == []
    assert found.points[-1].state == "closed"
    assert set(found.noted.done) == set(RATES), "everything that people do was done"
    assert found.noted.made, "somebody signed up"
    done = {(step["data_class"], step["table"]): step["done"] for step in found.steps}
    assert {name for name, _ in done} >= {"kek", "dek", "index", "passwords"}
    assert found.points[-1].fields >= ACCOUNTS * FIELDS_EACH
    assert found.points[-1].indexes >= ACCOUNTS * INDEXES_EACH
    assert done["passwords", None] >= ACCOUNTS // LEGACY_ONE_IN // 2, "others signed in before it"
    assert found.again == (ACCOUNTS * 2, []), "everybody signs in, twice"
    assert set(found.left) >= {"digests that are not plain, after everybody signed in"}
    code, words, spoilt = found.report
    assert (code, spoilt) == (0, 1), words
    assert "complete" in words.splitlines()
    assert set(CLASSES) == set(found.told["summary"]["classes"])


def test_each_fault_is_named() -> None:
    found = Found()
    assert found.faults == []
    trouble = Trouble("sign up", 0.0, "500")
    found.noted.troubles.append(trouble)
    found.noted.doubles.append(trouble)
    found.noted.missed.append(trouble)
    found.left = {"old data keys that open": 1, "values in quarantine": 0}
    found.steps = [
        {"data_class": "dek", "table": "t", "total": 2, "done": 1, "quarantined": 0},
        {"data_class": "dek", "table": "u", "total": 2, "done": 2, "quarantined": 0},
    ]
    found.again = (1, ["old1: 403"])
    found.report = (1, "NOT RIGHT", 0)
    assert len(found.faults) == 8
