"""The demo as the console sees it."""

import msgspec

from teahouse.demo.model.rules import Key, Town


class BeginIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Build the town; ``yes`` also in a house that has people of its own."""

    yes: bool = False


class TownOut(msgspec.Struct, frozen=True):
    """How far the town has come; no state: there is none."""

    state: str | None = None
    done: int = 0
    total: int = 0
    fault: str = ""


class KeysOut(msgspec.Struct, frozen=True):
    """As whom one may sign in; the passwords are told this once."""

    keys: list[Key]
    url: str


def town_out(town: Town | None) -> TownOut:
    """Return the town as it is told."""
    if town is None:
        return TownOut()
    return TownOut(town.state, town.done, town.total, town.fault)
