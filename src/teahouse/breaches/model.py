"""What a breach is, how wide it is taken, and what a notice of it must say. Pure.

PIPL article 57: the kinds of information, the cause and the possible harm; the measures taken and
what people can do themselves; whom to ask. GDPR article 33 (to the authority, within 72 hours) adds
how many people and records, and why it is late if it is; article 34 is what people are told.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import Annotated, ClassVar, NamedTuple

import msgspec

from teahouse.errors import Kind, Refused
from teahouse.gate.model.policies import Both

PAGE_ROWS = 5_000
PAGES_A_JOB = 40
LISTED_MAX = 1_000
CONTACTS_PAGE = 50
TELL_ROWS = 100
CASES_MAX = 200
TABLES_MAX = 62  # a bit for each
ASK_LIFE = timedelta(hours=24)  # for the second person to agree
READ_LIFE = timedelta(hours=1)
AUTHORITY_HOURS = 72
TEXT_LETTERS_MAX = 4_000
KEPT = timedelta(days=3 * 365)  # of a closed case: who was affected


Moment = Annotated[datetime, msgspec.Meta(tz=True)]  # a time without its zone is no time


class Profile(Enum):
    """Whose law it is told by."""

    INTL = "intl"
    EU = "eu"
    CN = "cn-mainland"


class State(Enum):
    """How far a case is."""

    COUNTING = "counting"
    COUNTED = "counted"
    TELLING = "telling"
    TOLD = "told"
    CLOSED = "closed"


class Scope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may have leaked: the tables (none named: all), the time, and with a key its life.

    ``purpose`` and ``version`` name a key of the house, such as ``kek`` 1; ``dek_id`` one person's.
    """

    began_at: Moment
    ended_at: Moment
    tables: tuple[str, ...] = ()
    purpose: str | None = None
    version: int | None = None
    dek_id: str | None = None


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a notice says besides the figures, in both languages."""

    kinds: Both = Both()
    cause: Both = Both()
    harm: Both = Both()
    measures: Both = Both()
    self_help: Both = Both()
    contact: Both = Both()
    late_why: Both = Both()


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A case as it stands."""

    case_id: str
    title: str
    profile: Profile
    scope: Scope
    told: Told
    state: State
    known_at: datetime
    opened_by: str
    opened_at: datetime
    place: str
    rows_count: int
    unnamed_count: int
    erased_count: int
    counted_at: datetime | None
    authority_told_at: datetime | None
    published_at: datetime | None
    spared_why: str
    closed_at: datetime | None
    contacts_first: str | None
    contacts_asked_at: datetime | None
    contacts_second: str | None
    contacts_until: datetime | None

    @property
    def due_at(self) -> datetime:
        """Until when the authority is to be told: at once, or within 72 hours."""
        late = timedelta(hours=AUTHORITY_HOURS)
        return self.known_at if self.profile is Profile.CN else self.known_at + late


class Affected(msgspec.Struct, frozen=True):
    """Somebody affected, by account id, and in which tables."""

    account_id: str
    tables: tuple[str, ...]
    told_at: datetime | None


class Reached(msgspec.Struct, frozen=True):
    """Somebody affected, with how they can be reached."""

    account_id: str
    user_id: str
    contacts: tuple[str, ...]


class CountCase(msgspec.Struct, frozen=True):
    """Go on counting a case."""

    kind: ClassVar[str] = "breaches.CountCase"

    case_id: str


class TellCase(msgspec.Struct, frozen=True):
    """Go on telling the people of a case, behind an account."""

    kind: ClassVar[str] = "breaches.TellCase"

    case_id: str
    after: str = ""


class TellOne(msgspec.Struct, frozen=True):
    """Send the notice of a case to one contact of an account."""

    kind: ClassVar[str] = "breaches.TellOne"

    case_id: str
    account_id: str
    contact_kind: str
    rank: int
    template: str = "data_breach"


class BadScope(Refused):
    """Name tables that hold sealed data, a time that has begun, and a key that there is."""

    code = "breaches.bad_scope"
    kind = Kind.UNPROCESSABLE


class BadText(Refused):
    """A case has a title, and no text of it is longer than 4,000 letters."""

    code = "breaches.bad_text"
    kind = Kind.UNPROCESSABLE


class NotCounted(Refused):
    """Who is affected is still being counted."""

    code = "breaches.not_counted"
    kind = Kind.CONFLICT


class TextLacking(Refused):
    """The notice lacks something that must be in it."""

    code = "breaches.text_lacking"
    kind = Kind.UNPROCESSABLE


class CaseClosed(Refused):
    """The case is closed."""

    code = "breaches.case_closed"
    kind = Kind.CONFLICT


class NotDealtWith(Refused):
    """A case is closed when the authority was told, and people were told or spared with a reason."""

    code = "breaches.not_dealt_with"
    kind = Kind.CONFLICT


class NeedsSecond(Refused):
    """Contacts are read when a second person has agreed, for an hour."""

    code = "breaches.needs_second"
    kind = Kind.FORBIDDEN


class AgreedAlready(Refused):
    """It has been agreed to: to read on, ask again."""

    code = "breaches.agreed_already"
    kind = Kind.CONFLICT


