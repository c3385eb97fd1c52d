"""Where codes go in test mode: nowhere, but they can be read back."""

from collections import OrderedDict
from dataclasses import dataclass, field

from teahouse.infra.senders.model import CodeMessage

RECIPIENTS_MAX = 10_000
CODES_KEPT = 5


@dataclass(frozen=True)
class Outbox:
    """A ``Sender`` for test mode only: keeps the last codes of each recipient in memory."""

    _sent: OrderedDict[str, list[CodeMessage]] = field(
        default_factory=OrderedDict[str, list[CodeMessage]], repr=False
    )

    async def send(self, message: CodeMessage) -> None:
        """Keep the message."""
        sent = self._sent.setdefault(message.to, [])
        sent.append(message)
        del sent[:-CODES_KEPT]
        self._sent.move_to_end(message.to)
        while len(self._sent) > RECIPIENTS_MAX:
            self._sent.popitem(last=False)

    def codes(self, to: str) -> list[str]:
        """Return the last codes sent to ``to``, newest last."""
        return [one.code for one in self._sent.get(to, ()) if one.code]

    def templates(self, to: str) -> list[str]:
        """Return what the last messages sent to ``to`` were about, newest last."""
        return [one.template for one in self._sent.get(to, ())]

    def links(self, to: str) -> list[str]:
        """Return the links in the last messages sent to ``to``, newest last."""
        return [one.link for one in self._sent.get(to, ()) if one.link]
