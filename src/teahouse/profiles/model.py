"""What a profile is, and what may stand in it."""

import msgspec

from teahouse.errors import Invalid, Kind, Refused

PROFILE_BYTES_MAX = 64 * 1024  # Matrix v1.16: the whole profile
PROFILE_NAME_BYTES_MAX = 255
DISPLAY_NAME_BYTES_MAX = 256
AVATAR_URL_BYTES_MAX = 1000
PROFILES_AT_ONCE_MAX = 1000


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
    """The profile would be larger than 64 KiB."""

    code = "accounts.profile_too_large"
    kind = Kind.INVALID


class ProfileNameTooLong(Refused):
    """A profile field's name has at most 255 bytes."""

    code = "accounts.profile_name_too_long"
    kind = Kind.INVALID


def check_profile_value(name: str, value: object) -> None:
    """Refuse a profile value of the wrong type or size; ``None`` removes a field."""
    if not 0 < len(name.encode()) <= PROFILE_NAME_BYTES_MAX:
        raise ProfileNameTooLong
    if name not in ("displayname", "avatar_url") or value is None:
        return
    if not isinstance(value, str):
        raise Invalid(f"{name} must be a string.")
    most = DISPLAY_NAME_BYTES_MAX if name == "displayname" else AVATAR_URL_BYTES_MAX
    if len(value.encode()) > most:
        raise Invalid(f"{name} has at most {most} bytes.")
