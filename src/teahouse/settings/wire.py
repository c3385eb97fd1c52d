"""Settings as the console sees them: passwords go in and never out."""

import io
from typing import Annotated, Literal

import msgspec
import segno

from teahouse.config import Config
from teahouse.settings.model import (
    COLLECTION,
    HOUSE,
    MAIL,
    QUIET,
    RETENTION,
    SMS,
    Channel,
    MailServer,
    SmsGateway,
    Stretch,
    fixed,
    mail_server,
    password_of,
    quiet_stretches,
)


class HouseIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the house is called, and whom to ask."""

    name: str
    contact: str


class ProfileIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The service region of those who choose none."""

    profile: str


class EncryptionIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether rooms may be end-to-end encrypted: ``allow`` or ``refuse``."""

    encryption: str


class PreviewsIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the server looks at pages that people link to: ``allow`` or ``refuse``."""

    previews: str


class AppsIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether people may let other apps in: ``allow`` or ``refuse``."""

    apps: str


class CollectionIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For how many days files are kept that nothing names, and where an encrypted message may.

    0 is for ever.
    """

    days: int
    encrypted_days: int


class RetentionIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For how many days messages are kept: where a room says nothing, and what rooms may set.

    0 is for ever, and for ``most_days`` no limit.
    """

    default_days: int
    least_days: int
    most_days: int


class MailIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mail server; no host turns mail off, no password keeps the one there is."""

    host: str
    port: int
    tls: bool
    username: str
    mail_from: str
    password: str | None = None

    def server(self) -> MailServer:
        """Return it as the rules take it."""
        return MailServer(
            self.host, self.port, self.tls, self.username, self.mail_from, self.password
        )


class SmsIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An SMS gateway; no address turns SMS off, no token keeps the one there is."""

    url: str
    token: str | None = None

    def gateway(self) -> SmsGateway:
        """Return it as the rules take it."""
        return SmsGateway(self.url, self.token)


class QuietIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a security upgrade goes slowest: stretches of each day, by the clock of a time zone."""

    stretches: list[Stretch]
    zone: str


class TestIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A message to be sent as a test."""

    to: str
    lang: Literal["zh", "en"] = "en"


class StepIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The step of the set-up that is next."""

    step: str


class QrIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An address of this house, to be shown as a picture."""

    text: Annotated[str, msgspec.Meta(max_length=400)]


class QrOut(msgspec.Struct, frozen=True):
    """The picture, as SVG without any style of its own."""

    svg: str


def qr_svg(text: str) -> str:
    """Return the picture of an address, to be scanned."""
    out = io.BytesIO()
    segno.make(text, error="m").save(
        out, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=4
    )
    return out.getvalue().decode()


class MailOut(msgspec.Struct, frozen=True):
    """The mail server, without its password."""

    host: str
    port: int
    tls: bool
    username: str
    mail_from: str
    has_password: bool


class SmsOut(msgspec.Struct, frozen=True):
    """The SMS gateway, without its token."""

    url: str
    has_token: bool


class QuietOut(msgspec.Struct, frozen=True):
    """When a security upgrade goes slowest."""

    stretches: list[Stretch]
    zone: str


class RetentionOut(msgspec.Struct, frozen=True):
    """For how many days messages are kept; 0: for ever, or no limit."""

    default_days: int
    least_days: int
    most_days: int


class CollectionOut(msgspec.Struct, frozen=True):
    """For how many days files are kept that nothing names; 0: for ever."""

    days: int
    encrypted_days: int


class SettingsOut(msgspec.Struct, frozen=True):
    """What the console may change; ``fixed`` names what is set in the file instead."""

    url: str
    name: str
    contact: str
    profile: str
    mail: MailOut
    sms: SmsOut
    quiet: QuietOut
    encryption: str
    previews: str
    apps: str
    retention: RetentionOut
    collection: CollectionOut
    fixed: list[str]
    channels: list[Channel]


def settings_out(config: Config, own: Config, channels: list[Channel]) -> SettingsOut:
    """Return the settings as they are told."""
    mail = mail_server(config.smtp_url, config.mail_from)
    parts = {"house": HOUSE, "profile": ("profile",), "mail": MAIL, "sms": SMS, "quiet": QUIET}
    parts |= {"encryption": ("encryption",), "previews": ("previews",), "apps": ("apps",)}
    parts |= {"retention": RETENTION, "collection": COLLECTION}
    return SettingsOut(
        url=config.base_url,
        name=config.operator_name,
        contact=config.operator_contact,
        profile=config.profile,
        mail=MailOut(
            mail.host,
            mail.port,
            mail.tls,
            mail.username,
            mail.mail_from,
            password_of(config.smtp_url) != "",
        ),
        sms=SmsOut(config.sms_url, config.sms_token != ""),
        quiet=QuietOut(quiet_stretches(config.upgrade_quiet_hours), config.upgrade_quiet_zone),
        encryption=config.encryption,
        previews=config.previews,
        apps=config.apps,
        retention=RetentionOut(
            config.retention_days, config.retention_days_least, config.retention_days_most
        ),
        collection=CollectionOut(config.files_unused_days, config.files_unused_days_encrypted),
        fixed=[part for part, names in parts.items() if fixed(own, names)],
        channels=channels,
    )
