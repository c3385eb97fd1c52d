"""What standing tells the house."""

from typing import ClassVar

import msgspec


class StageChanged(msgspec.Struct, frozen=True):
    """An account came to another stage; ``why`` is as in ``model.Why``."""

    kind: ClassVar[str] = "standing.StageChanged"

    account_id: str
    stage: str
    why: str

    @property
    def key(self) -> str:
        """The account."""
        return self.account_id


class SilenceChanged(msgspec.Struct, frozen=True):
    """An account may no longer speak, or may again."""

    kind: ClassVar[str] = "standing.SilenceChanged"

    account_id: str
    silenced: bool

    @property
    def key(self) -> str:
        """The account."""
        return self.account_id


class RulesChanged(msgspec.Struct, frozen=True):
    """Operators set what each stage may do."""

    kind: ClassVar[str] = "standing.RulesChanged"

    by: str

    @property
    def key(self) -> str:
        """There is one set of rules."""
        return "rules"
