"""What the gate tells the house."""

from typing import ClassVar

import msgspec


class PolicyChanged(msgspec.Struct, frozen=True):
    """A policy was set or ended; ``version`` is the epoch from which that holds."""

    kind: ClassVar[str] = "gate.PolicyChanged"

    version: int
    policy_id: str
    change: str  # "set", "ended", "expired", "slipped", "resumed", "overridden"

    @property
    def key(self) -> str:
        """The policy."""
        return self.policy_id
