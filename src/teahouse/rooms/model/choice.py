"""Which events of a room somebody wants, of those that they may read."""

from dataclasses import dataclass

from teahouse.accountdata.model import RoomEventFilter
from teahouse.rooms.model.event import RoomEvent

_UNFILTERED = RoomEventFilter()


@dataclass(frozen=True)
class Choice:
    """A filter, and whom the reader ignores: their messages are left out, not what they set."""

    wish: RoomEventFilter = _UNFILTERED
    ignored: frozenset[str] = frozenset()

    @property
    def takes_all(self) -> bool:
        """Whether nothing is left out."""
        return not self.ignored and not self.hides_state

    @property
    def hides_state(self) -> bool:
        """Whether an event that sets something may be left out."""
        wish = self.wish
        only = (wish.types, wish.senders, wish.rooms, wish.contains_url)
        never = wish.not_types or wish.not_senders or wish.not_rooms
        return bool(never) or any(one is not None for one in only) or self.asks_relations

    @property
    def asks_relations(self) -> bool:
        """Whether it depends on other events which of these are wanted."""
        wish = self.wish
        return wish.related_by_senders is not None or wish.related_by_rel_types is not None

    def admits(self, event: RoomEvent) -> bool:
        """Tell whether an event is wanted, as far as it tells by itself."""
        wish = self.wish
        if event.sender in self.ignored and not event.is_state:
            return False
        if not wish.admits(event.sender, event.type) or not wish.admits_room(event.room_id):
            return False
        if wish.contains_url is None:
            return True
        return isinstance(event.content.get("url"), str) is wish.contains_url


EVERYTHING = Choice()
