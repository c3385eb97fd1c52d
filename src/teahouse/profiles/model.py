"""What a profile is, and what may stand in it."""

import re

import msgspec

from teahouse.errors import Invalid, Kind, Refused

PROFILE_BYTES_MAX = 64 * 1024  # Matrix v1.16: the whole profile
PROFILE_NAME_BYTES_MAX = 255
BYTES_MAX = {"displayname": 256, "avatar_url": 1000}  # of other fields only the sum is limited
PROFILES_AT_ONCE_MAX = 1000
REMOVED = msgspec.UNSET  # in place of a value; null is a value like others
STANDARD = ("displayname", "avatar_url", "m.tz")
_NAME = re.compile(r"[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)+")  # of many makers: with a prefix


class Profile(msgspec.Struct, frozen=True):
    """What an account shows of itself. ``fields`` are Matrix's custom ones."""

    display_name: str | None = None
    avatar_url: str | None = None
    fields: dict[str, msgspec.Raw] = {}


class NoSuchProfileField(Refused):
    """There is no such field in this profile."""

    code = "accounts.no_profile_field"
    kind = Kind.NOT_FOUND


class ProfileTooLarge(Refused):
    """The profile would not be under 64 KiB."""

    code = "accounts.profile_too_large"
    kind = Kind.INVALID


class ProfileNameTooLong(Refused):
    """A profile field's name has at most 255 bytes."""

    code = "accounts.profile_name_too_long"
    kind = Kind.INVALID


class ProfileFieldOfHouse(Refused):
    """This field of a profile is set by the house alone."""

    code = "accounts.profile_of_house"
    kind = Kind.FORBIDDEN


MEMORIAL = "org.teahouse.memorial"
OF_HOUSE = frozenset({MEMORIAL})  # nobody says of themselves that they have died


def check_profile_own(name: str) -> None:
    """Refuse that a person sets what only the house says of them: ``ProfileFieldOfHouse``."""
    if name in OF_HOUSE:
        raise ProfileFieldOfHouse


def check_profile_value(name: str, value: object) -> None:
    """Refuse a profile value of the wrong type or size; ``None`` and ``REMOVED`` fit everywhere."""
    if not 0 < len(name.encode()) <= PROFILE_NAME_BYTES_MAX:
        raise ProfileNameTooLong
    if name not in STANDARD and not _NAME.fullmatch(name):
        raise Invalid("A profile field's name has its maker's before it, as in com.example.pet.")
    if name not in STANDARD or value is None or value is REMOVED:
        return
    if not isinstance(value, str):
        raise Invalid(f"{name} must be a string.")
    most = BYTES_MAX.get(name)
    if most is not None and len(value.encode()) > most:
        raise Invalid(f"{name} has at most {most} bytes.")


def check_profile_size(profile: Profile) -> None:
    """Refuse a profile that is not under 64 KiB with all its fields: ``ProfileTooLarge``."""
    names = {"displayname": profile.display_name, "avatar_url": profile.avatar_url}
    whole = profile.fields | {name: value for name, value in names.items() if value is not None}
    if len(msgspec.json.encode(whole)) >= PROFILE_BYTES_MAX:
        raise ProfileTooLarge
