"""Reading without an account."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

from teahouse.consent.events import ConsentChanged
from teahouse.directory.model import Page, Wanted
from teahouse.directory.service import Directory
from teahouse.guests.model import MESSAGES_MAX, NAMES_CACHED_MAX, NotPublic, Said, said
from teahouse.infra.bus.log import Log
from teahouse.profiles.service import Profiles
from teahouse.ratings.model import Rated, Rating
from teahouse.rooms.service import Room, Rooms
from teahouse.timeline.service.reading import Reading

NOBODY = ""  # reads what everybody may
FROM_THE_END = 2**62


@dataclass(frozen=True)
class PublicPage:
    """A room as everybody may see it; ``names`` has only those who agreed."""

    room: Room
    said: Sequence[Said]
    names: dict[str, str]
    rating: Rating


@dataclass
class _Names:
    """Who may be named, in this worker; forgotten whenever anybody changes their mind."""

    known: OrderedDict[str, str] = field(default_factory=OrderedDict[str, str])
    turn: int = 0

    def forget(self, _pos: int, _told: ConsentChanged) -> None:
        """Ask again from now on."""
        self.turn += 1
        self.known.clear()


@dataclass(frozen=True, repr=False)
class Guests:
    """What everybody may read."""

    log: Log
    rooms: Rooms
    directory: Directory
    reading: Reading
    profiles: Profiles
    _names: _Names = field(default_factory=_Names, repr=False)

    def listen(self) -> None:
        """Hear of every change of consent, in this worker and in others [L-15]."""
        self.log.hear(ConsentChanged, self._names.forget)

    async def listed(self, term: str, since: str | None, limit: int) -> Page:
        """Return the rooms that everybody may read. Raises ``Invalid`` for a bad token."""
        page = await self.directory.page(None, Wanted(term), since, limit)
        return Page(
            [room for room in page.chunk if room.world_readable],
            page.total_room_count_estimate,
            page.next_batch,
            page.prev_batch,
        )

    async def page(self, room_id: str) -> PublicPage:
        """Return a room's newest messages. Raises ``NotPublic``, the same for no room at all.

        Raises ``AboveAge`` for what is labelled above what visitors may see.
        """
        room = await self.rooms.find(room_id)
        if room is None or room.state.history_visibility != "world_readable":
            raise NotPublic
        await self.directory.ratings.check(None, Rated.ROOM, room_id)
        visibility = await self.reading.visibility(room, NOBODY)
        found = await self.reading.page(
            room_id, visibility, FROM_THE_END, 0, MESSAGES_MAX, backwards=True
        )
        told = said(event for _, event in reversed(found.events))
        rating = await self.directory.ratings.rating(Rated.ROOM, room_id)
        return PublicPage(room, told, await self._named({one.sender for one in told}), rating)

    async def _named(self, user_ids: set[str]) -> dict[str, str]:
        names = self._names
        unknown = sorted(user_ids - set(names.known))
        turn = names.turn
        if unknown:
            found = await self.profiles.public_names(unknown)
            answers = {one: found.get(one, "") for one in unknown}
            if turn == names.turn:
                names.known.update(answers)
                while len(names.known) > NAMES_CACHED_MAX:
                    names.known.popitem(last=False)
        else:
            answers = dict[str, str]()
        told = {one: answers.get(one) or names.known.get(one, "") for one in user_ids}
        return {one: name for one, name in told.items() if name}
