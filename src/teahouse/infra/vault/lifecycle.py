"""The life of a key: pure rules of which verb may follow which state, and what must be so first.

``pending → readable → primary → decrypt_only → soft_disabled → destroyed``. What stands between a
verb and its state is judged here from :class:`Facts`; who finds them out is the locksmith.
"""

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta

from teahouse.infra.vault.model import (
    WRAPS_ALARM,
    BadKeyState,
    KeyInUse,
    KeyNotEverywhere,
    KeyNotRested,
    KeyNotSettled,
    TwoPersonsNeeded,
)


class KeyPurpose(enum.StrEnum):
    """What a key is for."""

    KEK = "kek"  # wraps data keys, and the keys of the purposes below
    INDEX = "index"  # blind indexes
    HOUSE = "house"  # words of the house's own that it knows again
    PEPPER = "pepper"  # wraps password digests
    SESSION = "session"  # digests of access tokens


class KeyState(enum.StrEnum):
    """Where a key stands in its life."""

    PENDING = "pending"  # made, and known to nobody yet
    READABLE = "readable"  # every worker opens with it; nothing is made with it
    PRIMARY = "primary"  # the one of its purpose that new things are made with
    DECRYPT_ONLY = "decrypt_only"  # was the primary, or was given up before it was
    SOFT_DISABLED = "soft_disabled"  # opens nothing; two persons can bring it back
    DESTROYED = "destroyed"  # for ever


class Verb(enum.StrEnum):
    """What is done to a key."""

    DISTRIBUTE = "distribute"
    PROMOTE = "promote"
    RETIRE = "retire"
    SOFT_DISABLE = "soft_disable"
    REVIVE = "revive"
    DESTROY = "destroy"


_S = KeyState
OPENING = frozenset({_S.READABLE, _S.PRIMARY, _S.DECRYPT_ONLY})
TRANSITIONS: dict[Verb, tuple[frozenset[KeyState], KeyState]] = {
    Verb.DISTRIBUTE: (frozenset({_S.PENDING}), _S.READABLE),
    # A former primary may become it again: so an upgrade is given up half-way.
    Verb.PROMOTE: (frozenset({_S.READABLE, _S.DECRYPT_ONLY}), _S.PRIMARY),
    Verb.RETIRE: (frozenset({_S.READABLE}), _S.DECRYPT_ONLY),
    Verb.SOFT_DISABLE: (frozenset({_S.DECRYPT_ONLY}), _S.SOFT_DISABLED),
    Verb.REVIVE: (frozenset({_S.SOFT_DISABLED}), _S.DECRYPT_ONLY),
    # What was never told to any worker can go at once.
    Verb.DESTROY: (frozenset({_S.SOFT_DISABLED, _S.PENDING}), _S.DESTROYED),
}
DISPLACED = KeyState.DECRYPT_ONLY  # what a primary becomes when another is promoted
ONCE_EMPTY = frozenset({Verb.SOFT_DISABLE, Verb.DESTROY})  # nothing is under the key any more
BREAK_GLASS = frozenset({Verb.REVIVE, Verb.DESTROY})
HOUSE_WORDS_LIFE = timedelta(days=45)  # no word of the house is good for longer


@dataclass(frozen=True, slots=True)
class TwoPersons:
    """Who agreed to what cannot be taken back: two, and not the same one."""

    one: str
    other: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is so at this moment about a key and those who work with it."""

    lacking: tuple[str, ...] = ()  # live workers that have not said that they have it
    held: int = 0  # what can be opened or found with it only
    settled: bool = True  # no transaction is left from when it could still be written under
    rests_until: datetime | None = None  # until then its last words are good
    agreed: TwoPersons | None = None


def check(verb: Verb, state: KeyState, facts: Facts) -> KeyState:
    """Return the state that a verb leads to, if it may be done now.

    Raises ``BadKeyState``, ``TwoPersonsNeeded``, ``KeyNotEverywhere``, ``KeyNotSettled``,
    ``KeyNotRested``, ``KeyInUse``. Two persons may promote a key that some worker lacks; nobody may destroy one that
    something is still under.
    """
    wanted, becomes = TRANSITIONS[verb]
    if state not in wanted:
        raise BadKeyState(verb=verb.value, state=state.value)
    agreed = facts.agreed is not None and two(facts.agreed)
    if verb in BREAK_GLASS and state is not KeyState.PENDING and not agreed:
        raise TwoPersonsNeeded
    if verb in (Verb.DISTRIBUTE, Verb.PROMOTE) and facts.lacking and not agreed:
        raise KeyNotEverywhere(workers=list(facts.lacking))
    if verb is Verb.SOFT_DISABLE and not facts.settled:
        raise KeyNotSettled
    if verb is Verb.SOFT_DISABLE and facts.rests_until is not None:
        raise KeyNotRested(until=facts.rests_until.isoformat())
    if verb in ONCE_EMPTY and facts.held:
        raise KeyInUse(held=facts.held)
    return becomes


def succession(wraps: int, newest: KeyState) -> str:
    """Return what is done next so that the key that wraps keys gets a successor; "" for nothing.

    It gets one when it has wrapped half as often as is safe. ``newest`` is the state of the newest
    key of its kind: one that somebody else has brought, and not given up, is taken.
    """
    if wraps < WRAPS_ALARM:
        return ""
    return {KeyState.PENDING: "distribute", KeyState.READABLE: "promote"}.get(newest, "add")


def two(agreed: TwoPersons) -> bool:
    """Tell whether these are two persons."""
    return bool(agreed.one and agreed.other) and agreed.one != agreed.other
