"""Building an audit pack from the living house."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date

import msgspec

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database
from teahouse.notices.model.archives import archive, listed
from teahouse.notices.service.history import History
from teahouse.packs import store
from teahouse.packs.model import (
    CONTEXT,
    LISTED_MAX,
    AuditDue,
    Pack,
    audit_due,
    manifest,
)

# Gathers a file of a pack: something that JSON can tell, without personal data of people.
Section = Callable[[], Awaitable[object]]


@dataclass(frozen=True, repr=False)
class Packs:
    """Audit packs. ``reached``: since when the law says how often the house is audited."""

    db: Database
    history: History
    audit: Audit
    clock: Clock
    ids: Ids
    server_name: str
    release: str
    reached: Callable[[], Awaitable[date | None]]
    sections: dict[str, Section] = field(default_factory=dict[str, Section], repr=False)

    def add(self, sections: Mapping[str, Section]) -> None:
        """Add sections, each a file by its name."""
        assert not set(sections) & set(self.sections), "a section is told once"
        self.sections.update(sections)

    async def make(self, actor: str) -> tuple[Pack, bytes]:
        """Build a pack and note that it was made. Returns the archive, which is not kept."""
        pack_id, now = self.ids.ulid(), self.clock.now()
        await self.history.begin()
        (key,) = [one for one in await self.history.keys() if one.state == "primary"]
        files = {f"{name}.json": _json(await told()) for name, told in self.sections.items()}
        at = now.astimezone(UTC).isoformat()
        said = manifest(pack_id, self.server_name, self.release, at, key.public)
        whole = await self.history.sign(CONTEXT, said | {"files": listed(files)}, key.key_id)
        raw = archive(files, whole)
        pack = Pack(pack_id, now, actor, hashlib.sha256(raw).hexdigest(), len(raw))
        async with self.db.transaction() as tx:
            await store.insert(tx, pack)
            detail: dict[str, object] = {"sha256": pack.sha256}
            await self.audit.append(tx, actor, "packs.made", pack_id, detail)
        return pack, raw

    async def shown(self) -> tuple[list[Pack], AuditDue | None]:
        """Return the packs that were made, the newest first, and by when an audit is due."""
        async with self.db.read() as tx:
            found = await store.newest(tx, LISTED_MAX)
        last = found[0].made_at if found else None
        return found, audit_due(await self.reached(), last, self.clock.now())


def _json(told: object) -> bytes:
    """Return what a section tells, to be read by people, too."""
    return msgspec.json.format(msgspec.json.encode(told), indent=2)
