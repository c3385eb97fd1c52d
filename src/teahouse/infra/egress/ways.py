"""The ways by which anything leaves the house: one table of all of them, and who is asked before.

A way that carries personal data is asked of every guard first: the register of processors is one.
"""

import enum
from dataclasses import dataclass, field
from typing import Protocol

from teahouse.infra.egress.backend import EgressFailed


class Way(enum.Enum):
    """What something leaves for. The names are stored and told."""

    SMS = "sms"
    MAIL = "mail"
    REALNAME = "realname"
    HOLDER = "phone_holder"
    OIDC = "oidc"
    PUSH = "push"
    BRIDGES = "bridges"
    RELAY = "relay"
    FILES = "files"
    KEYS = "keys"
    WEBHOOKS = "webhooks"
    PAGES = "pages"
    STILLS = "stills"
    ENGINES = "engines"


@dataclass(frozen=True, slots=True)
class Passage:
    """What goes by a way: ``purposes`` of the register of purposes, none when it is nobody's data."""

    carries: str
    purposes: tuple[str, ...] = ()
    chosen_by: str = "operator"  # or "person": then its host is nobody's business but theirs
    essential: bool = False  # there is no house without it: it is told, and never held back

    @property
    def personal(self) -> bool:
        """Whether personal data goes by it."""
        return bool(self.purposes)


_CONTACTS = "accounts.code", "gate.contact"
PASSAGES: dict[Way, Passage] = {
    Way.SMS: Passage("numbers, codes and notices", ("accounts.phone", *_CONTACTS)),
    Way.MAIL: Passage("addresses, codes and notices", ("accounts.email", *_CONTACTS)),
    Way.REALNAME: Passage(
        "a name and a number by law, which are not kept", ("realnames.identity",)
    ),
    Way.HOLDER: Passage(
        "a telephone number and a name, to who knows the number's holder",
        ("phoneholders.check", "accounts.phone"),
    ),
    Way.OIDC: Passage("that somebody signs in here, and when", ("oidc.subject",)),
    Way.PUSH: Passage(
        "what is new for a person", ("pushers.app", "pushers.web"), chosen_by="person"
    ),
    Way.BRIDGES: Passage("what is said in the rooms of a bridge", ("timeline.messages",)),
    Way.RELAY: Passage("sound and picture of a call, encrypted", ("timeline.messages",)),
    Way.FILES: Passage("files, without their names", ("media.file_name",)),
    Way.STILLS: Passage("pictures made small, without whose they are", ("timeline.messages",)),
    Way.KEYS: Passage("wrapped keys, to a key service of the operator's"),
    Way.WEBHOOKS: Passage("what the house publishes, to places that operators named"),
    Way.PAGES: Passage("an address that somebody linked to; nobody's name goes with it"),
    Way.ENGINES: Passage(
        "everything, to a database or a broker at another place",
        ("accounts.phone", "accounts.email", "timeline.messages"),
        essential=True,
    ),
}


class NotAgreed(EgressFailed):
    """Nobody is registered who may be given personal data there; an operator has to register them."""

    code = "egress.not_agreed"


class Guard(Protocol):
    """Who is asked before personal data leaves."""

    def leave(self, way: Way, host: str) -> None:
        """Note that something leaves for ``host``. Raises ``NotAgreed`` when it may not."""
        ...


@dataclass(frozen=True)
class Border:
    """Where everything passes that leaves, whatever takes it there. A house has one."""

    guards: list[Guard] = field(default_factory=list[Guard])

    def leave(self, way: Way, host: str) -> None:
        """Ask every guard before something leaves. Raises ``NotAgreed``."""
        if PASSAGES[way].personal:
            for guard in self.guards:
                guard.leave(way, host.lower())
