"""What guests are shown, as the outside sees it."""

from datetime import datetime

import msgspec

from teahouse.directory.model import Page
from teahouse.guests.service import PublicPage


class PublicRoomWire(msgspec.Struct, frozen=True):
    """A room that everybody may read."""

    room_id: str
    name: str
    topic: str
    members: int


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
    said: list[PublicSaidWire]


def rooms_wire(page: Page) -> PublicRoomsWire:
    """Return the list."""
    return PublicRoomsWire(
        [
            PublicRoomWire(one.room_id, one.name, one.topic, one.num_joined_members)
            for one in page.chunk
        ],
        page.next_batch,
    )


def page_wire(page: PublicPage) -> PublicPageWire:
    """Return a room's page."""
    state = page.room.state
    return PublicPageWire(
        state.room_id,
        state.text("m.room.name", "name"),
        state.text("m.room.topic", "topic"),
        len(state.joined),
        [
            PublicSaidWire(one.event_id, page.names.get(one.sender, ""), one.kind, one.text, one.at)
            for one in page.said
        ],
    )
