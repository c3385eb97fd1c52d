"""What guests are shown, as the outside sees it."""

from datetime import datetime

import msgspec

from teahouse.directory.model import ListedRoom, Page
from teahouse.guests.service import PublicPage
from teahouse.ratings.model import Rating


class PublicRoomWire(msgspec.Struct, frozen=True):
    """A room that everybody may read."""

    room_id: str
    name: str
    topic: str
    members: int
    years: int  # from which age on it is meant to be seen
    borderline: bool


class PublicRoomsWire(msgspec.Struct, frozen=True):
    """Such rooms, the fullest first."""

    rooms: list[PublicRoomWire]
    next: str


class PublicSaidWire(msgspec.Struct, frozen=True):
    """Something said; ``who`` is empty where its author has not agreed to be named."""

    event_id: str
    who: str
    kind: str
    text: str
    at: datetime


class PublicPageWire(msgspec.Struct, frozen=True):
    """A room and what was said in it lately."""

    room_id: str
    name: str
    topic: str
    members: int
    years: int
    borderline: bool
    said: list[PublicSaidWire]


def rooms_wire(page: Page) -> PublicRoomsWire:
    """Return the list."""
    return PublicRoomsWire([_room_wire(one) for one in page.chunk], page.next_batch)


def _room_wire(room: ListedRoom) -> PublicRoomWire:
    rating = room.rating or Rating()
    about = (room.room_id, room.name, room.topic, room.num_joined_members)
    return PublicRoomWire(*about, rating.years, rating.borderline)


def page_wire(page: PublicPage) -> PublicPageWire:
    """Return a room's page."""
    state = page.room.state
    return PublicPageWire(
        state.room_id,
        state.text("m.room.name", "name"),
        state.text("m.room.topic", "topic"),
        len(state.joined),
        page.rating.years,
        page.rating.borderline,
        [
            PublicSaidWire(one.event_id, page.names.get(one.sender, ""), one.kind, one.text, one.at)
            for one in page.said
        ],
    )
