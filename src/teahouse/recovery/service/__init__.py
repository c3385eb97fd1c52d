"""Recovery as one thing."""

from dataclasses import dataclass

from teahouse.accounts.service import Accounts
from teahouse.recovery import store
from teahouse.recovery.service.confirming import Confirming


@dataclass(frozen=True, slots=True)
class Recovery:
    """Ways back, and proofs before grave acts. ``listen`` once, before anybody's account ends."""

    accounts: Accounts
    confirming: Confirming

    def listen(self) -> None:
        """Let what is kept here go with its account."""
        self.accounts.endings.append(store.forget)


def make_recovery(accounts: Accounts) -> Recovery:
    """Put the parts together."""
    recovery = Recovery(accounts, Confirming(accounts))
    recovery.listen()
    return recovery
