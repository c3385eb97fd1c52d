"""What notices do by the clock: begin the history, tell webhooks, write the site."""

from typing import ClassVar

import msgspec

from teahouse.infra.db.pool import Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.notices.service import Notices

DELIVER_SECONDS = 2
SITE_SECONDS = 2


class DeliverToHook(msgspec.Struct, frozen=True):
    """A webhook has something to be told."""

    kind: ClassVar[str] = "notices.DeliverToHook"

    hook_id: str


def register(notices: Notices, jobs: Jobs) -> None:
    """Register the schedules of this domain."""

    async def deliver(job: DeliverToHook) -> None:
        await notices.hooks.deliver(job.hook_id)

    async def deliver_due(tx: Tx) -> None:
        for hook_id in await notices.hooks.due(tx):
            await jobs.enqueue(tx, DeliverToHook(hook_id), unique=hook_id)

    async def refresh_site(tx: Tx) -> None:
        await notices.site.refresh(tx)

    jobs.handle_outside(DeliverToHook, deliver)
    jobs.every("notices.deliver", DELIVER_SECONDS, deliver_due)
    jobs.every("notices.site", SITE_SECONDS, refresh_site)
