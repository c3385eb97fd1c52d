"""The rules there are, how operators can set them, and the lists that operators keep."""

import enum
import ipaddress
import re
from collections.abc import Iterable
from datetime import datetime

import msgspec

from teahouse.screening.model.refusals import BadListing, BadRule

AMOUNT_MAX = 10_000_000
LISTINGS_MAX = 5000
REASON_LETTERS_MAX = 500
_DOMAIN = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


class Mode(enum.Enum):
    """Whether a rule acts. ``WATCH`` counts what it would have done."""

    OFF = "off"
    WATCH = "watch"
    ON = "on"


class Rule(enum.Enum):
    """The names are stored and told; they never change."""

    PREFIX_STARTS = "prefix_starts"
    PREFIX_CODES = "prefix_codes"
    CONTACT_CODES = "contact_codes"
    DOOR_STARTS = "door_starts"
    HOUSE_STARTS = "house_starts"
    SMS_HOUR = "sms_hour"
    SMS_DAY = "sms_day"
    PROOF = "proof"
    DISPOSABLE_MAIL = "disposable_mail"
    LISTS = "lists"
    LIKENESS = "likeness"
    VOLUME = "volume"
    LATER = "later"
    BURST = "burst"


class RuleKind(msgspec.Struct, frozen=True):
    """What a rule's amount means, and how it comes: ``amount`` in ``unit``."""

    amount: int
    unit: str
    least: int = 1
    most: int = AMOUNT_MAX


RULES: dict[Rule, RuleKind] = {
    Rule.PREFIX_STARTS: RuleKind(60, "starts/hour/prefix"),
    Rule.PREFIX_CODES: RuleKind(60, "codes/hour/prefix"),
    Rule.CONTACT_CODES: RuleKind(10, "codes/day/contact"),
    Rule.DOOR_STARTS: RuleKind(600, "starts/minute/door"),
    Rule.HOUSE_STARTS: RuleKind(1200, "starts/minute"),
    Rule.SMS_HOUR: RuleKind(5_000, "messages/hour"),
    Rule.SMS_DAY: RuleKind(50_000, "messages/day"),
    Rule.PROOF: RuleKind(10, "bits", 1, 20),
    Rule.DISPOSABLE_MAIL: RuleKind(0, "", 0, 0),
    Rule.LISTS: RuleKind(0, "", 0, 0),
    Rule.LIKENESS: RuleKind(5, "alike", 3, 1000),
    Rule.VOLUME: RuleKind(20, "accounts/day/prefix", 5),
    Rule.LATER: RuleKind(0, "", 0, 0),
    Rule.BURST: RuleKind(20, "suspects/5 minutes", 5),
}


class Setting(msgspec.Struct, frozen=True):
    """How a rule is set."""

    mode: Mode
    amount: int


class Kind(enum.Enum):
    """What operators keep lists of. The names are told."""

    DOMAINS = "domains"  # of mail services
    NETWORKS = "networks"


class Wanted(msgspec.Struct, frozen=True):
    """What an operator would put on a list, what to do with it, and why."""

    what: str
    action: str
    reason: str


class Listing(msgspec.Struct, frozen=True):
    """What an operator said about an e-mail domain or a network; ``None``: until taken off."""

    what: str
    action: str
    reason: str
    expires_at: datetime | None
    created_by: str
    created_at: datetime


DOMAIN_ACTIONS = ("deny", "allow", "hold")
NETWORK_ACTIONS = ("deny", "hold", "limit")


def setting_of(settings: dict[Rule, Setting], rule: Rule, usual: Mode) -> Setting:
    """Return how a rule is set; ``usual`` is the mode of one that nobody has touched."""
    return settings.get(rule) or Setting(usual, RULES[rule].amount)


def check_setting(rule: str, mode: str, amount: int) -> tuple[Rule, Setting]:
    """Return a rule and its setting as they were asked for. Raises ``BadRule``."""
    try:
        found, wanted = Rule(rule), Mode(mode)
    except ValueError:
        raise BadRule from None
    kind = RULES[found]
    if not kind.least <= amount <= kind.most:
        raise BadRule(f"The amount must be from {kind.least} to {kind.most}.")
    return found, Setting(wanted, amount)


def check_listing(kind: Kind, wanted: Wanted) -> str:
    """Return what is to be listed as it is compared. Raises ``BadListing``."""
    check = check_domain if kind is Kind.DOMAINS else check_network
    return check(wanted.what, wanted.action, wanted.reason)


def check_domain(domain: str, action: str, reason: str) -> str:
    """Return a domain as it is compared. Raises ``BadListing``."""
    text = domain.strip().lower().removeprefix("@").rstrip(".")
    if not _DOMAIN.fullmatch(text) or action not in DOMAIN_ACTIONS:
        raise BadListing
    _check_reason(reason)
    return text


def check_network(network: str, action: str, reason: str) -> str:
    """Return a network as it is compared. Raises ``BadListing``, also for half the world."""
    try:
        found = ipaddress.ip_network(network.strip(), strict=False)
    except ValueError:
        raise BadListing from None
    if found.prefixlen < (8 if found.version == 4 else 16) or action not in NETWORK_ACTIONS:
        raise BadListing("A network is a CIDR of at least /8, or /16 of IPv6.")
    _check_reason(reason)
    return str(found)


def _check_reason(reason: str) -> None:
    if not 3 <= len(reason.strip()) <= REASON_LETTERS_MAX:
        raise BadListing("Say why, in a sentence.")


def in_time(listings: Iterable[Listing], now: datetime) -> list[Listing]:
    """Return the listings that have not ended."""
    return [one for one in listings if one.expires_at is None or now < one.expires_at]


def domain_action(listings: Iterable[Listing], host: str) -> str | None:
    """Return what the nearest listing says about a mail host: its own, or its parent domain's."""
    by_name = {one.what: one.action for one in listings}
    parts = host.split(".")
    for at in range(len(parts) - 1):
        found = by_name.get(".".join(parts[at:]))
        if found is not None:
            return found
    return None


def network_action(listings: Iterable[Listing], address: str) -> Listing | None:
    """Return the narrowest listing that an address falls under."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    under = [one for one in listings if parsed in ipaddress.ip_network(one.what)]
    return max(under, key=lambda one: ipaddress.ip_network(one.what).prefixlen, default=None)
