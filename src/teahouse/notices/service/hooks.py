"""Webhooks: each is told every entry, in order, signed; one that never answers is given up."""

from collections.abc import Collection
from dataclasses import dataclass

import msgspec

from teahouse.audit.service import Audit
from teahouse.errors import NotFound, Refused
from teahouse.infra.db.pool import Tx
from teahouse.infra.egress.client import Egress
from teahouse.notices import store
from teahouse.notices.model.chain import canonical
from teahouse.notices.model.hooks import (
    HOOKS_MAX,
    LEASE,
    BadHook,
    Hook,
    check_url,
    given_up,
    retry_at,
)
from teahouse.notices.model.status import plain
from teahouse.notices.service.history import History

ENTRIES_MAX = 20  # at one go; the rest is told in the next
ANSWER_SECONDS_MAX = 2.5


@dataclass(frozen=True, repr=False)
class Hooks:
    """Who is told by a request of ours. ``inside`` are places that the configuration names."""

    history: History
    audit: Audit
    egress: Egress
    inside: Collection[tuple[str, int]]

    async def add(self, actor: str, url: str) -> Hook:
        """Tell an address every entry from now on. Raises ``BadHook``."""
        check_url(url, self.inside)
        history = self.history
        hook_id = history.ids.ulid()
        async with history.db.transaction() as tx:
            await self.audit.append(tx, actor, "notices.hook_added", hook_id, {"url": url})
            if len(await store.hooks(tx)) >= HOOKS_MAX:
                raise BadHook(f"There are {HOOKS_MAX} webhooks already.")
            await store.insert_hook(tx, hook_id, url, actor, history.clock.now())
            return next(one for one in await store.hooks(tx) if one.hook_id == hook_id)

    async def remove(self, actor: str, hook_id: str) -> None:
        """Tell an address no more. Raises ``NotFound``."""
        async with self.history.db.transaction() as tx:
            if not await store.delete_hook(tx, hook_id):
                raise NotFound
            await self.audit.append(tx, actor, "notices.hook_removed", hook_id)

    async def enable(self, actor: str, hook_id: str) -> None:
        """Try an address that was given up again, from where it was left. Raises ``NotFound``."""
        async with self.history.db.transaction() as tx:
            if not await store.enable_hook(tx, hook_id, self.history.clock.now()):
                raise NotFound
            await self.audit.append(tx, actor, "notices.hook_enabled", hook_id)

    async def all(self) -> list[Hook]:
        """Return every webhook, oldest first."""
        async with self.history.db.read() as tx:
            return await store.hooks(tx)

    async def due(self, tx: Tx) -> list[str]:
        """Return the webhooks that have something to be told now."""
        return await store.hooks_due(tx, self.history.clock.now())

    async def deliver(self, hook_id: str) -> None:
        """Tell a webhook what it has not been told, until it fails."""
        history = self.history
        now = history.clock.now()
        async with history.db.transaction() as tx:
            hook = await store.claim_hook(tx, hook_id, now, now + LEASE)
        if hook is None:
            return None
        entries = (await history.entries())[hook.delivered_seq :]
        for entry in entries[:ENTRIES_MAX]:
            said = await self._post(hook, entry)
            if not said.startswith("2"):
                return await self._failed(hook, said)
            async with history.db.transaction() as tx:
                at = history.clock.now()
                await store.hook_told(tx, hook.hook_id, entry["seq"], at, said)
            hook = msgspec.structs.replace(hook, failures=0)
        return None

    async def _post(self, hook: Hook, entry: dict[str, object]) -> str:
        """Return the status that came back, or why none did."""
        history = self.history
        body = canonical(
            await history.sign(
                "webhook",
                {
                    "server_name": history.config.server_name,
                    "sent_at": plain(history.clock.now()),
                    "hook_id": hook.hook_id,
                    "entry": entry,
                },
            )
        )
        try:
            reply = await self.egress.post(
                hook.url, body, "application/json", seconds_max=ANSWER_SECONDS_MAX
            )
        except Refused as failed:
            return failed.code
        return str(reply.status)

    async def _failed(self, hook: Hook, said: str) -> None:
        history = self.history
        now = history.clock.now()
        failures = hook.failures + 1
        async with history.db.transaction() as tx:
            state = "disabled" if given_up(failures) else "active"
            await store.hook_failed(tx, hook, retry_at(failures, now), state, said, now)
            if state == "disabled":
                detail: dict[str, object] = {"result": said, "failures": failures}
                await self.audit.append(tx, "system", "notices.hook_disabled", hook.hook_id, detail)
