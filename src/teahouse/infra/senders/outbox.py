"""Where codes go in test mode: nowhere, but they can be read back."""

from collections import OrderedDict
from dataclasses import dataclass, field

from teahouse.infra.senders.model import CodeMessage

RECIPIENTS_MAX = 10_000
CODES_KEPT = 5


@dataclass(frozen=True)
class Outbox:
    """A ``Sender`` for test mode only: keeps the last codes of each recipient in memory."""

    _sent: OrderedDict[str, list[str]] = field(
        default_factory=OrderedDict[str, list[str]], repr=False
    )

    async def send(self, message: CodeMessage) -> None:
        """Keep the code."""
        codes = self._sent.setdefault(message.to, [])
        codes.append(message.code)
        del codes[:-CODES_KEPT]
        self._sent.move_to_end(message.to)
        while len(self._sent) > RECIPIENTS_MAX:
            self._sent.popitem(last=False)

    def codes(self, to: str) -> list[str]:
        """Return the last codes sent to ``to``, newest last."""
        return list(self._sent.get(to, ()))
