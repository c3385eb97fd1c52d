"""What screening tells the house."""

from typing import ClassVar

import msgspec


class RulesChanged(msgspec.Struct, frozen=True):
    """A rule or a list was changed; ``rule`` is its name, or domains or networks."""

    kind: ClassVar[str] = "screening.RulesChanged"

    rule: str

    @property
    def key(self) -> str:
        """The rule."""
        return self.rule


class Screened(msgspec.Struct, frozen=True):
    """An account that exists is to be staged or looked at, for what was found afterwards.

    ``verdict`` is stage or review.
    """

    kind: ClassVar[str] = "screening.Screened"

    account_id: str
    verdict: str

    @property
    def key(self) -> str:
        """The account."""
        return self.account_id
