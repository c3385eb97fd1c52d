"""A provider that is asked over HTTPS, as ``docs/operate/realnames.md`` says."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec

from teahouse.clock import Clock
from teahouse.infra.egress.backend import EgressFailed, EgressRefused
from teahouse.infra.egress.client import Egress
from teahouse.infra.egress.signing import signed
from teahouse.realnames.model import (
    AgeBand,
    Confirmed,
    Identity,
    NotConfirmed,
    ProviderAway,
    born_on_of,
)

REFERENCE_LETTERS_MAX = 200


class Answer(msgspec.Struct, frozen=True):
    """What the provider answers; other keys are passed by."""

    confirmed: bool
    reference: str = ""
    born_on: date | None = None
    age: AgeBand | None = None


@dataclass(frozen=True, slots=True, repr=False)
class HttpProvider:
    """A ``RealNameProvider`` at one URL. Each question is signed with a secret that both know.

    While the secret changes there are two, and two signatures: either side can go first.
    """

    egress: Egress
    clock: Clock
    url: str
    secret: str = field(repr=False)
    secret_next: str = field(default="", repr=False)
    name: str = "http"

    async def confirm(self, identity: Identity, request_id: str) -> Confirmed:
        """Ask the provider. Raises ``NotConfirmed``, ``ProviderAway``."""
        asked: dict[str, Any] = {"request_id": request_id, **msgspec.structs.asdict(identity)}
        body = msgspec.json.encode(asked)
        at = str(self.clock.ms() // 1000)
        headers = {
            **signed(self.secret, self.secret_next, at, body),
            "idempotency-key": request_id,
        }
        try:
            reply = await self.egress.post(self.url, body, "application/json", headers)
        except (EgressFailed, EgressRefused) as gone:
            raise ProviderAway from gone
        if reply.status != 200:
            raise ProviderAway
        try:
            answer = msgspec.json.decode(reply.body, type=Answer)
        except (msgspec.ValidationError, msgspec.DecodeError) as wrong:
            raise ProviderAway from wrong
        if not answer.confirmed:
            raise NotConfirmed
        if not 0 < len(answer.reference) <= REFERENCE_LETTERS_MAX:
            raise ProviderAway
        born_on = born_on_of(identity) or answer.born_on
        return Confirmed(self.name, answer.reference, born_on, answer.age)
