"""Places in a person's stream, and what a client wishes of it."""

import functools
import re
from collections.abc import Iterable

import msgspec

from teahouse.accountdata.model import EVERYTHING, Filter, only_fields
from teahouse.errors import Invalid
from teahouse.rooms.model.choice import Choice
from teahouse.rooms.model.event import aged, with_room

_NAME = re.compile(r"[A-Za-z0-9-]{1,40}")
TIMEOUT_MS_MAX = 60_000
LIMIT_DEFAULT = 10
LIMIT_MAX = 1000
TOKENS_IN_MEMORY_MAX = 2_000
PRESENCES = (None, "online", "offline", "unavailable")  # what a sync may show somebody as
# What the specification's own description asks of every event, whatever fields a client wants.
ALWAYS_GIVEN = ("event_id", "type", "sender", "origin_server_ts", "state_key")


WORKERS_REMEMBERED_MAX = 15  # beside the one that answers
COUNTS = 3  # of each of them: its name, and two numbers


class Counts(msgspec.Struct, frozen=True):
    """Up to where a client has the changes that a worker numbers: of who types, of who is there."""

    process: str
    typing: int
    presence: int


class Token(msgspec.Struct, frozen=True):
    """A place: a log position, and counts of changes (of who types, of who is there).

    The counts are those of one process, and mean nothing to others. ``letters`` is up to where the
    device has its letters, when that is not as far. ``others`` are the counts of the workers that
    answered before, the last one first: a client's requests reach one as well as another.
    """

    pos: int
    typing: int = 0
    process: str = ""
    presence: int = 0
    letters: int = 0
    others: tuple[Counts, ...] = ()

    def __str__(self) -> str:
        """Return the token as clients hold it."""
        whole = f"s{self.pos}_{self.typing}_{self.process}_{self.presence}"
        if self.letters or self.others:
            whole += f"_{self.letters}"
        elsewhere = "~".join(f"{o.process}.{o.typing}.{o.presence}" for o in self.others)
        return f"{whole}_{elsewhere}" if elsewhere else whole

    def counts_of(self, process: str) -> Counts | None:
        """Return the counts of a worker; ``None``: it has not answered this client yet."""
        if process == self.process:
            return Counts(process, self.typing, self.presence)
        return next((one for one in self._every() if one.process == process), None)

    def other_than(self, process: str) -> tuple[Counts, ...]:
        """Return the counts of all workers but one, the last that answered first."""
        if process == self.process and not self.others:
            return ()
        found = [one for one in self._every() if one.process not in ("", process)]
        return tuple(found[:WORKERS_REMEMBERED_MAX])

    def _every(self) -> tuple[Counts, ...]:
        return (Counts(self.process, self.typing, self.presence), *self.others)


@functools.lru_cache(maxsize=TOKENS_IN_MEMORY_MAX)  # members of a room ask from the same place
def read_token(text: str) -> Token:
    """Return a token that we gave out. Raises ``Invalid``."""
    pos, _, rest = text[1:].partition("_")
    typing, _, rest = rest.partition("_")
    process, _, rest = rest.partition("_")
    presence, _, rest = rest.partition("_")
    letters, _, elsewhere = rest.partition("_")
    others = [one.split(".") for one in elsewhere.split("~")] if elsewhere else []
    whole = len(others) <= WORKERS_REMEMBERED_MAX and all(len(one) == COUNTS for one in others)
    counts = typing or "0", presence or "0", letters or "0"
    numbers = (pos, *counts, *(n for one in others for n in one[1:]))
    plain = all(n.isascii() and n.isdigit() and len(n) <= 18 for n in numbers)
    names = (process or "-", *(one[0] or "_" for one in others))
    named = all(_NAME.fullmatch(name) for name in names)
    if text[:1] not in ("s", "t") or not (whole and plain and named):
        raise Invalid(f"{text[:40]!r} is not a token of this server.")
    return Token(
        int(pos),
        int(counts[0]),
        process,
        int(counts[1]),
        int(counts[2]),
        tuple(Counts(name, int(types), int(there)) for name, types, there in others),
    )


class Wish(msgspec.Struct, frozen=True, dict=True):
    """What a client wishes of a sync."""

    filter: Filter = EVERYTHING
    full_state: bool = False
    of_device: bool = True  # no: of an old call, which has no place for letters
    state_after: bool = False  # state as it is after the timeline, not before it (Matrix v1.16)

    @property
    def state_name(self) -> bytes:
        """Under which name a room's state is told."""
        return b"state_after" if self.state_after else b"state"

    @property
    def limit(self) -> int:
        """How many events of each room."""
        asked = self.filter.room.timeline.limit
        return LIMIT_DEFAULT if asked is None else min(asked, LIMIT_MAX)

    @property
    def lazy(self) -> bool:
        """Whether only the members who speak are wanted."""
        return self.filter.room.state.lazy_load_members

    @property
    def redundant(self) -> bool:
        """Whether members are wanted who were told before."""
        return self.filter.room.state.include_redundant_members

    @functools.cached_property
    def plain(self) -> bool:
        """Whether nothing of rooms is left out or shaped otherwise, so that work can be shared."""
        if self.filter is EVERYTHING:
            return True
        return not self.shapes and not any(
            Choice(part).hides_state for part in (self.filter.room.timeline, self.filter.room.state)
        )

    @property
    def shapes(self) -> bool:
        """Whether events are wanted in another shape than as they are kept."""
        return self.filter.event_fields is not None or self.filter.event_format != "client"

    def given(self, bodies: Iterable[bytes], room_id: str, now_ms: int) -> list[bytes]:
        """Return events of one room as they are wanted, each with its age."""
        aging = [aged(body, now_ms) for body in bodies]
        return [self._shaped(body, room_id) for body in aging] if self.shapes else aging

    def _shaped(self, body: bytes, room_id: str) -> bytes:
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
