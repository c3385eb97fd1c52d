"""Lists as data: what they are of, what they do, and what may stand in them."""

import enum
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from teahouse.detectors.model.folding import closed
from teahouse.detectors.model.patterns import compiled
from teahouse.detectors.model.places import PlaceError, listed_place
from teahouse.detectors.model.velocity import VelocityError, read_velocity
from teahouse.detectors.model.weights import WeightError, read_weights
from teahouse.errors import Conflict, Kind, NotFound, Refused
from teahouse.rulebook.model import CHARACTERISTICS, PROTECTIVE
from teahouse.spelling.model.folding import fold

ENTRIES_MAX = 100_000
PATTERNS_MAX = 500  # of one list, as each costs memory
ENTRY_LETTERS_MAX = 2_000
LISTS_MAX = 200
NOTE_LETTERS_MAX = 1_000
NAME_LETTERS_MAX = 80
WORD_LETTERS_MIN = 2
LATEST_MAX = 50
SAMPLES_MAX = 20
SAMPLE_LETTERS = 40  # before and after what was found
PREVIEW_EVENTS_MAX = 1_000
HITS_KEPT_FOR = timedelta(days=180)
FIGURED_MAX = 1_000  # of a list's newest suggestions its figures are made
EXCEPTION = "!"  # before an entry of words
AND = "/ & /"  # between patterns that have to be in the same text
PICTURE_DIGITS = 64  # of a picture's hash, in hexadecimal

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_CATEGORY = re.compile(r"[a-z_]{1,30}")
_PICTURE = re.compile(rf"[0-9a-f]{{{PICTURE_DIGITS}}}")
# Words of ours begin where one of the characteristics does; Chinese ones are anywhere.
_PEOPLE = re.compile(
    "|".join(
        rf"(?<![a-z]){term}" if term.isascii() else fold(term)
        for terms in CHARACTERISTICS.values()
        for term in terms
    )
)


class ListKind(enum.Enum):
    """What a list is of. The names are stored and told."""

    WORDS = "words"  # words, phrases, and patterns between slashes
    PLACES = "places"  # hosts on the web, with the beginning of a path if need be
    PICTURES = "pictures"  # hashes of pictures
    VELOCITY = "velocity"  # how often the same may be said
    WEIGHTS = "weights"  # what adds to a text's score or takes from it, and a threshold


class Mode(enum.Enum):
    """What a list does with what it finds. The names are stored and told."""

    OFF = "off"
    WATCH = "watch"  # it is counted, and nobody is asked to look
    SUGGEST = "suggest"  # a case begins, for a person


class NoSuchList(NotFound):
    """There is no such list, or no such version of it."""

    code = "detectors.not_found"


class ListExists(Conflict):
    """There is a list of that name already, or there are as many as there may be."""

    code = "detectors.exists"


class BadList(Refused):
    """A list needs a name of small letters, a kind, a category, and what it is called."""

    code = "detectors.bad_list"
    kind = Kind.UNPROCESSABLE


class BadEntry(Refused):
    """An entry of the list cannot be used; its number and why are told with this."""

    code = "detectors.bad_entry"
    kind = Kind.UNPROCESSABLE


class NoPreview(Refused):
    """What was said before can be looked through for words, weights and addresses only."""

    code = "detectors.no_preview"
    kind = Kind.UNPROCESSABLE


class Description(NamedTuple):
    """What a list is, for good: it has an id, a kind, and a rule's category. In the table's order."""

    list_id: str
    kind: ListKind
    category: str
    language: str
    name: str


class Wanted(NamedTuple):
    """A version about to be kept; without ``entries`` it has those of the version before."""

    entries: Sequence[str] | None
    mode: str
    effective_at: datetime | None  # at once
    note: str


class ListVersion(msgspec.Struct, frozen=True):
    """A version of a list, without its entries."""

    version: int
    mode: str
    effective_at: datetime
    entries_count: int
    note: str
    made_by: str
    made_at: datetime


class InForce(NamedTuple):
    """The version of a list that counts now, unless it is off."""

    list_id: str
    version: int
    kind: ListKind
    mode: Mode
    category: str


class DetectorHit(msgspec.Struct, frozen=True):
    """Something found: where, by which entry, and in which letters of the text.

    ``distance`` is in how many of its 256 bits a picture differs from the entry.
    """

    list_id: str
    version: int
    kind: str  # of the content, as cases name it
    target: str
    room_id: str
    mode: str
    entry: str
    begins: int
    ends: int
    found_at: datetime
    case_id: str | None = None  # empty: the content was gone when it was to be suggested
    distance: int | None = None


class ListFigures(msgspec.Struct, frozen=True):
    """How a list does: what it found, what people made of its newest suggestions.

    ``precision`` is the part of the decided that was upheld; ``None`` while nothing is decided.
    """

    found: int
    suggested: int
    upheld: int
    dismissed: int
    undecided: int
    precision: float | None


class DetectorSample(msgspec.Struct, frozen=True):
    """What a list would have found: the words around it, for an operator to judge."""

    event_id: str
    room_id: str
    entry: str
    text: str


class DetectorPreview(msgspec.Struct, frozen=True):
    """What entries would have found among the newest public messages."""

    looked_count: int
    found_count: int
    samples: list[DetectorSample]


