"""What is sent, and how sending ends badly."""

from dataclasses import dataclass, field
from typing import Literal, Protocol

from teahouse.errors import Kind, Refused

Lang = Literal["zh", "en"]


class NotSent(Refused):
    """The message could not be handed over now; try again."""

    code = "senders.not_sent"
    kind = Kind.UNAVAILABLE


class NeverSent(Refused):
    """The other side refuses this message; trying again would be no use."""

    code = "senders.never_sent"
    kind = Kind.UNPROCESSABLE


@dataclass(frozen=True, slots=True)
class CodeMessage:
    """A one-time code or a notice on its way. ``to`` is an E.164 number or an address, normalised.

    ``template`` says which text it is: ``words`` has them.
    """

    to: str = field(repr=False)
    code: str = field(repr=False)
    minutes: int  # for how long it is good
    lang: Lang = "zh"
    template: str = "code"  # which text, for gateways that send registered templates only
    message_id: str = ""  # the same for every try: a gateway may drop the second
    link: str = field(default="", repr=False)  # where to go on, in messages that hold no code
    facts: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # told in e-mail only


class Sender(Protocol):
    """Hands a code over to whoever delivers it."""

    async def send(self, message: CodeMessage) -> None:
        """Hand ``message`` over. Raises ``NotSent`` or ``NeverSent``."""
        ...
