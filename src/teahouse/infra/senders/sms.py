"""SMS through the operator's gateway, spoken to as ``docs/operate/messages.md`` says."""

from dataclasses import dataclass, field

import msgspec

from teahouse.infra.egress.backend import EgressFailed, EgressRefused
from teahouse.infra.egress.client import Egress
from teahouse.infra.egress.ways import NotAgreed
from teahouse.infra.senders.model import CodeMessage, NeverSent, NotSent
from teahouse.infra.senders.words import sms_text

GATEWAY_SECONDS_MAX = 10.0
_TRY_AGAIN = (408, 425, 429)


@dataclass(frozen=True, slots=True, repr=False)
class HttpSms:
    """A ``Sender`` that posts JSON to one URL."""

    egress: Egress
    url: str
    house: str
    token: str = field(default="", repr=False)

    async def send(self, message: CodeMessage) -> None:
        """Hand ``message`` to the gateway. Raises ``NotSent`` or ``NeverSent``."""
        body = {
            "to": message.to,
            "text": sms_text(self.house, message),
            "template": message.template,
            "code": message.code,
            "link": message.link,
            "lang": message.lang,
            "minutes": message.minutes,
            "id": message.message_id,
        }
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        if message.message_id:
            headers["idempotency-key"] = message.message_id
        try:
            reply = await self.egress.post(
                self.url,
                msgspec.json.encode(body),
                "application/json",
                headers,
                GATEWAY_SECONDS_MAX,
            )
        except EgressRefused as refused:
            raise NotSent(why="address") from refused
        except NotAgreed as refused:
            raise NotSent(why="register") from refused
        except EgressFailed as gone:
            raise NotSent(why="unreachable") from gone
        words, told = f"The SMS gateway answered {reply.status}.", {"why": "answer"}
        if 400 <= reply.status < 500 and reply.status not in _TRY_AGAIN:
            raise NeverSent(words, **told, status=reply.status)
        if not 200 <= reply.status < 300:
            raise NotSent(words, **told, status=reply.status)
