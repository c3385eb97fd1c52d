"""Which settings the console may change, what they may be, and what went wrong with a message."""

import re
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote, unquote, urlsplit

import msgspec

from teahouse.config import (
    CHOICES,
    PROFILES,
    BadConfig,
    Config,
    is_collection,
    is_retention,
    is_web_address,
    quiet_spans,
    quiet_zone,
)
from teahouse.errors import Kind, Refused

HOUSE = ("operator_name", "operator_contact")
MAIL = ("smtp_url", "mail_from")
SMS = ("sms_url", "sms_token")
QUIET = ("upgrade_quiet_hours", "upgrade_quiet_zone")
RETENTION = ("retention_days", "retention_days_least", "retention_days_most")
COLLECTION = ("files_unused_days", "files_unused_days_encrypted")
CHOSEN = ("encryption", "previews", "apps")
NAMES = (*HOUSE, "profile", *MAIL, *SMS, *QUIET, *CHOSEN, *RETENTION, *COLLECTION)
CHANNELS = ("mail", "sms")
STEPS = ("house", "profile", "gate", "channels", "demo", "finish")

NAME_LETTERS_MAX = 80
CONTACT_LETTERS_MAX = 200
HOST_LETTERS_MAX = 253
SECRET_LETTERS_MAX = 512
URL_LETTERS_MAX = 2048
FAILURES_KEPT = 20
STRETCHES_MAX = 8
HOUR_MINUTES = 60

_DEFAULTS = Config()
_PORTS = {"smtp": 587, "smtps": 465}
_OF_DAY = re.compile(r"(2[0-3]|[01]\d):[0-5]\d")


class FixedInFile(Refused):
    """This is set in the configuration file or the environment: change it there."""

    code = "settings.fixed"
    kind = Kind.CONFLICT


class BadHouse(Refused):
    """A name takes up to 80 letters in one line, a contact up to 200."""

    code = "settings.bad_house"
    kind = Kind.UNPROCESSABLE


class BadProfile(Refused):
    """The profiles are intl, eu and cn-mainland."""

    code = "settings.bad_profile"
    kind = Kind.UNPROCESSABLE


class BadMail(Refused):
    """A mail server needs a host name, a port, and the address that codes come from."""

    code = "settings.bad_mail"
    kind = Kind.UNPROCESSABLE


class BadSms(Refused):
    """An SMS gateway needs an address that begins with https://."""

    code = "settings.bad_sms"
    kind = Kind.UNPROCESSABLE


class BadQuiet(Refused):
    """Quiet hours are up to eight stretches with two different ends, in a zone that is known here."""

    code = "settings.bad_quiet"
    kind = Kind.UNPROCESSABLE


class BadEncryption(Refused):
    """Encrypted rooms are allowed or refused."""

    code = "settings.bad_encryption"
    kind = Kind.UNPROCESSABLE


class BadPreviews(Refused):
    """Previews of pages are allowed or refused."""

    code = "settings.bad_previews"
    kind = Kind.UNPROCESSABLE


class BadApps(Refused):
    """Other apps are allowed or refused."""

    code = "settings.bad_apps"
    kind = Kind.UNPROCESSABLE


class BadRetention(Refused):
    """Days are whole numbers, and the house's own lie between what rooms may set."""

    code = "settings.bad_retention"
    kind = Kind.UNPROCESSABLE


class BadCollection(Refused):
    """Days are whole numbers, and files that encrypted messages may name stay no shorter than others."""

    code = "settings.bad_collection"
    kind = Kind.UNPROCESSABLE


class BadStep(Refused):
    """The set-up has no such step."""

    code = "settings.bad_step"
    kind = Kind.UNPROCESSABLE


class ChannelOff(Refused):
    """That channel has not been configured: there is nothing to test."""

    code = "settings.channel_off"
    kind = Kind.CONFLICT


class MailServer(msgspec.Struct, frozen=True):
    """How mail leaves. ``password`` is never told; ``None`` keeps the one that is there."""

    host: str
    port: int
    tls: bool  # from the first byte; otherwise STARTTLS
    username: str
    mail_from: str
    password: str | None = None


class SmsGateway(msgspec.Struct, frozen=True):
    """Where SMS are handed over. ``token`` is never told; ``None`` keeps the one that is there."""

    url: str
    token: str | None = None


class Stretch(msgspec.Struct, frozen=True):
    """A part of each day, by the clock, such as 18:00 to 23:00; one may pass midnight."""

    begins: str
    ends: str


class Failure(msgspec.Struct, frozen=True):
    """A message that did not leave; ``why`` is a word of ours, ``status`` the other side's."""

    channel: str
    at: datetime
    why: str
    status: int | None


class Channel(msgspec.Struct, frozen=True):
    """How a channel does."""

    channel: str
    is_on: bool
    is_fixed: bool
    sent_at: datetime | None
    failures: list[Failure]


class Tested(msgspec.Struct, frozen=True):
    """What became of a test: ``why`` is empty when it was handed over."""

    sent: bool
    why: str
    status: int | None
    took_ms: int


class Setup(msgspec.Struct, frozen=True):
    """How far setting up has come; no step: it has not begun."""

    step: str | None
    finished: bool


def fixed(config: Config, names: tuple[str, ...]) -> bool:
    """Tell whether the file or the environment says something of any of ``names``.

    Whoever writes a default there has said nothing.
    """
    return any(getattr(config, name) != getattr(_DEFAULTS, name) for name in names)


