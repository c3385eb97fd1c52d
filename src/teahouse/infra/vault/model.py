"""What can go wrong in the vault, and the limits it keeps.

A ``Refused`` is somebody's doing. A ``VaultFault`` is ours or an intruder's: the stored bytes, the
key file and the database do not belong together.
"""

from typing import NamedTuple

from teahouse.errors import Kind, Refused

SEALS_ALARM = 2**31  # a data key that has sealed so often is replaced by its next version
SEALS_MAX = 2**32  # random 96-bit nonces are not trusted beyond this [U-04]
SEALS_RESERVED = 64  # seals counted at once for one person
SEALS_RESERVED_HOUSE = 4096  # the house seals for everybody who is not a person yet
WRAPS_ALARM = 2**31  # a key-encryption key that has wrapped so often gets a successor
WRAPS_MAX = 2**32 - 2**26  # and wraps no more; what is not added up yet is well below the rest
CIPHERS_CACHED_MAX = 20_000
VALUE_BYTES_MAX = 1024 * 1024
BEAT_SECONDS = 1.0  # how often a worker says that it lives
FENCE_SECONDS = 10.0  # a worker that could not say so for as long uses no key
GONE_SECONDS = 15.0  # and after so long nobody waits for it
HOUSE = "house"  # the subject of what belongs to nobody yet
SHARED = "*"  # the scope of everybody whose own has no keys


class KeyRef(NamedTuple):
    """Which key: a ULID in text, and its version from 1."""

    key_id: str
    version: int


class NoGround(Refused):
    """There is no ground on file to process this: the person was not asked, or has withdrawn."""

    code = "vault.no_ground"
    kind = Kind.FORBIDDEN


class Erased(Refused):
    """This was erased, and cannot be read again."""

    code = "vault.erased"
    kind = Kind.NOT_FOUND


class Restricted(Refused):
    """This is kept, and may not be used for now."""

    code = "vault.restricted"
    kind = Kind.NOT_FOUND


class Withheld(Restricted):
    """This is a minor's: a second person approves, for a purpose and a time, before it is opened."""

    code = "vault.withheld"
    kind = Kind.FORBIDDEN


class StepUpNeeded(Refused):
    """This is sensitive: show once more that it is you, then ask again."""

    code = "vault.step_up"
    kind = Kind.FORBIDDEN


class BadKeys(Refused):
    """The key file cannot be used; the words say what to do."""

    code = "vault.bad_keys"
    kind = Kind.UNAVAILABLE


class KeyServiceAway(Refused):
    """The key service does not answer as it should: ask again shortly."""

    code = "vault.key_service_away"
    kind = Kind.UNAVAILABLE


class BadPhone(Refused):
    """This is not a phone number: write it with its country, as in +44 20 7946 0123."""

    code = "vault.bad_phone"
    kind = Kind.INVALID


class BadEmail(Refused):
    """This is not an e-mail address."""

    code = "vault.bad_email"
    kind = Kind.INVALID


class NoSuchKey(Refused):
    """There is no such key."""

    code = "vault.no_such_key"
    kind = Kind.NOT_FOUND


class BadKeyState(Refused):
    """The key is not in a state in which this can be done to it."""

    code = "vault.key_state"
    kind = Kind.CONFLICT


class TwoPersonsNeeded(Refused):
    """This needs the agreement of two persons."""

    code = "vault.two_persons"
    kind = Kind.FORBIDDEN


class WrapsSpent(Refused):
    """The key that wraps keys has done so as often as is safe: it needs a successor first."""

    code = "vault.wraps_spent"
    kind = Kind.UNAVAILABLE


class KeyNotEverywhere(Refused):
    """Some worker does not have the key yet. ``fields`` has ``workers``."""

    code = "vault.key_not_everywhere"
    kind = Kind.CONFLICT


class KeyNotSettled(Refused):
    """Something may still be written under the key: raise the floor, and wait at the barrier."""

    code = "vault.key_not_settled"
    kind = Kind.CONFLICT


class KeyNotRested(Refused):
    """Words that were made under the key are still good. ``fields`` has ``until``."""

    code = "vault.key_not_rested"
    kind = Kind.CONFLICT


class KeyInUse(Refused):
    """Something is still under the key. ``fields`` has how much: ``held``."""

    code = "vault.key_in_use"
    kind = Kind.CONFLICT


class StaleRing(Refused):
    """This worker's keys are out of date, and could not be read again: ask again shortly."""

    code = "vault.stale_ring"
    kind = Kind.UNAVAILABLE


class BarrierBlocked(Refused):
    """Transactions from before the floor was raised have not ended. ``fields`` has ``left``."""

    code = "vault.barrier_blocked"
    kind = Kind.UNAVAILABLE


class Fenced(Refused):
    """This worker has lost touch with the others: ask again shortly."""

    code = "vault.fenced"
    kind = Kind.UNAVAILABLE


class VaultFault(Exception):  # noqa: N818 - the names say what happened
    """Stored bytes and keys do not belong together."""


class Tampered(VaultFault):
    """The bytes were changed, or moved from the place they were sealed for."""


class UnknownKey(VaultFault):
    """The bytes name a key, version or suite that this vault does not have."""


class UnknownSubject(VaultFault):
    """No data key was ever made for this subject."""


class KeySpent(VaultFault):
    """The data key has sealed as often as is safe, and no next version could be made."""
