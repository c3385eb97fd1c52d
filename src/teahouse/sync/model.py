"""Places in a person's stream, and what a client wishes of it."""

import msgspec

from teahouse.accountdata.model import EVERYTHING, Filter
from teahouse.errors import Invalid

TIMEOUT_MS_MAX = 60_000
LIMIT_DEFAULT = 10
LIMIT_MAX = 1000


class Token(msgspec.Struct, frozen=True):
    """A place: a log position, and counts of changes (of who types, of who is there).

    The counts are those of one process, and mean nothing to others.
    """

    pos: int
    typing: int = 0
    process: str = ""
    presence: int = 0

    def __str__(self) -> str:
        """Return the token as clients hold it."""
        return f"s{self.pos}_{self.typing}_{self.process}_{self.presence}"


def read_token(text: str) -> Token:
    """Return a token that we gave out. Raises ``Invalid``."""
    pos, _, rest = text[1:].partition("_")
    typing, _, rest = rest.partition("_")
    process, _, presence = rest.partition("_")
    numbers = (pos, typing or "0", presence or "0")
    plain = all(n.isascii() and n.isdigit() and len(n) <= 18 for n in numbers)
    if text[:1] not in ("s", "t") or not plain:
        raise Invalid(f"{text[:40]!r} is not a token of this server.")
    return Token(int(pos), int(typing or 0), process, int(presence or 0))


class Wish(msgspec.Struct, frozen=True):
    """What a client wishes of a sync."""

    filter: Filter = EVERYTHING
    full_state: bool = False

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
        """Whether neither timeline nor state leaves anything out, so that work can be shared."""
        for part in (self.filter.room.timeline, self.filter.room.state):
            if part.types is not None or part.senders is not None or part.rooms is not None:
                return False
            if part.not_types or part.not_senders or part.not_rooms:
                return False
            if part.contains_url is not None:
                return False
        return True
