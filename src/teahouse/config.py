"""Configuration: the only reader of the environment, giving one frozen ``Config``.

A value comes, in rising order, from its default here, from ``teahouse.toml``, from
``TEAHOUSE_<KEY>``, and from a command's option. A key that is not a field below is refused by
name, because a misspelt setting that is silently ignored is worse than a stop.
"""

import ipaddress
import os
import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from teahouse.errors import Kind, Refused

PROFILES = ("intl", "eu", "cn-mainland")
CHOICES = ("allow", "refuse")  # of what an operator lets be or not
ENVIRONMENT_PREFIX = "TEAHOUSE_"
LOOPBACK = ("127.0.0.1", "::1", "localhost")
DAY_MINUTES = 24 * 60
RETENTION_DAYS_MAX = 36_500
_SPAN = re.compile(r"(2[0-4]|[01]?\d)(?::([0-5]\d))?-(2[0-4]|[01]?\d)(?::([0-5]\d))?")
# Matrix's grammar of a server name: a host name, an IPv4 or a bracketed IPv6 address, and a port.
_WEB_ADDRESSES = (
    "public_url", "sms_url", "realname_url", "phone_holder_url", "stills_url",
    "security_policy_url", "support_url", "transit_url",
)  # fmt: skip
_SERVER_NAME = re.compile(r"(?:[A-Za-z0-9.-]{1,230}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
_PROVIDER_ID = re.compile(r"[a-z0-9-]{1,40}")


class BadConfig(Refused):
    """The configuration cannot be used."""

    code = "config.bad"
    kind = Kind.INVALID


class OidcProvider(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An identity provider by which people may sign in (OpenID Connect)."""

    id: str  # in addresses: letters, digits and -
    name: str  # on the button
    issuer: str
    client_id: str
    client_secret: str
    scopes: str = "openid profile"
    localpart_claim: str = "preferred_username"  # what is proposed as a user name; empty: nothing
    name_claim: str = "name"


class RegionKeys(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where a region's own key-encryption keys are kept: a file, or a key service."""

    region: str
    key_file: str = ""
    key_passphrase_file: str = ""
    transit_url: str = ""
    transit_token_file: str = ""
    transit_prefix: str = "teahouse"


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every setting there is. An empty engine URL means: embedded, nothing to install."""

    data_dir: str = ""
    listen: str = "127.0.0.1:8008"
    server_name: str = "localhost"
    public_url: str = ""  # how people reach us; empty: http://<listen>
    trusted_proxies: str = ""  # addresses or networks whose X-Forwarded-For is believed, by commas
    profile: Literal["intl", "eu", "cn-mainland"] = "intl"
    operator_name: str = ""  # who is responsible, named in the privacy policy
    operator_contact: str = ""  # an address for questions about personal data
    security_contact: str = ""  # for security.txt; empty: operator_contact
    support_url: str = ""  # a page that helps people with this house; empty: none is told
    security_policy_url: str = ""  # how you treat reports of weaknesses; empty: nothing is said
    status_dir: str = ""  # where the static status site is written; empty: nowhere
    webhooks_inside: str = ""  # HOST:PORT by commas: places inside that webhooks may reach
    pushers_inside: str = ""  # HOST:PORT by commas: push gateways inside that apps may name
    privacy_contact: str = ""  # who answers requests about personal data; empty: operator_contact
    policy_notice_days: int = 7  # between publishing a changed privacy policy and asking people
    policy_reason: str = ""  # why the policy changed, kept with its version

    database_url: str = ""
    replicas: str = ""  # of the database, each like database_url, with spaces between
    nats_url: str = ""
    blobs_url: str = ""
    workers: int = 1
    log_shards: int = 1
    database_pool_max: int = 10

    key_file: str = ""  # the key-encryption key; empty: <data_dir>/keys
    key_passphrase_file: str = ""  # what the key file is sealed by; empty: it is not
    ledger_file: str = ""  # of erasures; empty: beside the key file
    transit_url: str = ""  # a key service in place of the key file; empty: none
    transit_token_file: str = ""
    transit_prefix: str = "teahouse"
    region_keys: tuple[RegionKeys, ...] = ()  # in the environment as JSON
    upgrade_soft_days: int = 7  # how long the old keys of a security upgrade rest
    backup_keep_days: int = 0  # after so many days no copy of a back-up is left; 0: nobody says so
    upgrade_quiet_hours: str = ""  # of the day, such as 18-23, by commas: then it goes slowest
    upgrade_quiet_zone: str = "UTC"  # whose day that is, such as Asia/Shanghai
    tenant: str = "main"  # bound into every sealed value

    smtp_url: str = ""  # smtp://user:password@host:587 or smtps://…; empty: e-mail sign-up is off
    mail_from: str = ""
    sms_url: str = ""  # an HTTP gateway, see docs/operate/messages.md; empty: SMS sign-up is off
    sms_token: str = ""
    realname_url: str = ""  # who confirms identities, see docs/operate/realnames.md; empty: nobody
    realname_secret: str = ""  # with which our questions to it are signed
    realname_secret_next: str = ""  # and with which besides, while the provider changes over
    stills_url: str = ""  # who scores pictures, see docs/operate/stills.md; empty: nobody
    stills_secret: str = ""  # with which our questions to it are signed
    stills_score_min: int = 80  # in 100: from there on people look at a picture
    phone_holder_url: str = ""  # who knows numbers' holders, see docs/operate/phone_holders.md
    phone_holder_secret: str = ""  # with which our questions and its answers are signed
    phone_holder_secret_next: str = ""  # and with which besides, while the verifier changes over
    phone_holder_asks_number: bool = False  # whether it wants the number of the document, too

    deletion_grace_days: int = 15  # in which a deleted account can be called back
    recovery_wait_hours: int = 72  # in which an owner can stop who comes back by a printed code

    oidc: tuple[OidcProvider, ...] = ()  # in the environment as JSON

    default_room_version: Literal["10", "11", "12"] = "12"
    encryption: Literal["allow", "refuse"] = "allow"  # of rooms, end to end, from now on
    guests: Literal["", "allow", "refuse"] = ""  # Matrix's guest accounts; empty: in test mode only
    guest_days: int = 30  # after which a guest's account that nobody used is erased
    registration_shared_secret: str = ""
    registration_shared_secret_before: str = ""  # still good while tools change over
    appservices: str = ""  # registration files of application services, by commas
    synapse_pepper: str = ""  # password_config.pepper of a Synapse whose digests were brought here
    turn_uris: str = ""  # turn:HOST:PORT?transport=udp by commas: a relay for calls; empty: none
    turn_secret: str = ""  # what the relay checks credentials by (coturn: static-auth-secret)
    turn_seconds: int = 86_400  # how long a credential is good
    previews: Literal["allow", "refuse"] = "refuse"  # of pages that people link to: we fetch them
    previews_denied: str = ""  # hosts whose pages are not fetched, with all beneath, by commas
    previews_inside: str = ""  # HOST:PORT by commas: places inside whose pages may be fetched
    retention_days: int = 0  # how long messages are kept where a room says nothing; 0: for ever
    retention_days_least: int = 1  # rooms may not set less
    retention_days_most: int = 0  # nor more; 0: as long as they like
    files_unused_days: int = 30  # a file that nothing names for so long is deleted; 0: none ever is
    files_unused_days_encrypted: int = (
        0  # the same where an encrypted message may name it; 0: never
    )
    detectors: Literal["off", "public", "all"] = "public"  # where plain text is compared with lists
    assessments: Literal["auto", "require", "warn"] = (
        "auto"  # before a risky feature is switched on
    )
    # Whether personal data goes to whom the register of processors does not name.
    registers_enforce: Literal["off", "warn", "on"] = "warn"
    apps: Literal["allow", "refuse"] = "allow"  # whether people may let other apps in (OAuth)
    presence: bool = True  # whether people are shown to each other as being there
    overload: Literal["auto", "shed", "bear"] = "auto"  # shed: refuse the least important at once
    upload_bytes_max: int = 50 * 1024 * 1024
    kept_bytes_max: int = 5 * 1024**3  # files that one account may keep
    kept_bytes_total: int = 0  # files that all accounts may keep; 0: no limit
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    test_mode: bool = False

    @property
    def host(self) -> str:
        """The address to listen on."""
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """The port to listen on."""
        return int(self.listen.rpartition(":")[2])

    @property
    def sheds(self) -> bool:
        """Whether requests are refused in an overload: not of a suite that counts on each answer."""
        return self.overload == "shed" or (self.overload == "auto" and not self.test_mode)

    @property
    def service_files(self) -> tuple[Path, ...]:
        """The registration files of application services."""
        return tuple(Path(one.strip()) for one in self.appservices.split(",") if one.strip())

    @property
    def inside(self) -> frozenset[tuple[str, int]]:
        """The hosts and ports inside that webhooks may reach."""
        return _places(self.webhooks_inside)

    @property
    def gateways_inside(self) -> frozenset[tuple[str, int]]:
        """The hosts and ports inside that people's push gateways may be at."""
        return _places(self.pushers_inside)

    @property
    def pages_inside(self) -> frozenset[tuple[str, int]]:
        """The hosts and ports inside whose pages may be fetched."""
        return _places(self.previews_inside)

    @property
    def hosts_denied(self) -> tuple[str, ...]:
        """The hosts whose pages are not fetched."""
        hosts = (one.strip().strip(".").lower() for one in self.previews_denied.split(","))
        return tuple(one for one in hosts if one)

    @property
    def turn_places(self) -> tuple[str, ...]:
        """Where the relay for calls is found."""
        return tuple(one.strip() for one in self.turn_uris.split(",") if one.strip())

    @property
    def base_url(self) -> str:
        """Where people reach us, without a slash at the end."""
        return (self.public_url or f"http://{self.listen}").rstrip("/")


def _places(written: str) -> frozenset[tuple[str, int]]:
    places = [place.strip() for place in written.split(",") if place.strip()]
    parted = [place.rpartition(":") for place in places]
    return frozenset((host.strip("[]").lower(), int(port)) for host, _, port in parted)


def _from_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as wrong:
        raise BadConfig(f"{path} is not valid TOML: {wrong}") from wrong
    except OSError as wrong:
        raise BadConfig(f"{path} cannot be read: {wrong.strerror}") from wrong


def _from_environment(environment: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for name, value in environment.items():
        if name.startswith(ENVIRONMENT_PREFIX):
            found[name.removeprefix(ENVIRONMENT_PREFIX).lower()] = value
    return found


def default_data_dir(environment: Mapping[str, str]) -> str:
    """Return where data lies when nobody says: the system's place for root, else the person's."""
    if os.geteuid() == 0:
        return "/var/lib/teahouse"
    home = environment.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return str(Path(home) / "teahouse")


def quiet_spans(hours: str) -> tuple[tuple[int, int], ...]:
    """Return stretches of the day in minutes, each from and until; one may pass midnight.

    ``BadConfig`` for what is none.
    """
    spans: list[tuple[int, int]] = []
    for one in hours.split(","):
        found = _SPAN.fullmatch(one.strip())
        if found is None:
            if hours.strip():
                raise BadConfig(f"upgrade_quiet_hours is like 18-23 or 18:30-23, not {one!r}")
            continue
        begins, ends = (int(found[nth]) * 60 + int(found[nth + 1] or 0) for nth in (1, 3))
        spans.append((begins % DAY_MINUTES, ends % DAY_MINUTES or DAY_MINUTES))
    return tuple(spans)


def quiet_zone(name: str) -> tzinfo:
    """Return a time zone by its name. ``BadConfig`` for what is none here."""
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError) as none:
        raise BadConfig(f"upgrade_quiet_zone is no time zone that is known here: {name}") from none


def check(config: Config) -> None:
    """Refuse a configuration that could not work, before anything is started."""
    host, colon, port = config.listen.rpartition(":")
    if not colon or not host or not port.isdigit() or not 0 <= int(port) <= 65535:
        raise BadConfig(f"listen must be HOST:PORT, not {config.listen!r}")
    if config.test_mode and config.host not in LOOPBACK:
        raise BadConfig(f"test_mode is for loopback only, and listen is {config.listen}")
    for name, least, most in (
        ("workers", 1, 64),
        ("log_shards", 1, 64),
        ("database_pool_max", 4, 200),
        ("upload_bytes_max", 1, 2**40),
        ("kept_bytes_max", 1, 2**50),
        ("kept_bytes_total", 0, 2**60),
        ("deletion_grace_days", 0, 90),
        ("recovery_wait_hours", 1, 24 * 30),
        ("upgrade_soft_days", 0, 365),
        ("backup_keep_days", 0, 36_500),
        ("policy_notice_days", 0, 365),
        ("turn_seconds", 60, 604_800),
        ("retention_days", 0, RETENTION_DAYS_MAX),
        ("retention_days_least", 1, RETENTION_DAYS_MAX),
        ("retention_days_most", 0, RETENTION_DAYS_MAX),
        ("files_unused_days", 0, RETENTION_DAYS_MAX),
        ("stills_score_min", 1, 100),
        ("files_unused_days_encrypted", 0, RETENTION_DAYS_MAX),
    ):
        if not least <= getattr(config, name) <= most:
            raise BadConfig(f"{name} must be from {least} to {most}")
    if not _SERVER_NAME.fullmatch(config.server_name):
        raise BadConfig(f"server_name must be a host name, not {config.server_name!r}")
    for name in _WEB_ADDRESSES:
        if not is_web_address(getattr(config, name)):
            raise BadConfig(f"{name} must be https://HOST or http://HOST, and a port if needed")
    if not all(one.startswith(("postgresql://", "postgres://")) for one in config.replicas.split()):
        raise BadConfig("replicas must be like database_url, with spaces between")
    quiet_spans(config.upgrade_quiet_hours)
    quiet_zone(config.upgrade_quiet_zone)
    _check_days(config)
    _check_oidc(config.oidc)
    _check_proxies(config.trusted_proxies)
    _check_signed(config)
    _check_pair(config, "registration_shared_secret", "registration_shared_secret_before")
    _check_notices(config)
    _check_relay(config)
    _check_keys(config)
    if config.smtp_url and not config.mail_from:
        raise BadConfig("smtp_url is set: set mail_from too, the address that codes come from")


def _check_signed(config: Config) -> None:
    for name in ("realname", "phone_holder", "stills"):
        if getattr(config, f"{name}_url") and not getattr(config, f"{name}_secret"):
            raise BadConfig(f"{name}_url is set: set {name}_secret too, which signs our questions")
    for name in ("realname", "phone_holder"):
        _check_pair(config, f"{name}_secret", f"{name}_secret_next")


def _check_days(config: Config) -> None:
    if not is_retention(
        config.retention_days, config.retention_days_least, config.retention_days_most
    ):
        raise BadConfig("retention_days must lie between retention_days_least and _most")
    if not is_collection(config.files_unused_days, config.files_unused_days_encrypted):
        raise BadConfig("files_unused_days_encrypted must be 0, or no less than files_unused_days")


def is_retention(default: int, least: int, most: int) -> bool:
    """Tell whether days make sense together: of 0, that there is no end, and of the others."""
    in_range = 0 <= default <= RETENTION_DAYS_MAX and 1 <= least <= RETENTION_DAYS_MAX
    if not in_range or not 0 <= most <= RETENTION_DAYS_MAX:
        return False
    return (not most or least <= most) and (
        not default or (least <= default and (not most or default <= most))
    )


def is_collection(days: int, encrypted: int) -> bool:
    """Tell whether days make sense together: of 0, that nothing goes, and of the others."""
    in_range = 0 <= days <= RETENTION_DAYS_MAX and 0 <= encrypted <= RETENTION_DAYS_MAX
    return in_range and (not encrypted or 0 < days <= encrypted)


def _check_pair(config: Config, name: str, other: str) -> None:
    if getattr(config, other) and getattr(config, name) in ("", getattr(config, other)):
        raise BadConfig(f"{other} is set: set {name} too, and to another secret")


def is_web_address(url: str) -> bool:
    """Tell whether a URL, if there is one, is of the web and without a name or password in it."""
    if not url:
        return True
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc


def _check_relay(config: Config) -> None:
    for place in config.turn_places:
        if not place.startswith(("turn:", "turns:")) or not place.isprintable() or " " in place:
            raise BadConfig(f"turn_uris must be turn:HOST or turns:HOST by commas, not {place!r}")
    if bool(config.turn_places) != bool(config.turn_secret):
        raise BadConfig(
            "turn_uris and turn_secret are set together: the relay checks by the secret"
        )


def _check_notices(config: Config) -> None:
    for name in ("webhooks_inside", "pushers_inside", "previews_inside"):
        written: str = getattr(config, name)
        for place in written.split(",") if written else ():
            host, _, port = place.strip().rpartition(":")
            if not host or not port.isdigit() or not 0 < int(port) < 65536:
                raise BadConfig(f"{name} must be HOST:PORT by commas, not {place.strip()!r}")
    if config.status_dir and not Path(config.status_dir).is_absolute():
        raise BadConfig("status_dir must be a whole path, from / on")


def _check_keys(config: Config) -> None:
    _check_transit(config)
    for one in config.region_keys:
        if not _PROVIDER_ID.fullmatch(one.region):
            raise BadConfig(f"region_keys: region must be one's name, not {one.region!r}")
        if bool(one.key_file) == bool(one.transit_url):
            raise BadConfig(f"region_keys: set key_file or transit_url for {one.region}, not both")
        if not is_web_address(one.transit_url):
            raise BadConfig("region_keys: transit_url must be https://HOST")
        _check_transit(one)
    if len({one.region for one in config.region_keys}) < len(config.region_keys):
        raise BadConfig("region_keys: one region is named twice")


def _check_transit(config: Config | RegionKeys) -> None:
    if not config.transit_url:
        return
    parts = urlsplit(config.transit_url)
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise BadConfig("transit_url must be https://…: a token and keys travel to it")
    if not config.transit_token_file:
        raise BadConfig("transit_url is set: set transit_token_file too, what we show to it")
    if config.key_file or config.key_passphrase_file:
        raise BadConfig("transit_url is set: then there is no key_file, and no passphrase of it")
    if not _PROVIDER_ID.fullmatch(config.transit_prefix):
        raise BadConfig("transit_prefix must be letters, digits and -")


def _check_oidc(providers: tuple[OidcProvider, ...]) -> None:
    for provider in providers:
        parts = urlsplit(provider.issuer)
        near = parts.scheme == "http" and parts.hostname in LOOPBACK
        if not is_web_address(provider.issuer) or not (near or parts.scheme == "https"):
            raise BadConfig(f"oidc: issuer must be https://…, not {provider.issuer!r}")
        if not _PROVIDER_ID.fullmatch(provider.id):
            raise BadConfig(f"oidc: id must be letters, digits and -, not {provider.id!r}")
    if len({provider.id for provider in providers}) < len(providers):
        raise BadConfig("oidc: two providers have one id")


def _check_proxies(written: str) -> None:
    for proxy in written.split(",") if written else ():
        try:
            network = ipaddress.ip_network(proxy.strip())
        except ValueError:
            raise BadConfig(
                f"trusted_proxies must be addresses or networks, not {proxy.strip()!r}"
            ) from None
        if network.prefixlen == 0:
            raise BadConfig("trusted_proxies must not be everybody: they could write any address")


def adopt(config: Config, own: Config, chosen: Mapping[str, str]) -> None:
    """Write into a worker's ``config`` what was chosen at run time, on top of its ``own``.

    The one place where a configuration changes: everybody holds the same object, and reads a
    setting when it is needed. Only ``settings`` calls it, and only for its few names.
    """
    fresh = with_chosen(own, chosen)
    for name in Config.__struct_fields__:
        value = getattr(fresh, name)
        if getattr(config, name) != value:
            msgspec.structs.force_setattr(config, name, value)


def with_chosen(config: Config, chosen: Mapping[str, str]) -> Config:
    """Return a configuration as it would be with what was chosen."""
    return msgspec.structs.replace(config, **{n: _typed(config, n, v) for n, v in chosen.items()})


def _typed(own: Config, name: str, value: str) -> Any:
    """Return what was chosen as the setting takes it: a number where the setting is one."""
    return int(value) if isinstance(getattr(own, name), int) else value


def load(
    environment: Mapping[str, str] = os.environ, file: Path | None = None, **options: Any
) -> Config:
    """Read the configuration.

    Raises ``BadConfig`` naming the key for an unknown key, a value of the wrong type or a
    combination that cannot work. ``options`` that are ``None`` count as not given.
    """
    named = environment.get(f"{ENVIRONMENT_PREFIX}CONFIG", "")
    path = file or (Path(named) if named else Path("teahouse.toml"))
    values: dict[str, Any] = _from_file(path) if (file or named or path.exists()) else {}
    values |= {k: v for k, v in _from_environment(environment).items() if k != "config"}
    if isinstance(values.get("oidc"), str):
        try:
            values["oidc"] = msgspec.json.decode(values["oidc"])
        except msgspec.DecodeError as wrong:
            raise BadConfig("oidc in the environment must be JSON") from wrong
    values |= {key: value for key, value in options.items() if value is not None}
    values.setdefault("data_dir", default_data_dir(environment))
    unknown = sorted(set(values) - set(Config.__struct_fields__))
    if unknown:
        raise BadConfig(f"unknown setting: {', '.join(unknown)}")
    try:
        config = msgspec.convert(values, Config, strict=False)
    except msgspec.ValidationError as wrong:
        raise BadConfig(f"configuration: {wrong}") from wrong
    check(config)
    return config