def check_house(name: str, contact: str) -> dict[str, str]:
    """Return name and contact as they are kept, or raise ``BadHouse``."""
    name, contact = name.strip(), contact.strip()
    if not 0 < len(name) <= NAME_LETTERS_MAX or len(contact) > CONTACT_LETTERS_MAX:
        raise BadHouse
    if not (name + contact).isprintable():
        raise BadHouse
    return {"operator_name": name, "operator_contact": contact}


def check_profile(profile: str) -> dict[str, str]:
    """Return the profile as it is kept, or raise ``BadProfile``."""
    if profile not in PROFILES:
        raise BadProfile
    return {"profile": profile}


def check_encryption(choice: str) -> dict[str, str]:
    """Return what is chosen of encrypted rooms as it is kept, or raise ``BadEncryption``."""
    if choice not in CHOICES:
        raise BadEncryption
    return {"encryption": choice}


def check_previews(choice: str) -> dict[str, str]:
    """Return what is chosen of previews as it is kept, or raise ``BadPreviews``."""
    if choice not in CHOICES:
        raise BadPreviews
    return {"previews": choice}


def check_apps(choice: str) -> dict[str, str]:
    """Return what is chosen of other apps as it is kept, or raise ``BadApps``."""
    if choice not in CHOICES:
        raise BadApps
    return {"apps": choice}


def check_retention(default: int, least: int, most: int) -> dict[str, str]:
    """Return in days how long messages are kept, as it is kept, or raise ``BadRetention``.

    Where a room says nothing; what a room may set at least, and at most. 0: no limit.
    """
    if not is_retention(default, least, most):
        raise BadRetention
    return dict(zip(RETENTION, map(str, (default, least, most)), strict=True))


def check_collection(days: int, encrypted: int) -> dict[str, str]:
    """Return in days how long unused files are kept, as it is kept, or raise ``BadCollection``.

    Then the same where an encrypted message may name them. 0: for ever.
    """
    if not is_collection(days, encrypted):
        raise BadCollection
    return dict(zip(COLLECTION, map(str, (days, encrypted)), strict=True))


def check_step(step: str) -> None:
    """Refuse a step that the set-up does not have: ``BadStep``."""
    if step not in STEPS:
        raise BadStep


def mail_values(mail: MailServer, before: str) -> dict[str, str]:
    """Return a mail server as it is kept, or raise ``BadMail``; no host turns mail off."""
    host = mail.host.strip().strip("[]")
    if not host:
        return {"smtp_url": "", "mail_from": ""}
    password = mail.password
    if password is None:
        password = password_of(before)
    name, at, domain = mail.mail_from.strip().rpartition("@")
    sound = name and at and domain and mail.mail_from.isprintable() and " " not in mail.mail_from
    plain = host.replace("-", "").replace(".", "").replace(":", "").isalnum()
    if not sound or not plain or len(host) > HOST_LETTERS_MAX or not 0 < mail.port < 65536:
        raise BadMail
    if len(password) > SECRET_LETTERS_MAX or len(mail.username) > SECRET_LETTERS_MAX:
        raise BadMail
    who = f"{quote(mail.username, safe='')}:{quote(password, safe='')}@" if mail.username else ""
    shown = f"[{host}]" if ":" in host else host
    url = f"{'smtps' if mail.tls else 'smtp'}://{who}{shown}:{mail.port}"
    return {"smtp_url": url, "mail_from": mail.mail_from.strip()}


def mail_server(smtp_url: str, mail_from: str) -> MailServer:
    """Return a mail server as it is told: without its password."""
    parts = urlsplit(smtp_url)
    port = parts.port or _PORTS.get(parts.scheme, 587)
    username = unquote(parts.username or "")
    return MailServer(parts.hostname or "", port, parts.scheme == "smtps", username, mail_from)


def password_of(smtp_url: str) -> str:
    """Return the password in an ``smtp_url``, empty when there is none."""
    return unquote(urlsplit(smtp_url).password or "")


def sms_values(sms: SmsGateway, before: str) -> dict[str, str]:
    """Return a gateway as it is kept, or raise ``BadSms``; no address turns SMS off."""
    url = sms.url.strip()
    if not url:
        return {"sms_url": "", "sms_token": ""}
    token = before if sms.token is None else sms.token.strip()
    if not url.startswith("https://") or not is_web_address(url) or len(url) > URL_LETTERS_MAX:
        raise BadSms
    if len(token) > SECRET_LETTERS_MAX or not token.isascii() or not (token + url).isprintable():
        raise BadSms
    return {"sms_url": url, "sms_token": token}


def quiet_values(stretches: Sequence[Stretch], zone: str) -> dict[str, str]:
    """Return as they are kept the hours in which an upgrade goes slowest, or raise ``BadQuiet``."""
    if len(stretches) > STRETCHES_MAX:
        raise BadQuiet
    for one in stretches:
        is_day = _OF_DAY.fullmatch(one.begins) and _OF_DAY.fullmatch(one.ends)
        if not is_day or one.begins == one.ends:
            raise BadQuiet
    try:
        quiet_zone(zone)
    except BadConfig:
        raise BadQuiet from None
    hours = ", ".join(f"{one.begins}-{one.ends}" for one in stretches)
    return {"upgrade_quiet_hours": hours, "upgrade_quiet_zone": zone}


def quiet_stretches(hours: str) -> list[Stretch]:
    """Return quiet hours as they are told."""
    return [Stretch(_of_day(begins), _of_day(ends)) for begins, ends in quiet_spans(hours)]


def _of_day(minute: int) -> str:
    hour, rest = divmod(minute, HOUR_MINUTES)
    return f"{hour % 24:02}:{rest:02}"
