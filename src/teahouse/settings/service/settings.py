"""Changing settings, and having every worker take them up."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.config import Config, adopt, with_chosen
from teahouse.errors import Unavailable
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault.vault import Ground, Vault
from teahouse.settings import model, store
from teahouse.settings.events import SettingsChanged
from teahouse.settings.model import FixedInFile, MailServer, Setup, SmsGateway, Stretch
from teahouse.settings.service.channels import Channels

REFRESH_AGAIN_SECONDS = 1.0

# Asked in the transaction of a change, with the configuration before and after; may refuse it.
Check = Callable[[Tx, Config, Config], Awaitable[None]]


@dataclass(frozen=True, repr=False)
class Settings:
    """What the console may change. ``own`` is what the file and the environment say.

    ``config`` is what the whole worker reads; :meth:`refresh` writes into it what was chosen.
    """

    db: Database
    log: Log
    vault: Vault
    audit: Audit
    clock: Clock
    config: Config
    own: Config
    channels: Channels
    changed: list[Callable[[], None]] = field(default_factory=list[Callable[[], None]], repr=False)
    checks: list[Check] = field(default_factory=list[Check], repr=False)
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set["asyncio.Task[None]"], repr=False)
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    def listen(self) -> None:
        """Begin to hear of changes that other workers make."""
        self.log.hear(SettingsChanged, self._heard)

    async def close(self) -> None:
        """Stop reading."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def refresh(self) -> None:
        """Read what was chosen, and have this worker act by it."""
        async with self._reading:  # whoever reads last has read the newest
            async with self.db.read() as tx:
                chosen = await self._chosen(tx)
            adopt(self.config, self.own, chosen)
            self.channels.choose(self.config)
            for told in self.changed:
                told()

    # -- changing ------------------------------------------------------------------------------

    async def set_house(self, actor: str, name: str, contact: str) -> None:
        """Say what the house is called and whom to ask. Raises ``BadHouse``, ``FixedInFile``."""
        await self._change(actor, model.check_house(name, contact))

    async def set_profile(self, actor: str, profile: str) -> None:
        """Choose the service region of those who choose none. Raises as :meth:`set_house`."""
        await self._change(actor, model.check_profile(profile))

    async def set_mail(self, actor: str, mail: MailServer) -> None:
        """Send mail by a server; no host: not at all. Raises ``BadMail``, ``FixedInFile``."""
        await self._change(actor, model.mail_values(mail, self.config.smtp_url))

    async def set_sms(self, actor: str, sms: SmsGateway) -> None:
        """Send SMS by a gateway; no address: not at all. Raises ``BadSms``, ``FixedInFile``."""
        await self._change(actor, model.sms_values(sms, self.config.sms_token))

    async def set_quiet(self, actor: str, stretches: Sequence[Stretch], zone: str) -> None:
        """Have upgrades go slowest at times. Raises ``BadQuiet``, ``FixedInFile``."""
        await self._change(actor, model.quiet_values(stretches, zone))

    async def set_encryption(self, actor: str, choice: str) -> None:
        """Allow or refuse that rooms become encrypted. Raises ``BadEncryption``, ``FixedInFile``."""
        await self._change(actor, model.check_encryption(choice))

    async def set_previews(self, actor: str, choice: str) -> None:
        """Have pages looked at, or not. Raises ``BadPreviews``, ``FixedInFile``."""
        await self._change(actor, model.check_previews(choice))

    async def set_apps(self, actor: str, choice: str) -> None:
        """Have people let other apps in, or not. Raises ``BadApps``, ``FixedInFile``."""
        await self._change(actor, model.check_apps(choice))

    async def set_retention(self, actor: str, default: int, least: int, most: int) -> None:
        """Say for how many days messages are kept. Raises ``BadRetention``, ``FixedInFile``."""
        await self._change(actor, model.check_retention(default, least, most))

    async def set_collection(self, actor: str, days: int, encrypted: int) -> None:
        """Say for how many days unused files are kept. Raises ``BadCollection``, ``FixedInFile``."""
        await self._change(actor, model.check_collection(days, encrypted))

    async def _change(self, actor: str, wanted: Mapping[str, str]) -> None:
        """Keep what is wanted and announce it. What is fixed may be said again, not changed."""
        wanted = {n: v for n, v in wanted.items() if v != str(getattr(self.config, n))}
        if not wanted:
            return
        if any(model.fixed(self.own, (name,)) for name in wanted):
            raise FixedInFile
        now, after = self.clock.now(), with_chosen(self.config, wanted)
        async with self.db.transaction() as tx:
            for check in self.checks:
                await check(tx, self.config, after)
            ground = Ground(f"operator {actor}", frozenset([store.PURPOSE]))
            for name, value in sorted(wanted.items()):
                if value:
                    sealed = await self.vault.seal_pending(tx, store.VALUE, name, value, ground)
                    await store.set_value(tx, name, sealed, now, actor)
                else:
                    await store.forget_value(tx, name)
            detail: dict[str, object] = {"names": sorted(wanted)}
            await self.audit.append(tx, actor, "settings.changed", "", detail)
            await self.log.put(tx, SettingsChanged(tuple(sorted(wanted))))
        await self.refresh()

    # -- setting up ----------------------------------------------------------------------------

    async def setup(self) -> Setup:
        """Return how far setting the house up has come."""
        async with self.db.read() as tx:
            found = await store.setup(tx)
        return Setup(None, finished=False) if found is None else Setup(*found)

    async def changes(self) -> list[tuple[str, datetime, str]]:
        """Return which settings were chosen in the console: when and by whom last, and not what."""
        async with self.db.read() as tx:
            return await store.changes(tx)

    async def is_set_up(self, tx: Tx) -> bool:
        """Tell whether setting the house up is finished."""
        found = await store.setup(tx)
        return found is not None and found[1]

    async def go_on(self, step: str) -> None:
        """Note the step that is next, so that another tab goes on there. Raises ``BadStep``."""
        model.check_step(step)
        async with self.db.transaction() as tx:
            await store.set_step(tx, step)

    async def finish(self, actor: str) -> None:
        """End setting up. Audited; doing it twice is doing it once."""
        async with self.db.transaction() as tx:
            if await store.finish_setup(tx, self.clock.now()):
                await self.audit.append(tx, actor, "settings.set_up")

    # -- inside --------------------------------------------------------------------------------

    async def _chosen(self, tx: Tx) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, sealed in await store.values(tx):
            if name in model.NAMES and not model.fixed(self.own, (name,)):
                found[name] = await self.vault.open_pending(tx, store.VALUE, name, sealed)
        return found

    def _heard(self, _pos: int, _event: SettingsChanged) -> None:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(self._take_up())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _take_up(self) -> None:
        while True:
            try:
                await self.refresh()
            except Unavailable:
                await asyncio.sleep(REFRESH_AGAIN_SECONDS)
            else:
                return


def own_copy(config: Config) -> Config:
    """Return a copy of a configuration, which stays as the file and the environment say."""
    return msgspec.structs.replace(config)