class AlreadyTold(Refused):
    """People have been told: nobody is spared that any more."""

    code = "breaches.already_told"
    kind = Kind.CONFLICT


class SameReader(Refused):
    """The second person is somebody else than the first."""

    code = "breaches.same_reader"
    kind = Kind.FORBIDDEN


def check_scope(scope: Scope, known: Sequence[str], now: datetime) -> tuple[str, ...]:
    """Return the tables that are meant. Raises ``BadScope``."""
    named = tuple(dict.fromkeys(scope.tables)) or tuple(known)
    strangers = [one for one in named if one not in known]
    if strangers:
        raise BadScope(f"There is nothing sealed in {', '.join(strangers)}.")
    if not scope.began_at <= scope.ended_at or scope.began_at > now:
        raise BadScope
    if (scope.purpose is None) != (scope.version is None):
        raise BadScope("A key is a purpose with a version.")
    if scope.purpose is not None and scope.dek_id is not None:
        raise BadScope("Name one key.")
    assert len(named) <= TABLES_MAX, "a bit for each table"
    return named


def check_known(known_at: datetime, now: datetime) -> None:
    """Raise ``BadScope`` for what nobody can know yet: the authority's time runs from then."""
    if known_at > now:
        raise BadScope("Nobody becomes aware of it in the future.")


def check_words(title: str, told: Told) -> None:
    """Raise ``BadText`` for what is missing or too long."""
    texts = [one for both in msgspec.structs.astuple(told) for one in (both.zh, both.en)]
    if not 1 <= len(title.strip()) <= 200 or any(len(one) > TEXT_LETTERS_MAX for one in texts):
        raise BadText


class Part(NamedTuple):
    """One thing that a notice says: its name, what it is, and the words."""

    name: str
    title: Both
    said: Both


class Notice(NamedTuple):
    """A notice as it went out."""

    whom: str
    told_at: datetime
    parts: list[Part]


_TITLES: dict[str, Both] = {
    "kinds": Both("涉及的个人信息种类", "Kinds of personal data"),
    "cause": Both("发生的原因", "What happened, and why"),
    "harm": Both("可能造成的危害", "What harm there may be"),
    "measures": Both("我们已采取的措施", "What we have done"),
    "self_help": Both("您可以采取的措施", "What you can do"),
    "contact": Both("联系方式", "Whom to ask"),
    "late_why": Both("迟报的原因", "Why this is late"),
    "count": Both("涉及的人数", "How many people"),
    "window": Both("数据可能泄露的时间", "When the data may have leaked"),
    "known": Both("我们得知的时间", "When we became aware"),
}
_PEOPLE = ("kinds", "cause", "harm", "measures", "self_help", "contact")


def needed(case: Case, whom: str, now: datetime) -> tuple[str, ...]:
    """Return what has to be said, by a profile's law, to the authority or to people."""
    if whom == "people":
        return _PEOPLE
    told_at = case.authority_told_at or now
    late = case.profile is Profile.EU and told_at > case.due_at
    return (*_PEOPLE, "late_why") if late else _PEOPLE


def lacking(case: Case, whom: str, now: datetime) -> list[str]:
    """Return what has to be said and is not, in either language."""
    told = msgspec.structs.asdict(case.told)
    return [
        name
        for name in needed(case, whom, now)
        if not (told[name].zh.strip() and told[name].en.strip())
    ]


def check_said(case: Case, whom: str, now: datetime) -> None:
    """Raise ``TextLacking``, with what is lacking."""
    missing = lacking(case, whom, now)
    if missing:
        raise TextLacking(f"The notice lacks: {', '.join(missing)}.")


def notice(case: Case, whom: str, accounts: int, now: datetime) -> list[Part]:
    """Return what the notice of a case says, in its order, as far as it is written."""
    told = msgspec.structs.asdict(case.told)
    scope = case.scope
    spread = f"{scope.began_at:%Y-%m-%d %H:%M}Z – {scope.ended_at:%Y-%m-%d %H:%M}Z"
    parts = [Part("window", _TITLES["window"], Both(spread, spread))]
    if whom == "authority":
        known = f"{case.known_at:%Y-%m-%d %H:%M}Z"
        parts.append(Part("known", _TITLES["known"], Both(known, known)))
        zh = f"约 {accounts + case.erased_count:,} 人（{case.rows_count:,} 条记录），其中 {case.erased_count:,} 人此后已注销"
        en = (
            f"about {accounts + case.erased_count:,} ({case.rows_count:,} records); "
            f"{case.erased_count:,} of them have been erased since"
        )
        parts.append(Part("count", _TITLES["count"], Both(zh, en)))
    parts += [Part(name, _TITLES[name], told[name]) for name in needed(case, whom, now)]
    return [one for one in parts if one.said.zh or one.said.en]


def bits_of(tables: Iterable[str], order: Sequence[str]) -> int:
    """Return tables as bits."""
    return sum(1 << order.index(table) for table in set(tables))


def tables_of(bits: int, order: Sequence[str]) -> tuple[str, ...]:
    """Return the tables of some bits."""
    return tuple(table for nth, table in enumerate(order) if bits >> nth & 1)
