"""The end of a processor: its key destroyed, what became of the data recorded, and the signed proof of both."""

from dataclasses import dataclass
from datetime import datetime

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.infra.db.pool import Database
from teahouse.notices.model.chain import Document
from teahouse.notices.service.history import History
from teahouse.processors import store
from teahouse.processors.model.proof import CONTEXT, NoProof, Under, proof_of
from teahouse.processors.model.register import (
    Clearing,
    NoSuchProcessor,
    Processor,
    ProcessorAct,
)
from teahouse.processors.service.keys import ProcessorKeys
from teahouse.processors.service.processors import Processors


@dataclass(frozen=True, repr=False)
class Offboarding:
    """Clears processors that were ended. ``actor`` is as in ``audit``."""

    db: Database
    processors: Processors
    keys: ProcessorKeys
    history: History
    audit: Audit
    clock: Clock
    server_name: str

    async def clear(self, actor: str, processor_id: str, clearing: Clearing) -> None:
        """Destroy the key, and record what became of the data. Raises like ``ProcessorKeys.destroy``."""
        await self.keys.destroy(actor, processor_id, clearing)
        await self.processors.act(actor, processor_id, ProcessorAct.CLEAR, clearing=clearing)

    async def proof(self, actor: str, processor_id: str) -> Document:
        """Return the signed proof of a processor's end. Audited.

        Raises ``NoSuchProcessor``; ``NoProof`` while it is not cleared.
        """
        async with self.db.transaction() as tx:
            held = await store.one_locked(tx, processor_id)
            if held is None:
                raise NoSuchProcessor
            lived = _lived(held)
            under: list[Under] = []
            for one in self.keys.lying:
                under += await one.under(tx, processor_id)
            key, revoked = await store.key(tx, processor_id), await store.revoked(tx, processor_id)
            await self.audit.append(tx, actor, "processors.proved", processor_id)
        await self.history.begin()
        (signs,) = [one for one in await self.history.keys() if one.state == "primary"]
        house, facts = (self.server_name, signs.public), (key, under, revoked)
        document = proof_of(house, self.clock.now(), held.body, lived, facts)
        return await self.history.sign(CONTEXT, document, signs.key_id)


def _lived(held: Processor) -> tuple[datetime, datetime, str, Clearing]:
    if held.clearing is None:
        raise NoProof
    assert held.started_at is not None, "only what was in use is cleared"
    assert held.ended_at is not None, "after its end"
    return held.started_at, held.ended_at, held.end_reason, held.clearing
