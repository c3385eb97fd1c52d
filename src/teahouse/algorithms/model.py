"""What is said of something that decides, ranks or points by itself. Pure.

Personal Information Protection Law 24; Provisions on Algorithmic Recommendation 12, 16, 17, 24; GDPR
13(2)(f) and 22; Digital Services Act 27.
"""

import enum

import msgspec


class Does(enum.Enum):
    """What something does to people. The names are stored and told."""

    DECISION = "decision"  # lets something happen, or not
    RANKING = "ranking"  # what stands above what
    SCORE = "score"  # weighs, and others act on it
    SUGGESTION = "suggestion"  # points, and a person looks


class AlgorithmSwitchKind(enum.Enum):
    """Who can stop it, and where. The names are stored and told."""

    SETTING = "setting"  # a key of the configuration
    CONSOLE = "console"  # a page of the console
    PERSON = "person"  # the person themselves, for themselves
    NONE = "none"


class AlgorithmWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same words in both languages."""

    zh: str
    en: str


class AlgorithmSwitch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How it is stopped: ``at`` is a key or a place; ``off`` the key's value that stops it.

    Of what cannot be stopped, ``why`` says why.
    """

    kind: AlgorithmSwitchKind
    at: str = ""
    off: str = ""
    why: AlgorithmWords | None = None


class Algorithm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One row. ``code`` are the functions that do it; ``filing`` is the class under which it is filed."""

    id: str
    name: AlgorithmWords
    does: Does
    filing: str
    how: AlgorithmWords  # by what it goes
    data: AlgorithmWords
    purposes: tuple[str, ...]  # of the register of purposes
    touches: AlgorithmWords
    person: AlgorithmWords  # where a person decides, or can be asked
    owner: str  # the operators' role that answers for it
    switch: AlgorithmSwitch
    told: str  # where people see that it acted on them
    code: tuple[str, ...]


class AlgorithmBook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All rows, with their version."""

    version: str
    algorithms: tuple[Algorithm, ...]


# By the Provisions on Algorithmic Recommendation, 2.
FILINGS = ("personalised", "ranking", "retrieval", "dispatch", "none")


def read_algorithms(raw: bytes) -> AlgorithmBook:
    """Return the rows as they are written in our own file."""
    return msgspec.json.decode(raw, type=AlgorithmBook)
