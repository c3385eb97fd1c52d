"""Operators' verbs over services: let in, put out, list. Each is audited where it is done."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from teahouse.accounts.model import NameTaken
from teahouse.appservices import store
from teahouse.appservices.events import ServicesChanged
from teahouse.appservices.model import (
    LISTED_MAX,
    BadRegistration,
    NoSuchService,
    Registration,
    Shown,
    TokenTaken,
    parse,
)
from teahouse.appservices.service.ways import Ways
from teahouse.appservices.store import HS_TOKEN, PURPOSES, ServiceRow
from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.gate.model.notices import GateClosed, GatePaced
from teahouse.ids import Ids, token_digest
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database
from teahouse.infra.vault.vault import Vault

SYSTEM = "system"
NAMES_LETTERS_MAX = 2000  # that the audit log tells


@dataclass(frozen=True, repr=False)
class Keeping:
    """Which services there are. ``actor`` is as in ``audit``."""

    db: Database
    log: Log
    vault: Vault
    audit: Audit
    ways: Ways
    clock: Clock
    ids: Ids
    server_name: str

    async def add(self, actor: str, registration: Registration) -> bool:
        """Let a service in, or take up its changed registration; tell whether anything changed.

        Its own user is made, if the gate lets it be. Raises ``TokenTaken``, ``GateClosed``: then the
        service is in, and its user is still to be registered.
        """
        changed = await self._add(actor, registration)
        await self.ways.make_sender(registration.id)
        return changed

    async def _add(self, actor: str, registration: Registration) -> bool:
        service_id, digest = registration.id, registration.digest
        token = token_digest(registration.as_token)
        async with self.db.transaction() as tx:
            await store.lock(tx)
            known = await store.one(tx, service_id)
            if known is not None and known.file_digest == digest:
                return False
            if await store.token_of_other(tx, token, service_id):
                raise TokenTaken
            subject_id = self.ids.ulid() if known is None else known.subject_id
            if known is None:
                await self.vault.create_subject(tx, subject_id)
                await self.vault.grant(tx, subject_id, PURPOSES)
            said = registration.hs_token
            sealed = await self.vault.seal(tx, HS_TOKEN, subject_id, service_id, said)
            row = ServiceRow(service_id, subject_id, token, registration.kept)
            if known is None:
                await store.insert(tx, row, sealed, digest, self.clock.now())
            else:
                await store.change(tx, row, sealed, digest)
            names = " ".join(registration.kept.namespaces.regexes)[:NAMES_LETTERS_MAX]
            detail: dict[str, object] = {"url": registration.kept.url or "", "namespaces": names}
            act = "appservices.added" if known is None else "appservices.changed"
            await self.audit.append(tx, actor, act, service_id, detail)
            await self.log.put(tx, ServicesChanged(*row))
        return True

    async def remove(self, actor: str, service_id: str) -> None:
        """Put a service out; its accounts stay. Raises ``NoSuchService``."""
        async with self.db.transaction() as tx:
            await store.lock(tx)
            known = await store.one(tx, service_id)
            if known is None:
                raise NoSuchService
            await store.delete(tx, service_id)
            await self.vault.destroy_subject(tx, known.subject_id)
            await self.audit.append(tx, actor, "appservices.removed", service_id)
            await self.log.put(tx, ServicesChanged(service_id))

    async def every(self) -> list[Shown]:
        """Return the services, with how much waits for each."""
        async with self.db.read() as tx:
            return await store.shown(tx, LISTED_MAX, self.server_name)

    async def load(self, files: Sequence[Path]) -> None:
        """Let in what the configuration names; what is in already is left as it is.

        Raises ``BadRegistration``, ``TokenTaken``.
        """
        for file in files:
            try:
                text = file.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as wrong:
                raise BadRegistration(f"{file} cannot be read.") from wrong
            registration = parse(text)
            await self._add(SYSTEM, registration)
            with suppress(GateClosed, GatePaced, NameTaken):  # another worker, or once it may be
                await self.ways.make_sender(registration.id)
