"""Lists of detectors as the console sees them."""

from datetime import datetime

import msgspec

from teahouse.detectors.model.lists import DetectorHit, ListFigures, ListVersion


class DetectorAddBody(msgspec.Struct, frozen=True):
    """A list to be made. ``ready`` names one that comes with the house, which is kept under ``list_id``.

    Then nothing else counts; without ``list_id`` it keeps its name.
    """

    list_id: str = ""
    kind: str = ""
    category: str = ""
    language: str = ""
    name: str = ""
    ready: str = ""


class DetectorVersionBody(msgspec.Struct, frozen=True):
    """A version of a list; no ``entries``: those of the version before; no moment: at once."""

    mode: str
    entries: list[str] | None = None
    effective_at: datetime | None = None
    note: str = ""


class DetectorPreviewBody(msgspec.Struct, frozen=True):
    """Entries that are to be tried on the newest public messages."""

    kind: str
    entries: list[str]


class DetectorPictureBody(msgspec.Struct, frozen=True):
    """A picture that was uploaded, to be hashed."""

    media_id: str


class DetectorPictureWire(msgspec.Struct, frozen=True):
    """A picture's hash as it stands on a list, and of 100 how much there is to be seen in it."""

    hash: str
    quality: int


class DetectorListWire(msgspec.Struct, frozen=True):
    """A list, the version that counts now, the one that will next, and how it does."""

    list_id: str
    kind: str
    category: str
    language: str
    name: str
    now: ListVersion | None
    next: ListVersion | None
    figures: ListFigures


class DetectorListsWire(msgspec.Struct, frozen=True):
    """Every list. ``looks_at``: ``off``, ``public`` or ``all``. ``ready``: lists to take over."""

    looks_at: str
    ready: list[str]
    lists: list[DetectorListWire]


class DetectorDetailWire(msgspec.Struct, frozen=True):
    """A list's newest versions, and what it found of late."""

    list_id: str
    kind: str
    versions: list[ListVersion]
    hits: list[DetectorHit]


class DetectorEntriesWire(msgspec.Struct, frozen=True):
    """What is on a version of a list."""

    entries: list[str]


class DetectorNameWire(msgspec.Struct, frozen=True):
    """What a list is of, and what it is called."""

    kind: str
    name: str


class DetectorHitsWire(msgspec.Struct, frozen=True):
    """What was found that a case was made of. ``lists``: what the lists are of, and called, by id."""

    hits: list[DetectorHit]
    lists: dict[str, DetectorNameWire]
