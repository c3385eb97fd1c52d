"""A verifier that is asked over HTTPS, as ``docs/operate/phone_holders.md`` says.

Its answer says how old somebody is, so it is signed, too: with the question's id in it, so that no
answer to another question counts for this one.
"""

from dataclasses import dataclass, field

import msgspec

from teahouse.clock import Clock
from teahouse.infra.egress.backend import EgressFailed, EgressRefused
from teahouse.infra.egress.client import Egress
from teahouse.infra.egress.signing import SIGNATURE, is_signed, signed
from teahouse.minors.model.ages import Token
from teahouse.phoneholders.model import HolderWord, Question, VerifierAway

REFERENCE_LETTERS_MAX = 200


class HolderAnswer(msgspec.Struct, frozen=True):
    """What the verifier answers; other keys are passed by."""

    matches: bool
    reference: str = ""
    age: Token | None = None


class _Asked(msgspec.Struct, frozen=True, omit_defaults=True):
    request_id: str
    phone: str
    name: str
    number: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class HttpVerifier:
    """A ``HolderVerifier`` at one URL. Questions and answers are signed with a secret that both know."""

    egress: Egress
    clock: Clock
    url: str
    secret: str = field(repr=False)
    secret_next: str = field(default="", repr=False)
    name: str = "http"

    async def ask(self, question: Question, request_id: str) -> HolderWord:
        """Ask the verifier. Raises ``VerifierAway``, also for an answer that is not signed."""
        body = msgspec.json.encode(_Asked(request_id, *msgspec.structs.astuple(question)))
        at = str(self.clock.ms() // 1000)
        headers = {
            **signed(self.secret, self.secret_next, at, body),
            "idempotency-key": request_id,
        }
        try:
            reply = await self.egress.post(self.url, body, "application/json", headers)
        except (EgressFailed, EgressRefused) as gone:
            raise VerifierAway from gone
        told, secrets = reply.headers.get(SIGNATURE, ""), (self.secret, self.secret_next)
        if reply.status != 200 or not is_signed(told, secrets, request_id, reply.body):
            raise VerifierAway
        try:
            answer = msgspec.json.decode(reply.body, type=HolderAnswer)
        except (msgspec.ValidationError, msgspec.DecodeError) as wrong:
            raise VerifierAway from wrong
        if answer.matches and not 0 < len(answer.reference) <= REFERENCE_LETTERS_MAX:
            raise VerifierAway
        return HolderWord(self.name, answer.matches, answer.reference, answer.age)