def figures(found: int, states: Sequence[str]) -> ListFigures:
    """Return figures, of what was found and of what became of each suggestion."""
    upheld, dismissed = states.count("upheld"), states.count("dismissed")
    decided = upheld + dismissed
    undecided = len(states) - decided
    precision = round(upheld / decided, 4) if decided else None
    return ListFigures(found, len(states), upheld, dismissed, undecided, precision)


def check_description(one: Description) -> Description:
    """Return what a list is, as it is kept. Raises ``BadList``."""
    name = one.name.strip()
    if not _ID.fullmatch(one.list_id) or not _CATEGORY.fullmatch(one.category):
        raise BadList
    if one.language and not _LANGUAGE.fullmatch(one.language):
        raise BadList
    if not 0 < len(name) <= NAME_LETTERS_MAX or not name.isprintable():
        raise BadList
    return one._replace(name=name)


def check_kind(kind: str) -> ListKind:
    """Return a kind. Raises ``BadList``."""
    try:
        return ListKind(kind)
    except ValueError:
        raise BadList from None


def check_mode(mode: str) -> Mode:
    """Return a mode. Raises ``BadList``."""
    try:
        return Mode(mode)
    except ValueError:
        raise BadList("mode must be off, watch or suggest.") from None


def check_note(note: str) -> str:
    """Return why a version is made, as it is kept; it may be blank. Raises ``BadList``."""
    if len(note) > NOTE_LETTERS_MAX:
        raise BadList("A note has at most 1,000 letters.")
    return note.strip()


def check_entries(kind: ListKind, entries: Sequence[str]) -> list[str]:
    """Return entries as they are kept, each once, in their order. Raises ``BadEntry``."""
    if len(entries) > ENTRIES_MAX:
        raise BadEntry(f"A list has at most {ENTRIES_MAX} entries.")
    kept: dict[str, int] = {}
    for number, entry in enumerate(entries, 1):
        written = entry.strip()
        if not written:
            continue
        if len(written) > ENTRY_LETTERS_MAX or "\x00" in written:
            raise BadEntry(f"Entry {number} is too long.", entry=number)
        why = _wrong(kind, written)
        if why:
            raise BadEntry(f"Entry {number}: {why}.", entry=number)
        kept.setdefault(written.lower() if kind is ListKind.PICTURES else written, number)
    if kind is ListKind.WEIGHTS:
        _check_weights(kept)
    if sum(len(patterns_in(without_mark(one))) for one in kept) > PATTERNS_MAX:
        raise BadEntry(f"A list has at most {PATTERNS_MAX} patterns.")
    return list(kept)


def check_people(category: str, entries: Sequence[str]) -> None:
    """Refuse weights of what people are, but against hatred of them. Raises ``BadEntry``.

    Such a weight would have whoever says what they are suspected of something else.
    """
    if category in PROTECTIVE:
        return
    for number, entry in enumerate(entries, 1):
        named = _PEOPLE.search(fold(entry))
        if named:
            raise BadEntry(f"Entry {number}: {named[0]!r} is what people are.", entry=number)


def is_exception(entry: str) -> bool:
    """Tell whether an entry of words says where the list finds nothing, such as ``!refund``."""
    return entry.startswith(EXCEPTION)


def without_mark(entry: str) -> str:
    """Return an entry of words without the mark of an exception."""
    return entry.removeprefix(EXCEPTION)


def patterns_in(entry: str) -> list[str]:
    """Return the patterns of an entry of words: of ``/tip.{0,9}now/`` one, of ``/tip/ & /now/`` two.

    An entry of several finds a text in which all of them are, in whatever order. None: it is words.
    """
    has_some = len(entry) > len("//") and entry[0] == entry[-1] == "/"
    return entry[1:-1].split(AND) if has_some else []


def _wrong(kind: ListKind, entry: str) -> str:
    """Return why an entry cannot be used; nothing when it can."""
    if kind is ListKind.WORDS:
        return _wrong_words(entry)
    if kind is ListKind.WEIGHTS:
        return ""  # they are read together
    if kind is ListKind.PICTURES:
        return "" if _PICTURE.fullmatch(entry.lower()) else "a picture's hash has 64 digits"
    try:
        if kind is ListKind.PLACES:
            listed_place(entry)
        else:
            read_velocity(entry)
    except (PlaceError, VelocityError) as wrong:
        return str(wrong)
    return ""


def _check_weights(kept: Mapping[str, int]) -> None:
    """Refuse entries that make no weighted list; nothing at all is a list that is not written yet."""
    if not kept:
        return
    try:
        read_weights((number, entry) for entry, number in kept.items())
    except WeightError as wrong:
        if not wrong.number:
            raise BadEntry(f"{wrong.why}.") from None
        raise BadEntry(f"Entry {wrong.number}: {wrong.why}.", entry=wrong.number) from None


def _wrong_words(entry: str) -> str:
    bare = without_mark(entry)
    patterns = patterns_in(bare)
    if not patterns:
        enough = len(closed(bare).text) >= WORD_LETTERS_MIN
        return "" if enough else "a word has two letters at least"
    for pattern in patterns:
        found = compiled(pattern)
        if found is None:
            return "this is no pattern that RE2 knows"
        if found.search(""):
            return "the pattern finds what has no letters"
    return ""
