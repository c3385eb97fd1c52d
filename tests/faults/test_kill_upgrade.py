"""``kill -9`` of what does an upgrade, of what serves and of PostgreSQL: a run ends as undisturbed.

``python -m bench upgrade kills`` does it two hundred times [U-06].
"""

import random
import tempfile
from pathlib import Path

import pytest
from bench.__main__ import server_at
from bench.upgrade.kills import Options, compared, killed, unlike

from teahouse.infra.vault.verifier import Column, Verified

pytestmark = [pytest.mark.processes, pytest.mark.timeout(240)]

KILLS = 6


def test_killed_while_a_run_goes() -> None:
    with tempfile.TemporaryDirectory(prefix="teahouse-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        options = Options(KILLS, houses=1, accounts=60, seed=random.randrange(2**32))
        town = killed(folder, server_at, options, calmly=False)
    assert town.wrong == []
    assert town.kinds.total() == KILLS


def verified(rows: int = 2, digest: int = 9, **found: int) -> Verified:
    column = Column("profiles.name", digest=digest, rows={"ann": bytes([digest])}, **found)
    return Verified("profiles", {"name": column}, rows=rows)


def test_each_loss_is_named() -> None:
    assert compared([verified()], [verified()]) == []
    for worse in (verified(rows=1), verified(old=1), verified(broken_count=1)):
        assert len(compared([verified()], [worse])) == 1
    assert len(compared([verified()], [verified(digest=8)])) == 2
    assert unlike({"accounts": {"active": 2}}, {"accounts": {"active": 2}}) == []
    assert len(unlike({"accounts": {"active": 2}}, {"accounts": {"active": 1}})) == 1
