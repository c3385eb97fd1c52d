"""The static status site: complete, signed, readable by any web server while we are down.

A version is written whole into a folder of its own; then one link is exchanged, so that whoever
reads sees the old version or the new one, and never a mixture.
"""

import asyncio
import hashlib
import os
import shutil
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from teahouse.infra.db.pool import Tx
from teahouse.notices import store
from teahouse.notices.model.chain import canonical
from teahouse.notices.model.pages import site_history, site_index
from teahouse.notices.service.statements import Statements

AGAIN_AFTER = timedelta(hours=1)
_CURRENT = "current"
_VERSIONS = ".versions"


Pages = Callable[[], Awaitable[Mapping[str, bytes]]]  # of whom is above us, by path


@dataclass
class Written:
    """What this process has done."""

    once: bool = False


@dataclass(frozen=True)
class StatusSite:
    """Writes the site into ``folder``, when there is one."""

    statements: Statements
    folder: Path | None
    written: Written = field(default_factory=Written, repr=False)
    besides: list[Pages] = field(default_factory=list[Pages], repr=False)  # what others add to it

    async def refresh(self, tx: Tx) -> bool:
        """Write the site if it would say something else, or an hour later; tell whether it was.

        Only one worker at a time does: the schedule that calls this is held in ``tx``.
        """
        if self.folder is None:
            return False
        digest = await self._digest()
        now = self.statements.clock.now()
        before = await store.site(tx)
        there = (self.folder / "index.html").exists()
        fresh = before is not None and before[0] == digest and now - before[1] < AGAIN_AFTER
        if fresh and there and self.written.once:
            return False
        await self.write(self.folder, now)
        await store.site_written(tx, digest, now)
        self.written.once = True
        return True

    async def write(self, folder: Path, now: datetime) -> None:
        """Write the whole site into a folder now."""
        files = await self.files()
        version = f"{now:%Y%m%dT%H%M%S%f}-{os.getpid()}"
        await asyncio.to_thread(_put, folder, version, files)

    async def files(self) -> dict[str, bytes]:
        """Return what the site consists of, by path."""
        statements = self.statements
        status, signed_status = await statements.status()
        entries, shut = await statements.entries(), await statements.ledger()
        made: dict[str, bytes] = {
            "index.html": site_index(status, await statements.beside()).encode(),
            "history.html": site_history(entries, shut).encode(),
            "status.json": canonical(signed_status),
            "history.json": canonical(await statements.export()),
            "keys.json": canonical(await statements.keys()),
            "feed.atom": (await statements.feed()).encode(),
        }
        for pages in self.besides:
            made |= await pages()
        contact = statements.security_txt()
        if contact:
            made["security.txt"] = contact.encode()
        named = {
            ".well-known/registration-status.json": "status.json",
            ".well-known/registration-history.json": "history.json",
            ".well-known/teahouse-keys.json": "keys.json",
            ".well-known/security.txt": "security.txt",
        }
        return made | {path: made[name] for path, name in named.items() if name in made}

    async def _digest(self) -> str:
        statements = self.statements
        parts = [
            canonical(await statements.notices()),
            (await statements.end()).hash.encode(),
            statements.security_txt().split("Expires")[0].encode(),
            statements.config.base_url.encode(),
            canonical(await statements.beside()),
        ]
        return hashlib.sha256(b"\n".join(parts)).hexdigest()


def _put(folder: Path, version: str, files: Mapping[str, bytes]) -> None:
    versions = folder / _VERSIONS
    place = versions / version
    for path, content in files.items():
        target = place / path
        target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        target.write_bytes(content)
        target.chmod(0o644)
    _link(versions / _CURRENT, Path(version))
    for name in sorted({path.split("/")[0] for path in files}):
        wanted = Path(_VERSIONS) / _CURRENT / name
        link = folder / name
        if not link.is_symlink() or link.readlink() != wanted:
            _link(link, wanted)
    kept = {_CURRENT, version}
    for old in versions.iterdir():
        if old.name not in kept and not old.is_symlink():
            shutil.rmtree(old, ignore_errors=True)


def _link(link: Path, target: Path) -> None:
    """Point a link elsewhere, in one step."""
    beside = link.with_name(f".{link.name}.new")
    with suppress(FileNotFoundError):
        beside.unlink()
    beside.symlink_to(target)
    beside.replace(link)
