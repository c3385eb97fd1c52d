"""Who may come back, by what, and when: the rules, pure."""

import enum
from datetime import datetime, timedelta
from typing import ClassVar

import msgspec

from teahouse.errors import Kind, Refused

NOTICE_TYPE = "org.teahouse.security"  # of account data: which notice is the newest

TICKET_LIFE = timedelta(minutes=10)
UNDO_LIFE = timedelta(hours=72)
RETURN_LIFE = timedelta(days=14)  # to come back in, once the wait is over
NOTICES_LIFE = timedelta(days=180)
NOTICES_LISTED_MAX = 50
CODES_PRINTED, TICKET_ATTEMPTS_MAX = 8, 5
CODE_GROUPS, CODE_GROUP_LETTERS = 4, 4  # about 79 bits

# Carriers keep a number back for at least this long before they give it to somebody else; an
# address lapses more slowly. What was proved since cannot have changed hands.
FRESH = {"phone": timedelta(days=45), "email": timedelta(days=365)}
CLAIM_WAITS = (  # (idle for at least, wait), the longest first
    (timedelta(days=180), timedelta()),
    (timedelta(days=90), timedelta(days=3)),
    (timedelta(), timedelta(days=14)),
)
UNREACHABLE_IDLE = timedelta(days=365)  # before a number is taken from who cannot be told
OBJECTION_LIFE = timedelta(days=90)
HELP_WAIT_MIN = timedelta(hours=72)  # whatever the wait for a printed code is
HELP_LIFE = timedelta(days=7)  # for another operator to decide
HELP_REST = timedelta(days=30)  # after somebody in the account has stopped it
HELPS_A_DAY, HELPS_LISTED_MAX = 10, 100  # begun by one operator; shown at once
HELP_REASON_LETTERS_MAX, EVIDENCE_LETTERS_MAX = 500, 2000
CLAIM_LIFE = timedelta(days=30)


class What(enum.Enum):
    """What happened to an account. The names are stored and told; they never change."""

    PASSWORD_SET = "password_set"  # noqa: S105 - a kind of event
    CONTACT_ADDED = "contact_added"
    CONTACT_CHANGED = "contact_changed"
    CONTACT_REMOVED = "contact_removed"
    CONTACT_UNDONE = "contact_undone"
    CONTACT_CLAIMED = "contact_claimed"
    CONTACT_LOST = "contact_lost"
    CODES_MADE = "codes_made"
    RETURN_BEGUN = "return_begun"
    RETURN_CANCELLED = "return_cancelled"
    RETURN_DONE = "return_done"
    LEAVING = "leaving"
    RESTORED = "restored"
    PROVIDER_LINKED = "provider_linked"
    PROVIDER_UNLINKED = "provider_unlinked"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    DEVICE_PAIRED = "device_paired"
    VOUCH_BARRED = "vouch_barred"
    VOUCH_LIFTED = "vouch_lifted"
    SIGNED_IN = "signed_in"
    HELP_BEGUN = "help_begun"
    DATA_BREACH = "data_breach"
    WARD_BREACH = "ward_breach"  # of whom one answers for
    RESTRICTION_ENDS = "restriction_ends"
    LEGACY_NAMED = "legacy_named"
    LEGACY_CLAIMED = "legacy_claimed"


class Notice(msgspec.Struct, frozen=True):
    """What happened, when, and from which device; ``seen`` by the device that asks."""

    notice_id: str
    what: str
    at: datetime
    device_id: str | None
    device_name: str | None
    seen: bool
    about: str | None = None  # what was added, as its owner calls it
    place: str | None = None  # from which network


class Added(msgspec.Struct, frozen=True):
    """A device or passkey that was added, and from where; ``device_id`` when it added itself."""

    name: str
    place: str
    device_id: str | None = None


class Return(msgspec.Struct, frozen=True):
    """A way back that has begun."""

    token: str
    ready_at: datetime


# What devices are told of here, and contacts are not: another message comes with each.
DEVICES_ONLY = frozenset({What.SIGNED_IN, What.DATA_BREACH, What.WARD_BREACH})

