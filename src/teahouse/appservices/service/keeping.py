"""Operators' verbs over services: let in, put out, list. Each is audited where it is done."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import structlog

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
from teahouse.appservices.store import HS_TOKEN, PURPOSES, Sealing, ServiceRow
from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.gate.model.notices import GateClosed, GatePaced
from teahouse.ids import Ids, token_digest
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.egress.ways import NotAgreed
from teahouse.infra.vault.vault import Vault

SYSTEM = "system"
NAMES_LETTERS_MAX = 2000  # that the audit log tells

# Tells of an entry of the register, or none, and an address whether a service ends with a processor.
Ends = Callable[[str, str], bool]
# Asked with the same two before a service is let in. Raises ``NotAgreed``.
Check = Callable[[str, str], None]

_log = structlog.get_logger("teahouse.appservices")


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
    checks: list[Check] = field(default_factory=list[Check])

    async def add(
        self, actor: str, registration: Registration, processor_id: str | None = None
    ) -> bool:
        """Let a service in, or take up its changed registration; tell whether anything changed.

        ``processor_id`` is the entry of the register of processors with which it ends; without one
        it is as before, or that of its host. Its own user is made, if the gate lets it be. Raises
        ``NotAgreed``, ``TokenTaken``, ``GateClosed``: then the service is in, and its user is still to
        be registered.
        """
        changed = await self._add(actor, registration, processor_id)
        await self.ways.make_sender(registration.id)
        return changed

    async def _add(self, actor: str, registration: Registration, processor_id: str | None) -> bool:
        service_id, digest = registration.id, registration.digest
        token = token_digest(registration.as_token)
        async with self.db.transaction() as tx:
            await store.lock(tx)
            known = await store.one(tx, service_id)
            before = "" if known is None else known.processor_id
            whose = before if processor_id is None else processor_id
            for check in self.checks:
                check(whose, registration.kept.url or "")
            if known is not None and (known.file_digest, before) == (digest, whose):
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
            beside = Sealing(sealed, digest, whose)
            if known is None:
                await store.insert(tx, row, beside, self.clock.now())
            else:
                await store.change(tx, row, beside)
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
            if await store.one(tx, service_id) is None:
                raise NoSuchService
            await self._put_out(tx, actor, [service_id])

    async def end_of(self, tx: Tx, actor: str, ends: Ends) -> list[str]:
        """Put out the services that end with a processor, in its transaction; return which."""
        await store.lock(tx)
        every = await store.whose(tx, LISTED_MAX)
        found = [service_id for service_id, whose, url in every if ends(whose, url)]
        await self._put_out(tx, actor, found)
        return found

    async def erased(self, tx: Tx, subject_id: str, _hidden: bool) -> None:
        """Put a service out whose subject is erased: so one that went does not come back with a back-up."""
        service_id = await store.of_subject(tx, subject_id)
        if service_id is not None:
            await store.delete(tx, service_id)
            await self.log.put(tx, ServicesChanged(service_id))

    async def _put_out(self, tx: Tx, actor: str, service_ids: Sequence[str]) -> None:
        for service_id in service_ids:
            known = await store.one(tx, service_id)
            assert known is not None, "it was found under the same lock"
            await store.delete(tx, service_id)
            await self.vault.destroy_subject(tx, known.subject_id)
        for service_id in service_ids:
            await self.audit.append(tx, actor, "appservices.removed", service_id)
        for service_id in service_ids:  # the log's end is the last lock
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
            try:
                await self._add(SYSTEM, registration, None)
            except NotAgreed as ended:
                _log.warning("a service's processor was ended", id=registration.id, why=ended.code)
                continue
            with suppress(GateClosed, GatePaced, NameTaken):  # another worker, or once it may be
                await self.ways.make_sender(registration.id)
