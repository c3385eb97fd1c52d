"""Handing out what a hold has put aside, to the authority or court that is named in it.

One operator asks, another agrees, and within a week the package is made: signed as all that the house
says, and locked to the recipient's key, so that whoever carries it reads nothing. It is not kept.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC
from typing import Any, NamedTuple

from msgspec import structs

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.holds import store
from teahouse.holds.model.handing import (
    AT_ONCE,
    CONTEXT,
    HANDINGS_MAX,
    PACKAGE_ENTRIES_MAX,
    Handing,
    HandingAct,
    HandingOver,
    HandingState,
    HeldHandingBody,
    NoSuchHanding,
    TooMuchHeld,
    as_json,
    check_handing,
    handed_after,
    in_files,
    manifest,
    paper,
    said_of,
)
from teahouse.holds.model.hold import Hold, NoSuchHold, check_said
from teahouse.holds.store import BODY, VALUE
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault.age import is_recipient, locked_to
from teahouse.infra.vault.vault import Vault
from teahouse.notices.model.archives import archive, listed
from teahouse.notices.service.history import History


class Package(NamedTuple):
    """A package as it is handed out: locked, and the digest of the archive that is in it."""

    locked: bytes
    sha256: str


@dataclass(frozen=True, repr=False)
class Handings:
    """Handings, for operators. ``actor``: as in ``audit``."""

    db: Database
    vault: Vault
    audit: Audit
    history: History
    clock: Clock
    ids: Ids
    server_name: str

    async def ask(self, actor: str, hold_id: str, body: HeldHandingBody) -> Handing:
        """Ask to hand out what a hold has put aside. Audited.

        Raises ``NoSuchHold``, ``NobodyToHandTo``, ``HandingOver``, ``BadRecipient``, ``BadHold``.
        """
        async with self.db.transaction() as tx:
            hold = await self._hold(tx, hold_id)
            check_handing(hold, body, locks=is_recipient(body.recipient.strip()))
            if len(await store.handings(tx, [hold_id])) >= HANDINGS_MAX:
                raise HandingOver(f"A hold has at most {HANDINGS_MAX} handings.")
            one = Handing(
                handing_id=self.ids.ulid(),
                hold_id=hold_id,
                state=HandingState.ASKED,
                reference=body.reference.strip(),
                reason=body.reason.strip(),
                recipient=body.recipient.strip(),
                asked_by=actor,
                asked_at=self.clock.now(),
            )
            await store.insert_handing(tx, one)
            detail: dict[str, object] = {"handing": one.handing_id, "number": one.reference}
            await self.audit.append(tx, actor, "holds.handing_asked", hold_id, detail)
        return one

    async def act(
        self, actor: str, hold_id: str, handing_id: str, act: HandingAct, reason: str = ""
    ) -> Handing:
        """Agree, as another operator, or refuse with a reason. Audited.

        Raises ``NoSuchHold``, ``NoSuchHanding``, ``HandingOver``, ``HoldSamePerson``, ``BadHold``.
        """
        said = check_said(reason) if act is HandingAct.REFUSE else ""
        async with self.db.transaction() as tx:
            hold = await self._hold(tx, hold_id)
            one = await self._handing(tx, hold_id, handing_id)
            after = handed_after(one, hold, act, actor, said, self.clock.now())
            await store.move_handing(tx, after)
            detail: dict[str, object] = {"handing": handing_id}
            name = "holds.handing_refused" if said else "holds.handing_agreed"
            await self.audit.append(tx, actor, name, hold_id, detail)
        return after

    async def package(self, actor: str, hold_id: str, handing_id: str) -> Package:
        """Make the package: signed, and locked to the recipient. Audited, with its digest.

        Raises ``NoSuchHold``, ``NoSuchHanding``, ``HandingOver``, ``TooMuchHeld``.
        """
        async with self.db.transaction() as tx:
            hold = await self._hold(tx, hold_id)
            one = await self._handing(tx, hold_id, handing_id)
        handed_after(one, hold, HandingAct.TAKE, actor, "", self.clock.now())
        files, counts = await self._files(hold)
        await self.history.begin()
        (key,) = [known for known in await self.history.keys() if known.state == "primary"]
        at = self.clock.now().astimezone(UTC).isoformat()
        said = manifest(one, hold, self.server_name, at, key.public) | {"files": listed(files)}
        raw = archive(files, await self.history.sign(CONTEXT, said, key.key_id))
        digest = hashlib.sha256(raw).hexdigest()
        package = Package(locked_to(one.recipient, raw), digest)
        async with self.db.transaction() as tx:  # once more: it may have ended meanwhile
            hold = await self._hold(tx, hold_id)
            one = await self._handing(tx, hold_id, handing_id)
            taken = handed_after(one, hold, HandingAct.TAKE, actor, "", self.clock.now())
            await store.move_handing(tx, structs.replace(taken, sha256=digest))
            detail: dict[str, object] = {
                "handing": handing_id,
                "sha256": digest,
                "locked_sha256": hashlib.sha256(package.locked).hexdigest(),
                **counts,
            }
            await self.audit.append(tx, actor, "holds.handed_out", hold_id, detail)
        return package

    # -- inside ----------------------------------------------------------------------------------

    async def _hold(self, tx: Tx, hold_id: str) -> Hold:
        found = await store.one_locked(tx, hold_id)
        if found is None:
            raise NoSuchHold
        return found

    async def _handing(self, tx: Tx, hold_id: str, handing_id: str) -> Handing:
        found = await store.handing(tx, hold_id, handing_id)
        if found is None:
            raise NoSuchHanding
        return found

    async def _files(self, hold: Hold) -> tuple[dict[str, bytes], dict[str, object]]:
        """Return the files of a package, and how much of each kind there is."""
        messages = await self._messages(hold)
        values = await self._values(hold)
        async with self.db.read() as tx:
            due = [one._asdict() for one in await store.due_files_of(tx, hold.hold_id)]
        counts: dict[str, object] = {
            "messages": len(messages),
            "values": len(values),
            "files": len(due),
        }
        files = {
            "hold.json": as_json(paper(hold) | {"counts": counts}),
            **in_files("messages", messages),
            **in_files("profiles", values),
            "files.json": as_json(due),
        }
        return files, counts

    async def _messages(self, hold: Hold) -> list[dict[str, Any]]:
        """Return what was taken back; what it says only where the hold covers it."""
        found: list[dict[str, Any]] = []
        after = ""
        while True:
            async with self.db.read() as tx:
                page = await store.kept_after(tx, hold.hold_id, after, AT_ONCE)
                for row in page:
                    body = await self.vault.open_bytes(
                        tx, BODY, hold.hold_id, row.kept_id, row.body
                    )
                    told = {"event_id": row.event_id, "room_id": row.room_id}
                    said = said_of(body, whole=hold.covers_content)
                    found.append(told | {"kept_at": row.kept_at} | said)
            if len(found) > PACKAGE_ENTRIES_MAX:
                raise TooMuchHeld
            if len(page) < AT_ONCE:
                return found
            after = page[-1].kept_id

    async def _values(self, hold: Hold) -> list[dict[str, Any]]:
        """Return what people showed of themselves before they changed it."""
        found: list[dict[str, Any]] = []
        after = ""
        while True:
            async with self.db.read() as tx:
                page = await store.values_after(tx, hold.hold_id, after, AT_ONCE)
                for row in page:
                    value = await self.vault.open(tx, VALUE, hold.hold_id, row.kept_id, row.value)
                    told = {"user_id": row.user_id, "field": row.field, "value": value}
                    found.append(told | {"changed_at": row.kept_at})
            if len(found) > PACKAGE_ENTRIES_MAX:
                raise TooMuchHeld
            if len(page) < AT_ONCE:
                return found
            after = page[-1].kept_id
