"""What a connection's client has, and the place at which it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from teahouse.errors import Invalid
from teahouse.slidingsync.model.asking import Asked, Config, Required, UnknownPos
from teahouse.sync.model import Token, read_token

COMPLETE = 2**31 - 1  # more events than any room has: the client has them all
MEMBERS_MAX = 100
CONFIGS_MAX = 100


class Known(msgspec.Struct, frozen=True):
    """What a client has of one room."""

    membership: str
    at: int = 0  # up to which position; 0: as far as of everything
    limit: int = 0  # so many of the newest events, without a gap
    config: int = 0  # by which of the connection's configs it has the state
    members: tuple[str, ...] = ()  # whose memberships it has, where they are given as people speak
    is_dm: bool = False


Delta = Mapping[str, Known | None]


class Place(msgspec.Struct, frozen=True):
    """Where a client stands: in the person's stream, in its connection, with which extensions."""

    token: Token
    turn: int = 0
    extensions: str = ""

    def __str__(self) -> str:
        """Return the place as clients hold it; what goes before the last two dots serves as a token."""
        return f"{self.token}.{self.turn}.{self.extensions}"


def read_place(text: str) -> Place:
    """Return a place that we gave out. Raises ``UnknownPos``."""
    rest, _, extensions = text.rpartition(".")
    token, _, turn = rest.rpartition(".")  # a token may have dots of its own
    if not (turn.isascii() and turn.isdigit() and len(turn) <= 18):
        raise UnknownPos
    try:
        return Place(read_token(token), int(turn), extensions)
    except Invalid:
        raise UnknownPos from None


@dataclass
class Settled:
    """Which rooms were looked at, as of a turn at which the client has something of each of them."""

    turn: int
    asked: Asked
    rolled: int
    direct: frozenset[str]
    wanted: dict[str, Config]
    windows: dict[str, dict[str, None]]
    counts: dict[str, int]

    def asks_same(self, asked: Asked) -> bool:
        """Tell whether the same rooms are asked for as then."""
        return self.asked.lists == asked.lists and self.asked.rooms == asked.rooms

    def looks_same(self, other: "Settled") -> bool:
        """Tell whether the same rooms are looked at, with the same wishes, in whatever order."""
        return self is other or (self.wanted == other.wanted and self.direct is other.direct)

    def shows(self, windows: Mapping[str, dict[str, None]]) -> bool:
        """Tell whether these are the rooms that the lists showed, in whatever order."""
        return all(
            shown is self.windows[name] or shown == self.windows[name]
            for name, shown in windows.items()
        )


@dataclass
class Connection:
    """What a client has as of the turn that it is known to have got; and what it may have got since."""

    turn: int = 0
    known: dict[str, Known] = field(default_factory=dict[str, Known])
    configs: list[Required] = field(default_factory=list[Required])
    pending: int = 0
    delta: Delta = field(default_factory=dict[str, Known | None])
    settled: Settled | None = None

    def stand_at(self, turn: int) -> bool:
        """Go to where the client says that it stands; tell whether that can be."""
        if turn == self.pending and turn:
            for room_id, known in self.delta.items():
                if known is None:
                    self.known.pop(room_id, None)
                else:
                    self.known[room_id] = known
            self.turn, self.pending, self.delta = turn, 0, {}
        return turn == self.turn

    def number(self, required: Required) -> int:
        """Return the number of a config of state, a new one if need be. Raises ``UnknownPos``."""
        for number, one in enumerate(self.configs):
            if one is required or one == required:
                return number
        if len(self.configs) >= CONFIGS_MAX:
            raise UnknownPos
        self.configs.append(required)
        return len(self.configs) - 1

    def covering(self, required: Required) -> set[int]:
        """Return the numbers of the configs by which a client has all that is required."""
        return {n for n, one in enumerate(self.configs) if required.pairs <= one.pairs}
