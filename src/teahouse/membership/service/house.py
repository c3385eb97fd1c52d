"""Putting the parts of membership together."""

from dataclasses import dataclass, replace

from teahouse.directory.service import Directory
from teahouse.ids import Ids
from teahouse.membership.service.coming import Coming
from teahouse.membership.service.making import Making
from teahouse.profiles.service import Profiles
from teahouse.rooms.service import Rooms
from teahouse.standing.service import Standing
from teahouse.timeline.service.appending import Additions


@dataclass(frozen=True)
class Membership:
    """The verbs of membership, by what they are about."""

    coming: Coming
    making: Making

    def adding(self, additions: Additions) -> "Membership":
        """Return the same verbs, adding events another way."""
        coming = replace(self.coming, additions=additions)
        return Membership(coming, replace(self.making, additions=additions, coming=coming))


def open_membership(
    *,
    additions: Additions,
    rooms: Rooms,
    profiles: Profiles,
    directory: Directory,
    ids: Ids,
    server_name: str,
    standing: Standing,
) -> Membership:
    """Put the parts together."""
    coming = Coming(server_name, rooms, profiles, directory, additions, standing)
    return Membership(coming, Making(server_name, ids, directory, additions, coming, standing))
