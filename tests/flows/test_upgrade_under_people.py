"""The headline in small: every key of a house made anew while people sign up, in and out [U-30].

``python -m bench upgrade`` is the same with a million accounts, and says how fast. Here nothing is
timed; what must be none is none.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from bench.__main__ import server_at
from bench.upgrade.fill import FIELDS_EACH, INDEXES_EACH
from bench.upgrade.people import RATES, Trouble
from bench.upgrade.run import Found, Options, whole

from teahouse.infra.vault.verifier import Column, Verified

pytestmark = [pytest.mark.processes, pytest.mark.timeout(180)]

ACCOUNTS = 400


@contextmanager
def place() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="teahouse-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield folder


def test_nobody_notices_that_all_keys_change() -> None:
    options = Options(accounts=ACCOUNTS, seconds=3.0, turns=1, hands=1, people=1, warm=1.0)
    with place() as folder:
        found = whole(folder, server_at, options)
    assert found.faults == []
    assert set(found.noted.done) == set(RATES), "everything that people do was done"
    assert found.noted.made, "somebody signed up"
    assert found.swept.sealed >= ACCOUNTS * FIELDS_EACH
    assert found.swept.indexed >= ACCOUNTS * INDEXES_EACH
    assert found.wrapped >= ACCOUNTS
    assert found.emptied >= ACCOUNTS
    assert found.cleared >= ACCOUNTS * INDEXES_EACH
    assert sum(c.opened for table in found.verified for c in table.columns.values()) > ACCOUNTS


def test_each_fault_is_named() -> None:
    found = Found()
    assert found.faults == []
    trouble = Trouble("sign up", 0.0, "500")
    found.noted.troubles.append(trouble)
    found.noted.doubles.append(trouble)
    found.noted.missed.append(trouble)
    found.lacking = {"accounts_identifiers": 1, "oidc_links": 0}
    found.quarantined = 1
    column = Column("accounts_identifiers.phone", old=1, broken_count=2)
    found.verified = [Verified("accounts_identifiers", {"phone": column}, unindexed=3)]
    assert len(found.faults) == 8
