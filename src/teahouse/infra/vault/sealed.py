"""Where sealed values lie: what each store declares beside its fields, and the machines walk.

So no domain above touches another's tables, and none writes the statements of a change of keys. The
house's tests hold the declarations complete against the register, and each against real rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, LiteralString

from teahouse.infra.vault.field import DekClass, Gravity, PersonalField
from teahouse.infra.vault.model import HOUSE

OF_HOUSE: LiteralString = "'house'"  # the subject of what belongs to nobody yet, as SQL
BY_ITSELF: LiteralString = "true"

# (field, what it is found by) of a value, followed by the columns that are needed besides.
FoundBy = Callable[..., tuple[PersonalField, str]]


@dataclass(frozen=True, slots=True)
class Indexed:
    """How the blind index of a row is made again: from a sealed column, as it was written.

    ``also`` are columns in clear that are needed for it; ``when`` says, in SQL, which rows have an
    index at all. A table has the slots ``odd_version``, ``odd_digest``, ``even_version`` and
    ``even_digest``.
    """

    field: PersonalField
    also: tuple[LiteralString, ...] = ()
    found_by: FoundBy | None = None
    when: LiteralString = BY_ITSELF

    def found(self, value: str, *also: Any) -> tuple[PersonalField, str]:
        """Return the field and the normalised value that a row is found by."""
        return (self.field, value) if self.found_by is None else self.found_by(value, *also)


@dataclass(frozen=True, slots=True)
class Sealed:
    """Where the sealed columns of one table lie.

    ``key`` are the columns of the primary key, each with its type when it is not text, such as
    ``"number integer"``. ``subject`` and ``row`` are SQL over the columns of the row: whose key
    seals it, and for which row id. What ``expires`` is gone by itself after so long.
    """

    fields: tuple[PersonalField, ...]
    key: tuple[LiteralString, ...] = ("account_id",)
    subject: LiteralString = "account_id"
    row: LiteralString = "account_id"
    indexed: tuple[Indexed, ...] = ()
    expires: timedelta | None = None

    def __post_init__(self) -> None:
        """Assert that it is one table's, and that nothing is declared that is not sealed."""
        assert {field.table for field in self.fields} == {self.table}, "the fields of one table"
        assert all(field.sealed for field in self.fields), f"{self.table}: declared as not sealed"
        assert {one.field.name for one in self.indexed} <= {field.name for field in self.fields}

    @property
    def table(self) -> LiteralString:
        """The table."""
        return self.fields[0].table

    @property
    def columns(self) -> tuple[LiteralString, ...]:
        """The sealed columns."""
        return tuple(field.column for field in self.fields)

    @property
    def gravity(self) -> Gravity:
        """That of the gravest of its columns."""
        return min(field.gravity for field in self.fields)

    @property
    def key_columns(self) -> tuple[LiteralString, ...]:
        """The columns of the primary key, without their types."""
        return column_names(self.key)

    @property
    def key_types(self) -> tuple[LiteralString, ...]:
        """The types of the columns of the primary key."""
        return column_types(self.key)

    @property
    def there(self) -> LiteralString:
        """Which rows have something sealed at all, in SQL."""
        return "(" + " or ".join(f"{column} is not null" for column in self.columns) + ")"

    def dek_class(self, field: PersonalField) -> DekClass:
        """Return which of the subject's keys seals a column."""
        return DekClass.ORDINARY if self.subject == OF_HOUSE else field.purpose.dek_class


@dataclass(frozen=True, slots=True)
class Passing:
    """Blind indexes that nothing is left of to make again, and which are gone after ``expires``.

    ``version`` is the column that says under which key they were made.
    """

    table: LiteralString
    version: LiteralString
    expires: timedelta


assert f"'{HOUSE}'" == OF_HOUSE


def column_names(key: tuple[LiteralString, ...]) -> tuple[LiteralString, ...]:
    """Return the columns of a declared key, without their types."""
    return tuple(one.partition(" ")[0] for one in key)


def column_types(key: tuple[LiteralString, ...]) -> tuple[LiteralString, ...]:
    """Return the types of the columns of a declared key."""
    return tuple(one.partition(" ")[2] or "text" for one in key)


def row_name(key: tuple[Any, ...]) -> str:
    """Return a primary key in words, for reports: bytes as hex."""
    return "/".join(one.hex() if isinstance(one, bytes) else str(one) for one in key)
