"""Registering with a number that an account has: whoever proved it may say "that is not me"."""

from dataclasses import dataclass

import msgspec

from teahouse.gate.model.doors import Door
from teahouse.registrations import store
from teahouse.registrations.service.attempts import attempt_of
from teahouse.registrations.service.steps import Steps


@dataclass(frozen=True, repr=False)
class Recycled:
    """Has the account that has a number asked to let go of it."""

    steps: Steps

    async def not_me(self, registration_id: str) -> None:
        """Say that the account which has this contact is somebody else's.

        The gate is asked with both doors. Raises ``GateClosed``, ``NumberHeld``, ``NumberWaits``.
        """
        steps = self.steps
        registration = await steps.peek(registration_id, "finish")
        doors = tuple(dict.fromkeys((Door.RECYCLED_NUMBER, *registration.doors)))
        placed = msgspec.structs.replace(registration, doors=doors)
        await steps.keeper.check(attempt_of(placed))
        async with steps.db.transaction() as tx:
            contact = await steps.opened_contact(tx, registration)
        if steps.recycling is not None:
            await steps.recycling.ask(*contact)
        async with steps.db.transaction() as tx:
            await store.placed(tx, registration.digest, doors)
