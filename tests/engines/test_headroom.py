"""What is left on the disk is looked at in time, and only where we write."""

from datetime import timedelta
from pathlib import Path

import pytest

from teahouse.clock import FixedClock
from teahouse.config import Config
from teahouse.errors import DiskShort
from teahouse.infra.engines.connection import Engines, write_engines
from teahouse.infra.engines.headroom import LOOK_SECONDS, Headroom, of_database, of_files
from teahouse.infra.engines.places import DataDir, is_scarce

MIB, EVERYTHING = 2**20, 2**60


def test_short_is_found_at_the_next_look(tmp_path: Path, clock: FixedClock) -> None:
    roomy, short = Headroom(clock, tmp_path, 1), Headroom(clock, tmp_path, EVERYTHING)
    roomy.check()
    with pytest.raises(DiskShort):
        short.check()
    moved = Headroom(clock, tmp_path, 1)
    moved.check()
    moved._bytes_min = EVERYTHING
    moved.check()
    clock.move(timedelta(seconds=LOOK_SECONDS))
    with pytest.raises(DiskShort):
        moved.check()


def test_only_a_disk_of_ours_is_looked_at(tmp_path: Path, clock: FixedClock) -> None:
    config = Config(data_dir=str(tmp_path), blobs_url="s3://elsewhere")
    data = DataDir.open(config.data_dir)
    elsewhere = Headroom(clock, None, EVERYTHING)
    assert [elsewhere.is_short, elsewhere.free_bytes()] == [False, None]
    assert not of_database(config, clock).is_ours
    assert not of_files(config, clock).is_ours
    write_engines(data, Engines(dsn="postgresql://ours", admin_dsn="postgresql://ours"))
    assert of_database(config, clock).is_ours
    assert of_files(Config(data_dir=str(tmp_path)), clock).is_ours


@pytest.mark.parametrize(
    ("free", "total", "scarce"),
    [(199, 1000, True), (200, 1000, False), (400, 10_000, True), (500, 10_000, False)],
)
def test_scarce_is_a_share_and_at_least_what_a_start_needs(
    free: int, total: int, scarce: bool
) -> None:
    assert is_scarce(free * MIB, total * MIB) is scarce
