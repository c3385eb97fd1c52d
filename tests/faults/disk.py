"""A disk of its own, small enough to be filled."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MIB = 2**20
PAGE_BYTES = 4096


class Disk:
    """A file system in memory. What fills it is one file, the balloon."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._balloon = place / "balloon"

    def fill(self, leaving: int = 0) -> None:
        """Leave about so many bytes free; of 0, until not a page more can be written."""
        balloon = os.open(self._balloon, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for size in (MIB, PAGE_BYTES):
            with suppress(OSError):
                while leaving == 0 or self.free >= leaving + size:
                    os.write(balloon, bytes(size))
        os.close(balloon)

    def empty(self) -> None:
        """Give back what was taken."""
        self._balloon.unlink()

    @property
    def free(self) -> int:
        """How many bytes are free."""
        return shutil.disk_usage(self.place).free


@contextmanager
def mounted(place: Path, size_bytes: int) -> Iterator[Disk | None]:
    """Mount a disk at a place; ``None`` where we may not."""
    place.mkdir()
    how = ["mount", "-t", "tmpfs", "-o", f"size={size_bytes},mode=755", "tmpfs", str(place)]
    try:
        subprocess.run(how, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        yield None
        return
    try:
        yield Disk(place)
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)
