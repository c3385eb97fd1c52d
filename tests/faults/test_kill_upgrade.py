"""``kill -9`` of what makes all keys anew: in the end every value is there, under the newest keys.

``python -m bench upgrade kills`` does it two hundred times [U-06].
"""

import random
import tempfile
from pathlib import Path

import pytest
from bench.__main__ import server_at
from bench.upgrade.kills import compared, killed

from teahouse.infra.vault.verifier import Column, Verified

pytestmark = [pytest.mark.processes, pytest.mark.timeout(240)]

KILLS = 5


def test_killed_while_all_keys_change() -> None:
    with tempfile.TemporaryDirectory(prefix="teahouse-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        one = killed(folder, server_at, 300, KILLS, random.randrange(2**32))
    assert one.wrong == []
    assert one.killed.total() == KILLS
    assert one.turns >= 1


def verified(rows: int = 2, digest: int = 9, **found: int) -> Verified:
    column = Column("profiles.name", digest=digest, rows={"ann": bytes([digest])}, **found)
    return Verified("profiles", {"name": column}, rows=rows)


def test_each_loss_is_named() -> None:
    assert compared([verified()], [verified()]) == []
    for worse in (verified(rows=1), verified(old=1), verified(broken_count=1)):
        assert len(compared([verified()], [worse])) == 1
    assert len(compared([verified()], [verified(digest=8)])) == 2
