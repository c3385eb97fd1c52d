"""Which requests go first when not all can be served: said here for all, by nobody for their own.

The longest beginning that fits a route's path decides. What is not named is talk.
"""

from collections.abc import Iterable
from dataclasses import replace

from teahouse.infra.http.rank import Rank
from teahouse.infra.http.router import Auth, Route

_CLIENT = "/_matrix/client/v3"
_ROOM = f"{_CLIENT}/rooms/{{room_id}}"
_RELATED = "/_matrix/client/v1/rooms/{room_id}"

BY_BEGINNING: dict[str, Rank] = {
    "/api/v1/operator/": Rank.HOUSE,
    # Coming in and going out, and what tells a client where it is.
    f"{_CLIENT}/login": Rank.SIGN_IN,
    f"{_CLIENT}/logout": Rank.SIGN_IN,
    f"{_CLIENT}/refresh": Rank.SIGN_IN,
    f"{_CLIENT}/account/whoami": Rank.SIGN_IN,
    "/_matrix/client/versions": Rank.SIGN_IN,
    "/_matrix/client/v1/auth_metadata": Rank.SIGN_IN,
    "/_matrix/client/v1/login/": Rank.SIGN_IN,
    "/_synapse/admin/": Rank.SIGN_IN,
    "/.well-known/": Rank.SIGN_IN,
    "/api/v1/sessions": Rank.SIGN_IN,
    "/api/v1/recovery/": Rank.SIGN_IN,
    "/api/v1/oidc/": Rank.SIGN_IN,
    "/oauth2/": Rank.SIGN_IN,
    "/registration-status": Rank.SIGN_IN,
    # What was said before, and by whom.
    f"{_ROOM}/messages": Rank.READ,
    f"{_ROOM}/context/": Rank.READ,
    f"{_ROOM}/event/": Rank.READ,
    f"{_ROOM}/state": Rank.READ,
    f"{_ROOM}/members": Rank.READ,
    f"{_ROOM}/joined_members": Rank.READ,
    f"{_ROOM}/initialSync": Rank.READ,
    f"{_ROOM}/report": Rank.TALK,
    f"{_RELATED}/": Rank.READ,
    f"{_CLIENT}/initialSync": Rank.READ,
    f"{_CLIENT}/profile/": Rank.READ,
    f"{_CLIENT}/presence/": Rank.READ,
    f"{_CLIENT}/notifications": Rank.READ,
    f"{_CLIENT}/room_keys/": Rank.READ,
    "/_matrix/client/v1/media/": Rank.READ,
    "/_matrix/media/": Rank.READ,
    # Looking for something, and what can wait until tomorrow.
    f"{_CLIENT}/search": Rank.SEEK,
    f"{_CLIENT}/user_directory/": Rank.SEEK,
    f"{_CLIENT}/publicRooms": Rank.SEEK,
    f"{_RELATED}/hierarchy": Rank.SEEK,
    f"{_CLIENT}/thirdparty/": Rank.SEEK,
    "/_matrix/client/v1/mutual_rooms": Rank.SEEK,
    "/_matrix/client/v1/room_summary/": Rank.SEEK,
    "/_matrix/client/v1/media/preview_url": Rank.SEEK,
    "/_matrix/media/v3/preview_url": Rank.SEEK,
    "/api/v1/search": Rank.SEEK,
    "/api/v1/public/": Rank.SEEK,
    "/api/v1/account/export": Rank.SEEK,
    "/api/openapi.json": Rank.SEEK,
    # What leads to a new account, and waiting for it.
    "/api/v1/waitlist": Rank.JOIN,
    f"{_CLIENT}/register/": Rank.JOIN,
    "/registration/": Rank.JOIN,
}
# A page changed by its sender is talk, as what it stands beside in the address is reading.
# Who asks this without a place asks for all that was said before, at a hundred times the cost: that is
# reading, so that those who talk do not wait behind those who come.
SINCE = {f"{_CLIENT}/sync": b"since="}
SAID_BY_PUT = (f"{_ROOM}/state", f"{_CLIENT}/profile/", f"{_CLIENT}/presence/")


def rank(route: Route) -> Rank:
    """Return the rank of a route."""
    if route.door:
        return Rank.JOIN
    if route.auth is Auth.OPERATOR or route.by_machine:
        return Rank.HOUSE
    if route.method in ("PUT", "DELETE") and route.path.startswith(SAID_BY_PUT):
        return Rank.TALK
    fitting = (beginning for beginning in BY_BEGINNING if route.path.startswith(beginning))
    longest = max(fitting, key=len, default="")
    return BY_BEGINNING.get(longest, Rank.TALK)


def ranked(routes: Iterable[Route]) -> list[Route]:
    """Return the routes, each with its rank, and by what a first request is known."""
    return [replace(route, rank=rank(route), since=SINCE.get(route.path, b"")) for route in routes]