# What those contacts are told that get no link.
WITHOUT_LINK = {What.CONTACT_CHANGED: "contact_added", What.CONTACT_REMOVED: "contact_dropped"}


class TellAll(msgspec.Struct, frozen=True):
    """The job that shows a notice on every device."""

    kind: ClassVar[str] = "recovery.tell_all"
    notice_id: str


class TellContact(msgspec.Struct, frozen=True):
    """The job that sends a notice to one contact; ``template`` is which text."""

    kind: ClassVar[str] = "recovery.tell_contact"
    notice_id: str
    account_id: str
    template: str
    contact_kind: str
    rank: int
    undo_id: str = ""


class HelpState(enum.Enum):
    """How far it is that operators let somebody back in. The names are stored and told."""

    ASKED = "asked"  # one operator has begun
    WAITING = "waiting"  # another has agreed, and everybody was told
    SENT = "sent"  # the link is on its way to where the person said
    DONE = "done"
    DECLINED = "declined"
    STOPPED = "stopped"  # by a device, or by the link in a message
    LAPSED = "lapsed"


class HelpAsked(msgspec.Struct, frozen=True):
    """What an operator begins with: whose account, why, what was shown, and where the link goes."""

    account_id: str
    reason: str
    evidence: str
    contact_kind: str
    contact: str


class Help(msgspec.Struct, frozen=True):
    """How operators let somebody back in; the contact is masked, and no secret is here."""

    help_id: str
    account_id: str
    user_id: str
    state: HelpState
    contact_kind: str
    contact_masked: str
    evidence: str
    reason: str
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    ready_at: datetime | None
    ended_at: datetime | None


class SendReturn(msgspec.Struct, frozen=True):
    """The job that sends the link, once the wait is over."""

    kind: ClassVar[str] = "recovery.send_return"
    help_id: str


class EndAccount(msgspec.Struct, frozen=True):
    """The job that ends an account whose time to be called back is over."""

    kind: ClassVar[str] = "recovery.end_account"
    account_id: str
    erase: bool


# -- coming in by a code alone ------------------------------------------------------------------


class Means(msgspec.Struct, frozen=True):
    """What an account has, seen from one contact that was just proved by a code."""

    kind: str
    proved_ago: timedelta  # since its owner last proved that contact, before now
    password: bool
    other_contact: bool
    printed: bool


class Step(enum.Enum):
    """What follows on a right code."""

    ENTER = "enter"
    MORE = "more"  # something else that only the owner has
    WAIT = "wait"  # there is nothing else: everybody is told, and may stop it


def fresh(kind: str, proved_ago: timedelta) -> bool:
    """Tell whether a contact is still its owner's, judged by when it was last proved."""
    return proved_ago < FRESH[kind]


def by_code(means: Means) -> Step:
    """Decide whether a code to a contact is enough.

    A number that was proved a short while ago is still its owner's. Later it may be somebody
    else's, who then holds a number and nothing of the account.
    """
    if fresh(means.kind, means.proved_ago):
        return Step.ENTER
    if means.password or means.other_contact or means.printed:
        return Step.MORE
    return Step.WAIT


# -- operators help ----------------------------------------------------------------------------


def check_help(under_way: bool, begun_today: int, stopped_ago: timedelta | None) -> None:
    """Refuse to begin: ``HelpUnderWay``, ``HelpStopped``, ``TooManyHelps``."""
    if under_way:
        raise HelpUnderWay
    if stopped_ago is not None and stopped_ago < HELP_REST:
        raise HelpStopped
    if begun_today >= HELPS_A_DAY:
        raise TooManyHelps


def check_second(state: HelpState, asked_ago: timedelta, *, same: bool, agrees: bool) -> None:
    """Refuse to decide: ``HelpOver``; ``SecondNeeded`` for who would agree with themselves."""
    if state is not HelpState.ASKED or asked_ago >= HELP_LIFE:
        raise HelpOver
    if same and agrees:
        raise SecondNeeded


def check_written(text: str, letters_max: int) -> str:
    """Return what an operator has written, or raise ``HelpWithoutWords``."""
    written = text.strip()
    if not 0 < len(written) <= letters_max:
        raise HelpWithoutWords
    return written


