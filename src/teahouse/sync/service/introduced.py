"""Which memberships a device has been told, so that lazy loading need not tell them again.

What an answer told counts from when the client shows that it has it: by asking from that answer's
place, or a later one. Whoever is forgotten here is only told once more.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from teahouse.infra.http.caller import Caller

DEVICES_IN_MEMORY_MAX = 20_000  # each in one room
MEMBERS_EACH_MAX = 200

Told = dict[
    str, tuple[int, int]
]  # a member, what was told of them, and up to where that answer was


@dataclass(frozen=True, repr=False)
class Introduced:
    """Who is known to which device, in which room."""

    _known: OrderedDict[tuple[str, str, str], Told] = field(
        default_factory=OrderedDict[tuple[str, str, str], Told]
    )

    def knows(self, caller: Caller, room_id: str, after: int, member: str, body: bytes) -> bool:
        """Tell whether a device that asks from a place has this membership of somebody."""
        told = self._known.get((caller.user_id, caller.device_id, room_id), {}).get(member)
        return told is not None and told[0] == hash(body) and told[1] <= after

    def note(
        self, caller: Caller, room_id: str, until: int, members: Mapping[str, bytes], anew: bool
    ) -> None:
        """Remember whom an answer tells; ``anew``: the client may have nobody from before."""
        place = (caller.user_id, caller.device_id, room_id)
        known = {} if anew else self._known.pop(place, {})
        if len(known) + len(members) > MEMBERS_EACH_MAX:
            known = {}
        for member, body in members.items():
            before, new = known.get(member), hash(body)
            if before is None or before[0] != new:
                known[member] = (new, until)
        if known:
            self._known[place] = known
            if len(self._known) > DEVICES_IN_MEMORY_MAX:
                self._known.popitem(last=False)
        else:
            self._known.pop(place, None)
