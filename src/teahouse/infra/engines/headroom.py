"""Room on the disk that nothing of ours may fill, so that PostgreSQL always has some left.

A PostgreSQL that cannot write its journal stops at once, and does not start again until somebody has
made room: then nothing can even be read. So what makes the house grow is refused before that, and
reading goes on.
"""

import shutil
from pathlib import Path
from typing import Any

import structlog

from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.errors import DiskShort
from teahouse.infra.engines.connection import read_engines
from teahouse.infra.engines.places import DataDir, nearest

HEADROOM_BYTES = 100 * 2**20  # six files of PostgreSQL's journal, of 16 MiB each
LOOK_SECONDS = 0.5
RETRY_AFTER_MS = 30_000

_log: Any = structlog.get_logger("disk")


class Headroom:
    """What is left on the disk of one folder; of none, when what is written lies elsewhere."""

    def __init__(self, clock: Clock, folder: Path | None, bytes_min: int = HEADROOM_BYTES) -> None:
        self._clock = clock
        self._folder = folder
        self._bytes_min = bytes_min
        self._looked_at = -LOOK_SECONDS
        self._is_short = False

    @property
    def is_ours(self) -> bool:
        """Whether what is written lies on a disk of this machine."""
        return self._folder is not None

    @property
    def is_short(self) -> bool:
        """Whether there is too little left for anything new; looked at twice a second at most."""
        if self._folder is not None:
            now = self._clock.monotonic()
            if now - self._looked_at >= LOOK_SECONDS:
                self._looked_at = now
                self._look(nearest(self._folder))
        return self._is_short

    def check(self) -> None:
        """Raise ``DiskShort`` when nothing new may be kept."""
        if self.is_short:
            raise DiskShort(retry_after_ms=RETRY_AFTER_MS)

    def free_bytes(self) -> int | None:
        """Return how much is free now; ``None`` when it is not our disk."""
        return None if self._folder is None else shutil.disk_usage(nearest(self._folder)).free

    def _look(self, folder: Path) -> None:
        free = shutil.disk_usage(folder).free
        was, self._is_short = self._is_short, free < self._bytes_min
        if self._is_short != was:
            words = "the disk is nearly full" if self._is_short else "the disk has room again"
            _log.warning(words, free_mib=free // 2**20, needed_mib=self._bytes_min // 2**20)


def of_database(config: Config, clock: Clock) -> Headroom:
    """Return what is left where the embedded PostgreSQL writes."""
    data = DataDir(Path(config.data_dir).expanduser().resolve())
    engines = read_engines(data)
    embedded = engines is not None and engines.admin_dsn != ""
    return Headroom(clock, data.postgres_folder if embedded else None)


def of_files(config: Config, clock: Clock) -> Headroom:
    """Return what is left where files are put."""
    return Headroom(clock, None if config.blobs_url else Path(config.data_dir))
