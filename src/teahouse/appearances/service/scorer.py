"""A scorer of stills that is asked over HTTPS, as ``docs/operate/stills.md`` says."""

import base64
from dataclasses import dataclass, field

import msgspec

from teahouse.appearances.model import BOXES_MAX, Box, ScorerAway
from teahouse.clock import Clock
from teahouse.infra.egress.backend import EgressFailed, EgressRefused
from teahouse.infra.egress.client import Egress
from teahouse.infra.egress.signing import signed


class Answer(msgspec.Struct, frozen=True):
    """What the scorer answers; other keys are passed by."""

    score: float
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class HttpScorer:
    """A scorer at one URL. Each question is signed with a secret that both know."""

    egress: Egress
    clock: Clock
    url: str
    secret: str = field(repr=False)

    async def score(self, request_id: str, content_type: str, body: bytes) -> Answer:
        """Ask how likely a still shows a child, from 0 to 1. Raises ``ScorerAway``.

        It is told a number of the question, and nothing of whose picture it is.
        """
        still = base64.b64encode(body).decode()
        asked = {"request_id": request_id, "content_type": content_type, "still": still}
        text, at = msgspec.json.encode(asked), str(self.clock.ms() // 1000)
        headers = signed(self.secret, "", at, text)
        try:
            reply = await self.egress.post(self.url, text, "application/json", headers)
        except (EgressFailed, EgressRefused) as gone:
            raise ScorerAway from gone
        if reply.status != 200:
            raise ScorerAway
        try:
            answer = msgspec.json.decode(reply.body, type=Answer)
        except (msgspec.ValidationError, msgspec.DecodeError) as wrong:
            raise ScorerAway from wrong
        if not 0 <= answer.score <= 1 or len(answer.boxes) > BOXES_MAX:
            raise ScorerAway
        return answer
