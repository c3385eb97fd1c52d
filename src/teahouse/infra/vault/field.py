"""The register of personal data, in code: what is kept, why, for how long, and who gets it.

The privacy policy is generated from it [L-17, R-091], and the vault seals nothing that is not in
it. A purpose that changes takes a new ``version``: grounds given for the old one no longer count,
so the person is asked again before anything more is written [L-14].
"""

import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import LiteralString

from teahouse.infra.vault.normal import Normaliser


class Category(enum.Enum):
    """How sensitive the law holds it to be [PIPL 28]."""

    ORDINARY = "ordinary"
    SENSITIVE = "sensitive"
    UNDER14 = "under14"  # a child's, and therefore sensitive


class Basis(enum.Enum):
    """Why it is lawful [PIPL 13, GDPR 6]."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_DUTY = "legal_duty"
    EMERGENCY = "emergency"
    PUBLIC_INTEREST = "public_interest"
    PUBLISHED = "published"
    LEGITIMATE_INTEREST = "legitimate_interest"  # not a ground in the cn-mainland profile


class Necessity(enum.Enum):
    """Whether the function works without it [L-16]."""

    NECESSARY = "necessary"
    OPTIONAL = "optional"


class DekClass(enum.Enum):
    """Which of a person's data keys seals it: sensitive data have one of their own [L-28]."""

    ORDINARY = "ordinary"
    SENSITIVE = "sensitive"


class Gravity(enum.IntEnum):
    """In which order fields are made anew when a key may be in other hands [U-28]."""

    IDENTITY = 1  # who somebody is: names and numbers by law, proofs of them, a child's birth
    SECRET = 2  # what opens something else
    CONTACT = 3  # by what people are found and reached
    ABOUT = 4  # how they call themselves, what they use, what they wrote


@dataclass(frozen=True, slots=True)
class Wording:
    """The same words in both languages of the policy."""

    zh: str
    en: str

    def __post_init__(self) -> None:
        """Assert that nothing was left to be written later."""
        assert self.zh, "the Chinese wording is missing"
        assert self.en, "the English wording is missing"


@dataclass(frozen=True, slots=True)
class Purpose:
    """One row of the policy. ``retention_days`` is ``None`` when a person's act ends it."""

    id: str  # "accounts.phone"
    version: int
    name: Wording  # what it is: "Phone number"
    purpose: Wording  # what it is for
    means: Wording  # how it is processed
    category: Category
    basis: Basis
    necessity: Necessity
    function: Wording  # the function that needs it, or can use it
    retention: Wording
    retention_days: int | None
    recipients: Wording

    @property
    def ground(self) -> str:
        """The words under which a ground is kept on file: the id and the version."""
        return f"{self.id}@{self.version}"

    @property
    def dek_class(self) -> DekClass:
        """Which data key seals it."""
        return DekClass.ORDINARY if self.category is Category.ORDINARY else DekClass.SENSITIVE


@dataclass(frozen=True, slots=True)
class PersonalField:
    """A column that holds personal data. ``sealed`` is false for what the person publishes.

    ``shown``: to other people, as the person's own words of themselves; not while they are restricted.
    ``letter``: written to who runs the house, so that they read it.
    """

    table: LiteralString
    column: LiteralString
    purpose: Purpose
    normaliser: Normaliser | None = None  # only a field with one can be found by blind index
    sealed: bool = True
    shown: bool = False
    letter: bool = False
    schema_version: int = 1
    gravity: Gravity = Gravity.ABOUT

    def __post_init__(self) -> None:
        """Assert that what the law holds to be sensitive comes first."""
        sensitive = self.sealed and self.purpose.category is not Category.ORDINARY
        assert not sensitive or self.gravity is Gravity.IDENTITY, f"{self.name} comes first"

    @property
    def name(self) -> str:
        """``table.column``."""
        return f"{self.table}.{self.column}"

    @property
    def folds(self) -> bool:
        """Whether it can be found by a folded form, too."""
        return self.normaliser is not None and self.normaliser.fold is not None


class PurposeRegister:
    """Every personal field of the house, in the order in which the stores were listed."""

    def __init__(self, fields: Iterable[PersonalField] = ()) -> None:
        """Collect ``fields``; a column named twice, or two purposes by one id, is a fault."""
        self._fields: dict[str, PersonalField] = {}
        self._purposes: dict[str, Purpose] = {}
        for field in fields:
            assert field.name not in self._fields, f"{field.name} is declared twice"
            self._fields[field.name] = field
            known = self._purposes.setdefault(field.purpose.id, field.purpose)
            assert known == field.purpose, f"two purposes are called {known.id}"

    def __iter__(self) -> Iterator[PersonalField]:
        """Go through the fields."""
        return iter(self._fields.values())

    def __len__(self) -> int:
        """Count the fields."""
        return len(self._fields)

    def purposes(self) -> list[Purpose]:
        """Return each purpose once, in order."""
        return list(self._purposes.values())

    def purpose(self, purpose_id: str) -> Purpose | None:
        """Return a purpose by its id, or ``None``."""
        return self._purposes.get(purpose_id)

    def field(self, table: str, column: str) -> PersonalField | None:
        """Return what is declared of a column, or ``None``."""
        return self._fields.get(f"{table}.{column}")