# -- a number that has a new owner --------------------------------------------------------------


class Owner(msgspec.Struct, frozen=True):
    """The account that has a number which somebody else has just proved to be theirs."""

    kind: str
    idle: timedelta
    proved_ago: timedelta
    reachable: bool  # a device is signed in, or there is another contact
    objected_ago: timedelta | None = None
    claimed_ago: timedelta | None = None


class Claim(enum.Enum):
    """What becomes of the number."""

    HELD = "held"  # it stays where it is
    WAITS = "waits"
    RELEASED = "released"


def wait_for(owner: Owner) -> timedelta:
    """Return how long an account may say no, before its number goes."""
    return next(wait for idle, wait in CLAIM_WAITS if owner.idle >= idle)


def claim(owner: Owner) -> Claim:
    """Decide about "that is not me": nobody loses a number in use, or without being told."""
    if owner.objected_ago is not None and owner.objected_ago < OBJECTION_LIFE:
        return Claim.HELD
    if fresh(owner.kind, owner.proved_ago):
        return Claim.HELD
    if not owner.reachable:
        return Claim.RELEASED if owner.idle >= UNREACHABLE_IDLE else Claim.HELD
    if (owner.claimed_ago or timedelta()) >= wait_for(owner):
        return Claim.RELEASED
    return Claim.WAITS


# -- refusals -----------------------------------------------------------------------------------


class MoreProof(Refused):
    """The code is right. This number was not used here for long: show something else too."""

    code = "accounts.more_proof"
    kind = Kind.FORBIDDEN


class MustWait(Refused):
    """Your way back has begun. Every device and contact of the account is told meanwhile."""

    code = "accounts.must_wait"
    kind = Kind.FORBIDDEN


class CannotReturn(Refused):
    """That is not right, was used already, or was stopped by the account's owner."""

    code = "accounts.cannot_return"
    kind = Kind.FORBIDDEN


class HelpWithoutWords(Refused):
    """Say why, and what was shown: both are needed, and neither may be longer than the field."""

    code = "recovery.help_without_words"
    kind = Kind.INVALID


class HelpUnderWay(Refused):
    """Somebody is getting back into this account already: wait until that is over."""

    code = "recovery.help_under_way"
    kind = Kind.CONFLICT


class HelpStopped(Refused):
    """A device of this account has stopped the last one: not again within thirty days."""

    code = "recovery.help_stopped"
    kind = Kind.CONFLICT


class TooManyHelps(Refused):
    """An operator may begin ten of these a day."""

    code = "recovery.too_many_helps"
    kind = Kind.CONFLICT


class HelpOver(Refused):
    """This was decided already, or has lapsed."""

    code = "recovery.help_over"
    kind = Kind.CONFLICT


class SecondNeeded(Refused):
    """Whoever began cannot agree: another operator has to."""

    code = "recovery.second_needed"
    kind = Kind.FORBIDDEN


class CannotBeSent(Refused):
    """This house cannot send to such a contact now."""

    code = "recovery.cannot_be_sent"
    kind = Kind.UNPROCESSABLE


class LinkOver(Refused):
    """This link was used, or is too old."""

    code = "accounts.link_over"
    kind = Kind.FORBIDDEN


class JustChanged(Refused):
    """This was changed in the last three days, and can still be undone: wait until that is over."""

    code = "accounts.just_changed"
    kind = Kind.CONFLICT


class TooManyContacts(Refused):
    """An account has at most two numbers and two addresses."""

    code = "accounts.too_many_contacts"
    kind = Kind.CONFLICT


class LastWay(Refused):
    """Without this you could not sign in any more: set a password or add another contact first."""

    code = "accounts.last_way"
    kind = Kind.CONFLICT


class NoSuchContact(Refused):
    """The account has no such contact."""

    code = "accounts.no_contact"
    kind = Kind.NOT_FOUND


class NumberHeld(Refused):
    """An account uses this number or address. Register with another one."""

    code = "accounts.number_held"
    kind = Kind.CONFLICT


class NumberWaits(Refused):
    """The account that has it is being asked. If nobody objects, it will be yours."""

    code = "accounts.number_waits"
    kind = Kind.CONFLICT
