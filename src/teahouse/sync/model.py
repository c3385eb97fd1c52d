"""Places in a person's stream, and what a client wishes of it."""

import msgspec

from teahouse.accountdata.model import EVERYTHING, Filter, only_fields
from teahouse.errors import Invalid
from teahouse.rooms.model.choice import Choice
from teahouse.rooms.model.event import with_room

TIMEOUT_MS_MAX = 60_000
LIMIT_DEFAULT = 10
LIMIT_MAX = 1000
# What the specification's own description asks of every event, whatever fields a client wants.
ALWAYS_GIVEN = ("event_id", "type", "sender", "origin_server_ts", "state_key")


class Token(msgspec.Struct, frozen=True):
    """A place: a log position, and counts of changes (of who types, of who is there).

    The counts are those of one process, and mean nothing to others. ``letters`` is up to where the
    device has its letters, when that is not as far.
    """

    pos: int
    typing: int = 0
    process: str = ""
    presence: int = 0
    letters: int = 0

    def __str__(self) -> str:
        """Return the token as clients hold it."""
        whole = f"s{self.pos}_{self.typing}_{self.process}_{self.presence}"
        return f"{whole}_{self.letters}" if self.letters else whole


def read_token(text: str) -> Token:
    """Return a token that we gave out. Raises ``Invalid``."""
    pos, _, rest = text[1:].partition("_")
    typing, _, rest = rest.partition("_")
    process, _, rest = rest.partition("_")
    presence, _, letters = rest.partition("_")
    counts = typing or "0", presence or "0", letters or "0"
    plain = all(n.isascii() and n.isdigit() and len(n) <= 18 for n in (pos, *counts))
    if text[:1] not in ("s", "t") or not plain:
        raise Invalid(f"{text[:40]!r} is not a token of this server.")
    return Token(int(pos), int(counts[0]), process, int(counts[1]), int(counts[2]))


class Wish(msgspec.Struct, frozen=True):
    """What a client wishes of a sync."""

    filter: Filter = EVERYTHING
    full_state: bool = False
    of_device: bool = True  # no: of an old call, which has no place for letters

    @property
    def limit(self) -> int:
        """How many events of each room."""
        asked = self.filter.room.timeline.limit
        return LIMIT_DEFAULT if asked is None else max(1, min(asked, LIMIT_MAX))

    @property
    def lazy(self) -> bool:
        """Whether only the members who speak are wanted."""
        return self.filter.room.state.lazy_load_members

    @property
    def plain(self) -> bool:
        """Whether nothing of rooms is left out or shaped otherwise, so that work can be shared."""
        return not self.shapes and not any(
            Choice(part).hides_state for part in (self.filter.room.timeline, self.filter.room.state)
        )

    @property
    def shapes(self) -> bool:
        """Whether events are wanted in another shape than as they are kept."""
        return self.filter.event_fields is not None or self.filter.event_format != "client"

    def shaped(self, body: bytes, room_id: str) -> bytes:
        """Return an event in the shape that is wanted.

        There is no federation: its format is the same event with its room, as other answers have it.
        """
        if self.filter.event_format == "federation":
            body = with_room(body, room_id)
        fields = self.filter.event_fields
        if fields is None:
            return body
        found = only_fields(msgspec.json.decode(body), [*ALWAYS_GIVEN, *fields])
        return msgspec.json.encode({"content": {}} | found)
