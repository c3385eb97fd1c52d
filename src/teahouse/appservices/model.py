"""What a registration says, and whose a name is (Application Service API, v1.19, "Registration")."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, NamedTuple, cast

import msgspec
import yaml

from teahouse.config import is_web_address
from teahouse.errors import Invalid, Kind, Missing, Refused

FILE_BYTES_MAX = 256 * 1024
ID_LETTERS_MAX = 255
SPACES_MAX = 1000  # namespaces of a kind
REGEX_LETTERS_MAX = 1000
EVENTS_MAX = 100  # of one transaction
TRANSACTIONS_MAX = 4  # of one job; then it stands in line again
SEND_SECONDS_MAX = 20.0
ASK_SECONDS_MAX = 10.0
JOB_SECONDS_MAX = 110.0
LEASE = timedelta(seconds=120)
BUSY_AFTER = timedelta(seconds=1)
RETRY_AFTER_MAX = timedelta(minutes=10)
LISTED_MAX = 500
TS_MAX = 2**53 - 1
MURMURS_MAX = 100  # under way at once in a worker; more are passed over
ROOMS_REMEMBERED_MAX = 20_000
ROOMS_LOOKED_AT_MAX = 1000  # for whom somebody's presence concerns
NETWORKS_KEPT_FOR = timedelta(minutes=5)
NETWORKS_KEPT_MAX = 1000


class BadRegistration(Refused):
    """That is not the registration of an application service."""

    code = "appservices.bad_registration"
    kind = Kind.INVALID


class TokenTaken(Refused):
    """Another application service has that token: each must have its own."""

    code = "appservices.token_taken"
    kind = Kind.CONFLICT


class NoSuchService(Refused):
    """There is no such application service."""

    code = "appservices.not_found"
    kind = Kind.NOT_FOUND


class Exclusive(Refused):
    """That name is kept for an application service, or is not one of this service's."""

    code = "appservices.exclusive"
    kind = Kind.INVALID


class NotItsUser(Refused):
    """The application service may not act as that user."""

    code = "appservices.not_its_user"
    kind = Kind.FORBIDDEN


class NotRegistered(Refused):
    """The application service has not registered that user yet."""

    code = "appservices.not_registered"
    kind = Kind.FORBIDDEN


class UnknownDevice(Refused):
    """That user has no such device."""

    code = "appservices.unknown_device"
    kind = Kind.INVALID


class NotTheService(Refused):
    """Only that application service may ask for this."""

    code = "appservices.not_the_service"
    kind = Kind.FORBIDDEN


class NoAddress(Refused):
    """The application service has no address to be reached at."""

    code = "appservices.no_address"
    kind = Kind.INVALID


class BadStatus(Refused):
    """The application service answered, but did not say yes."""

    code = "appservices.bad_status"
    kind = Kind.UNAVAILABLE


class NotReached(Refused):
    """The application service cannot be reached."""

    code = "appservices.not_reached"
    kind = Kind.UNAVAILABLE


class NotInTime(Refused):
    """The application service did not answer in time."""

    code = "appservices.not_in_time"
    kind = Kind.UNAVAILABLE


class NoSuchNetwork(Refused):
    """No network is bridged here by that name, or knows of that."""

    code = "appservices.no_network"
    kind = Kind.NOT_FOUND


class Namespace(msgspec.Struct, frozen=True):
    """Names that a service speaks for; ``exclusive`` ones are nobody else's."""

    regex: str
    exclusive: bool = False


class Namespaces(msgspec.Struct, frozen=True):
    """The names of users, aliases and rooms that concern a service."""

    users: tuple[Namespace, ...] = ()
    aliases: tuple[Namespace, ...] = ()
    rooms: tuple[Namespace, ...] = ()

    @property
    def regexes(self) -> list[str]:
        """What the names are like, for people."""
        return [one.regex for one in (*self.users, *self.aliases, *self.rooms)]


class Kept(msgspec.Struct, frozen=True):
    """What is kept of a registration in clear."""

    url: str | None
    sender_localpart: str
    namespaces: Namespaces
    rate_limited: bool = True
    protocols: tuple[str, ...] = ()
    receive_ephemeral: bool = False


