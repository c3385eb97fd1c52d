"""Tables that are walked in the order of their primary key: what is sealed, and the vault's own."""

from dataclasses import dataclass
from typing import Any, LiteralString, NamedTuple, Protocol

from teahouse.infra.vault.sealed import column_names, column_types

Key = tuple[Any, ...]  # of a row; the empty one is none: from the first, or to the last


class Walked(Protocol):
    """A table that is walked in the order of its primary key."""

    @property
    def table(self) -> LiteralString:
        """The table."""
        ...

    @property
    def key_columns(self) -> tuple[LiteralString, ...]:
        """The columns of the primary key."""
        ...

    @property
    def key_types(self) -> tuple[LiteralString, ...]:
        """Their types."""
        ...

    @property
    def there(self) -> LiteralString:
        """Which rows are looked at, in SQL."""
        ...


@dataclass(frozen=True, slots=True)
class Keyed:
    """A table of the vault's own."""

    table: LiteralString
    key: tuple[LiteralString, ...]
    there: LiteralString = "true"

    @property
    def key_columns(self) -> tuple[LiteralString, ...]:
        """The columns of the primary key."""
        return column_names(self.key)

    @property
    def key_types(self) -> tuple[LiteralString, ...]:
        """Their types."""
        return column_types(self.key)


DEKS = Keyed("vault_deks", ("dek_id", "version integer"))
SUBJECTS = Keyed("vault_subjects", ("subject_id",))


class Turned(NamedTuple):
    """What became of a page: rows looked at, rows done, and where to go on."""

    rows: int
    done: int
    last: Key | None
