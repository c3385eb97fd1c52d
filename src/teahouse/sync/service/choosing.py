"""Which events and pieces of state belong in an answer: decided from values alone."""

from collections.abc import Sequence

import msgspec

from teahouse.rooms.model.choice import Choice
from teahouse.rooms.model.event import RoomEvent, is_first
from teahouse.rooms.model.state import MEMBER
from teahouse.sync.model import Wish
from teahouse.sync.service.fragments import StateKey
from teahouse.timeline.model import Placed


def members_in(events: list[Placed], state: list[tuple[StateKey, bytes]]) -> dict[str, bytes]:
    """Return the memberships that are among events and pieces of state."""
    found = {event.state_key: event.body for _, event in events if event.type == MEMBER}
    found |= {key[1]: body for key, body in state if key[0] == MEMBER}
    return {user_id: body for user_id, body in found.items() if user_id is not None}


def last(events: list[Placed], limit: int) -> list[Placed]:
    return events[max(0, len(events) - limit) :]


def speaking(events: list[Placed], is_after: bool) -> list[str]:
    """Return whose membership events need to be understood.

    Unless it is told as it is after them, those whose coming is among them need no other.
    """
    found: dict[str, None] = {}
    introduced: set[str] = set()
    for _, event in events:
        if event.type == MEMBER and event.state_key is not None:
            if is_after:
                found[event.state_key] = None
            else:
                introduced.add(event.state_key)
        if event.sender not in introduced:
            found[event.sender] = None
            introduced.add(event.sender)
    return list(found)


def begins_with_create(events: list[Placed]) -> bool:
    return bool(events) and events[0][1].type == "m.room.create"


def replacing(events: list[Placed]) -> set[StateKey]:
    """Return the state keys that events set anew over a value from before all of them."""
    replaces: dict[StateKey, bool] = {}
    for _, event in events:
        if event.state_key is not None:
            replaces.setdefault((event.type, event.state_key), not is_first(event.body))
    return {key for key, is_anew in replaces.items() if is_anew}


def not_given(state: Sequence[RoomEvent], events: list[Placed]) -> list[tuple[StateKey, bytes]]:
    """Return the pieces of state that are not among the events."""
    given = {event.event_id for _, event in events}
    return [
        ((event.type, event.state_key or ""), event.body)
        for event in state
        if event.event_id not in given
    ]


def last_set(events: list[Placed]) -> list[tuple[StateKey, bytes]]:
    """Return the state that events leave behind them."""
    found = {
        (event.type, event.state_key): event.body
        for _, event in events
        if event.state_key is not None
    }
    return list(found.items())


def keyed(bodies: Sequence[bytes]) -> list[tuple[StateKey, bytes]]:
    """Return pieces of state with what they are about."""
    events = [(msgspec.json.decode(body), body) for body in bodies]
    return [((event["type"], event["state_key"]), body) for event, body in events]


def hides_state(wish: Wish, room_id: str) -> bool:
    """Tell whether the timeline's filter may leave out an event that sets something."""
    timeline = wish.filter.room.timeline
    return Choice(timeline).hides_state or not timeline.admits_room(room_id)