class Registration(msgspec.Struct, frozen=True):
    """A whole registration, with both tokens."""

    id: str
    as_token: str
    hs_token: str
    kept: Kept

    @property
    def digest(self) -> bytes:
        """The digest of all that it says."""
        return hashlib.sha256(msgspec.json.encode(self, order="deterministic")).digest()


class FieldType(msgspec.Struct, frozen=True):
    """How a field of names on another network is written."""

    regexp: str
    placeholder: str


class Instance(msgspec.Struct, frozen=True, omit_defaults=True):
    """One network of a protocol; ``instance_id`` is ours to give."""

    desc: str
    network_id: str
    fields: dict[str, Any]
    icon: str | None = None
    instance_id: str | None = None


class Network(msgspec.Struct, frozen=True):
    """A protocol, as a service tells of it."""

    user_fields: list[str]
    location_fields: list[str]
    icon: str
    field_types: dict[str, FieldType]
    instances: list[Instance]


class FoundPerson(msgspec.Struct, frozen=True):
    """Somebody of another network, by their Matrix id."""

    userid: str
    protocol: str
    fields: dict[str, Any]


class FoundPlace(msgspec.Struct, frozen=True):
    """A place of another network, by its alias here."""

    alias: str
    protocol: str
    fields: dict[str, Any]


class Deliver(msgspec.Struct, frozen=True):
    """Send a service what waits for it."""

    kind: ClassVar[str] = "appservices.deliver"

    service_id: str


class Shown(msgspec.Struct, frozen=True):
    """A service as operators see it."""

    service_id: str
    url: str | None
    sender: str
    added_at: datetime
    waiting: int
    failure_count: int


class Space(NamedTuple):
    """A namespace, ready to be compared with."""

    pattern: "re.Pattern[str]"
    exclusive: bool


@dataclass(frozen=True)
class Service:
    """A service that was let in, ready to be asked whose a name is."""

    service_id: str
    subject_id: str
    server_name: str
    kept: Kept
    users: tuple[Space, ...]
    aliases: tuple[Space, ...]
    rooms: tuple[Space, ...]

    @property
    def sender(self) -> str:
        """The service's own user."""
        return f"@{self.kept.sender_localpart}:{self.server_name}"

    def owns_user(self, user_id: str) -> bool:
        """Tell whether the service may act as a user, and hears what concerns them."""
        if not user_id.endswith(f":{self.server_name}"):
            return False
        return user_id == self.sender or _matches(self.users, user_id)

    def owns_alias(self, alias: str) -> bool:
        """Tell whether an alias is one of the service's."""
        return _matches(self.aliases, alias)

    def keeps_user(self, user_id: str) -> bool:
        """Tell whether nobody but the service may have a name."""
        return user_id == self.sender or _matches(self.users, user_id, exclusive=True)

    def keeps_alias(self, alias: str) -> bool:
        """Tell whether nobody but the service may give or take an alias."""
        return _matches(self.aliases, alias, exclusive=True)

    def bridges(self, protocol: str | None) -> bool:
        """Tell whether the service bridges a protocol; ``None`` is any."""
        known = self.kept.protocols
        return protocol in known if protocol is not None else bool(known)

    def cares_for_room(self, room_id: str) -> bool:
        """Tell whether a room itself is one of the service's."""
        return _matches(self.rooms, room_id)

    def cares_for_people(self, people: Iterable[str]) -> bool:
        """Tell whether one of ``people`` is one of the service's."""
        return any(self.owns_user(one) for one in people)


def service_of(service_id: str, subject_id: str, server_name: str, kept: Kept) -> Service:
    """Return a service, ready to be asked."""
    names = kept.namespaces
    spaces = [_spaces(some) for some in (names.users, names.aliases, names.rooms)]
    return Service(service_id, subject_id, server_name, kept, *spaces)


