"""What a client asks of a sliding sync (MSC4186, in the shape of its unstable endpoint)."""

import msgspec

from teahouse.errors import Kind, Refused
from teahouse.rooms.model.state import MEMBER, RoomState, Stated

LISTS_MAX = 100
ROOMS_MAX = 1_000
STATE_PAIRS_MAX = 200
EVENTS_MAX = 1_000
RANGES_MAX = 20
NAME_BYTES_MAX = 255

ANY, LAZY, ME = "*", "$LAZY", "$ME"
StateKey = tuple[str, str]


class UnknownPos(Refused):
    """This connection cannot be gone on with. Begin it anew."""

    code = "slidingsync.unknown_pos"
    kind = Kind.INVALID


class Required(msgspec.Struct, frozen=True):
    """Which pieces of state are wanted: pairs of a type and a key, each of which may stand for many."""

    pairs: frozenset[StateKey] = frozenset()

    @property
    def lazy(self) -> bool:
        """Whether only the members who speak are wanted."""
        return (MEMBER, LAZY) in self.pairs

    @property
    def is_wide(self) -> bool:
        """Whether a pair stands for pieces that cannot be named beforehand."""
        return any(ANY in pair for pair in self.pairs)

    def admits(self, key: StateKey, me: str) -> bool:
        """Tell whether a piece of state is wanted, other than because somebody speaks."""
        event_type, state_key = key
        pairs = self.pairs
        if key in pairs or (event_type, ANY) in pairs:
            return True
        if state_key == me and ((event_type, ME) in pairs or (ANY, ME) in pairs):
            return True
        if event_type == MEMBER and self.lazy:
            return False
        return (ANY, state_key) in pairs or (ANY, ANY) in pairs

    def of(self, state: RoomState, me: str) -> dict[StateKey, Stated]:
        """Return the pieces of a room's state that are wanted."""
        if self.is_wide:
            return {key: one for key, one in state.events.items() if self.admits(key, me)}
        named = ((kind, me if key == ME else key) for kind, key in self.pairs)
        found = ((key, state.events.get(key)) for key in named)
        return {key: one for key, one in found if one is not None}


class Config(msgspec.Struct, frozen=True):
    """How much of a room is wanted."""

    limit: int = 0
    required: Required = Required()

    def __or__(self, other: "Config") -> "Config":
        """Return what satisfies both."""
        pairs = self.required.pairs | other.required.pairs
        return Config(max(self.limit, other.limit), Required(pairs))


class Filters(msgspec.Struct, frozen=True):
    """Which rooms a list has. Absent: it does not matter."""

    is_dm: bool | None = None
    is_encrypted: bool | None = None
    is_invite: bool | None = None
    room_types: frozenset[str | None] | None = None
    not_room_types: frozenset[str | None] = frozenset()
    name_like: str = ""
    tags: frozenset[str] | None = None
    not_tags: frozenset[str] = frozenset()
    spaces: frozenset[str] | None = None


class ListWish(msgspec.Struct, frozen=True):
    """A list: of the rooms that its filters let in, newest first, those in its ranges."""

    config: Config
    ranges: tuple[tuple[int, int], ...] | None = None  # absent: all
    filters: Filters = Filters()


class Scope(msgspec.Struct, frozen=True):
    """Whether an extension is wanted, and of which rooms: those of some lists, and some named."""

    enabled: bool = False
    lists: frozenset[str] | None = None  # absent, or *: all
    rooms: frozenset[str] | None = None


class Letters(msgspec.Struct, frozen=True):
    """Whether letters to the device are wanted, how many, and after which place."""

    enabled: bool = False
    limit: int = 100
    since: int = 0


class Asked(msgspec.Struct, frozen=True):
    """A request."""

    conn_id: str = ""
    lists: dict[str, ListWish] = {}
    rooms: dict[str, Config] = {}
    letters: Letters = Letters()
    encryption: bool = False
    account_data: Scope = Scope()
    receipts: Scope = Scope()
    typing: Scope = Scope()

    @property
    def extensions(self) -> str:
        """The extensions that a client must be told everything of when they are first wanted."""
        wanted = (("a", self.account_data), ("r", self.receipts), ("t", self.typing))
        return "".join(letter for letter, scope in wanted if scope.enabled)
