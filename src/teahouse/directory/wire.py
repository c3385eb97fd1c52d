"""What clients send to the directory."""

from typing import Literal

import msgspec

from teahouse.directory.model import Wanted


class AliasBody(msgspec.Struct, frozen=True):
    """Where an alias is to lead."""

    room_id: str


class VisibilityBody(msgspec.Struct, frozen=True):
    """Whether a room is to be listed."""

    visibility: Literal["public", "private"] = "public"


class FilterBody(msgspec.Struct, frozen=True):
    """Which rooms."""

    generic_search_term: str | None = None
    room_types: list[str | None] | None = None


class RoomsBody(msgspec.Struct, frozen=True):
    """Which part of the list of rooms."""

    limit: int | None = None
    since: str | None = None
    filter: FilterBody = FilterBody()
    include_all_networks: bool = False
    third_party_instance_id: str | None = None

    def wanted(self) -> Wanted:
        """Return which rooms are asked for."""
        types = self.filter.room_types
        return Wanted(
            (self.filter.generic_search_term or "").strip(),
            None if types is None else frozenset(types),
        )


class SearchBody(msgspec.Struct, frozen=True):
    """Whom to look for."""

    search_term: str
    limit: int | None = None