def parse(text: str) -> Registration:
    """Return the registration in a file (YAML, or JSON). Raises ``BadRegistration``."""
    if len(text.encode()) > FILE_BYTES_MAX:
        raise BadRegistration(f"A registration has at most {FILE_BYTES_MAX} bytes.")
    try:
        read = yaml.safe_load(text)
    except yaml.YAMLError as wrong:
        raise BadRegistration("That is not YAML.") from wrong
    if not isinstance(read, dict):
        raise BadRegistration("A registration is a list of names and values.")
    said = cast("dict[str, Any]", read)
    ours = {name: said[name] for name in Kept.__struct_fields__ if said.get(name) is not None}
    ours.setdefault("url", None)
    if said.get("de.sorunome.msc2409.push_ephemeral") is True:  # as it was called before v1.13
        ours.setdefault("receive_ephemeral", True)
    ours["namespaces"] = {
        name: value or [] for name, value in dict(said.get("namespaces") or {}).items()
    }
    whole = {name: said[name] for name in ("id", "as_token", "hs_token") if name in said}
    try:
        registration = msgspec.convert(whole | {"kept": ours}, Registration)
    except msgspec.ValidationError as wrong:
        raise BadRegistration(str(wrong)) from wrong
    _check(registration)
    return registration


def instance_of(service_id: str, network_id: str) -> str:
    """Return by which name clients ask for the rooms of one network."""
    return f"{service_id}|{network_id}"


def check_owned(service: Service, user_id: str) -> None:
    """Refuse a name that is not the service's: ``Exclusive``."""
    if not service.owns_user(user_id):
        raise Exclusive


def said_at(ts: str | None) -> int | None:
    """Return when something was said elsewhere ("Timestamp massaging"). Raises ``Invalid``."""
    if ts is None:
        return None
    if not (ts.isascii() and ts.isdigit()) or len(ts) > 16 or int(ts) > TS_MAX:
        raise Invalid("ts must be milliseconds since 1970.")
    return int(ts)


def check_named(username: str | None) -> str:
    """Return the name that a service asks for. Raises ``Missing``."""
    if username is None:
        raise Missing("username is missing.")
    return username


def retry_after(failure_count: int) -> timedelta:
    """Return how long to wait after so many tries that failed: 1 s, 2 s, 4 s … ten minutes."""
    return min(timedelta(seconds=2 ** min(max(failure_count - 1, 0), 12)), RETRY_AFTER_MAX)


def transaction_body(events: Iterable[bytes], ephemeral: Iterable[bytes] = ()) -> bytes:
    """Return the body of a transaction; without ``ephemeral`` where nothing of it is."""
    body = b'{"events":[' + b",".join(events) + b"]"
    murmurs = b",".join(ephemeral)
    return body + (b',"ephemeral":[' + murmurs + b"]" if murmurs else b"") + b"}"


def _check(registration: Registration) -> None:
    kept = registration.kept
    if not 0 < len(registration.id) <= ID_LETTERS_MAX:
        raise BadRegistration(f"id has from 1 to {ID_LETTERS_MAX} letters.")
    if not registration.as_token or not registration.hs_token:
        raise BadRegistration("as_token and hs_token must not be empty.")
    if not kept.sender_localpart:
        raise BadRegistration("sender_localpart must not be empty.")
    if not is_web_address(kept.url or ""):
        raise BadRegistration("url must be http://HOST or https://HOST, or null.")
    for name in Namespaces.__struct_fields__:
        spaces: tuple[Namespace, ...] = getattr(kept.namespaces, name)
        if len(spaces) > SPACES_MAX:
            raise BadRegistration(f"namespaces.{name} holds at most {SPACES_MAX}.")
        for space in spaces:
            _check_regex(name, space.regex)


def _check_regex(name: str, regex: str) -> None:
    if len(regex) > REGEX_LETTERS_MAX:
        raise BadRegistration(f"A regex of namespaces.{name} has at most {REGEX_LETTERS_MAX}.")
    try:
        re.compile(regex)
    except re.error as wrong:
        raise BadRegistration(f"namespaces.{name}: {regex!r} is no regex: {wrong}") from wrong


def _spaces(namespaces: Iterable[Namespace]) -> tuple[Space, ...]:
    return tuple(Space(re.compile(one.regex), one.exclusive) for one in namespaces)


def _matches(spaces: tuple[Space, ...], text: str, *, exclusive: bool = False) -> bool:
    return any(space.pattern.match(text) for space in spaces if space.exclusive or not exclusive)
