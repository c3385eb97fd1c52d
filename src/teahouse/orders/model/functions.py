"""Functions of the house that an order can stop, by the requests that they are made of; and reading.

The longest-lived names of a request are its method and its route's path, so that is what counts. What
an order stops is refused as a whole: no request of the function gets through.
"""

from functools import cache
from typing import NamedTuple

_CLIENT = "/_matrix/client/v3"
_ROOM = f"{_CLIENT}/rooms/{{room_id}}"
_MEDIA = "/_matrix/media"


class Function(NamedTuple):
    """A function by its name on screen, and the beginnings of its requests."""

    zh: str
    en: str
    requests: tuple[tuple[str, str], ...]


FUNCTIONS: dict[str, Function] = {
    "speaking": Function(
        "发消息", "sending messages", (("PUT", f"{_ROOM}/send/"), ("PUT", f"{_ROOM}/state"))
    ),
    "uploads": Function(
        "上传文件", "uploading files",
        (("POST", f"{_MEDIA}/v3/upload"), ("PUT", f"{_MEDIA}/v3/upload"), ("POST", f"{_MEDIA}/v1/create")),
    ),
    "calls": Function("语音与视频通话", "voice and video calls", (("GET", f"{_CLIENT}/voip/"),)),
    "search": Function(
        "搜索", "searching",
        (
            ("POST", f"{_CLIENT}/search"), ("POST", f"{_CLIENT}/user_directory/"),
            ("GET", "/api/v1/search"),
        ),
    ),
    "new_rooms": Function(
        "新建群聊", "making new rooms",
        (("POST", f"{_CLIENT}/createRoom"), ("POST", f"{_ROOM}/upgrade")),
    ),
    "joining": Function(
        "加入群聊", "joining rooms",
        (
            ("POST", f"{_CLIENT}/join/"), ("POST", f"{_ROOM}/join"), ("POST", f"{_CLIENT}/knock/"),
        ),
    ),
    "inviting": Function("邀请他人进群", "inviting people into rooms", (("POST", f"{_ROOM}/invite"),)),
    "listing": Function(
        "公开列出群聊", "listing rooms in public", (("PUT", f"{_CLIENT}/directory/list/"),)
    ),
    "profiles": Function(
        "修改个人资料", "changing profiles",
        (("PUT", f"{_CLIENT}/profile/"), ("DELETE", f"{_CLIENT}/profile/")),
    ),
    "previews": Function(
        "链接预览", "previews of links",
        (("GET", "/_matrix/client/v1/media/preview_url"), ("GET", f"{_MEDIA}/v3/preview_url")),
    ),
}  # fmt: skip

# What somebody who can only read still asks for by other methods than GET: to look, to be told, to
# keep their keys and their account safe, to take their data with them, to contest, and to leave.
READING: tuple[str, ...] = (
    f"{_CLIENT}/logout", f"{_CLIENT}/search", f"{_CLIENT}/user_directory/",
    f"{_CLIENT}/publicRooms", f"{_CLIENT}/keys/", f"{_CLIENT}/room_keys/",
    f"{_CLIENT}/user/{{user_id}}/filter", f"{_CLIENT}/user/{{user_id}}/account_data/",
    f"{_CLIENT}/user/{{user_id}}/rooms/", f"{_ROOM}/receipt/", f"{_ROOM}/read_markers",
    f"{_ROOM}/leave", f"{_ROOM}/forget", f"{_ROOM}/report", f"{_CLIENT}/users/{{user_id}}/report",
    f"{_CLIENT}/account/", f"{_CLIENT}/delete_devices", f"{_CLIENT}/devices/",
    f"{_CLIENT}/pushers/", f"{_CLIENT}/pushrules/", "/_matrix/client/v1/login/get_token",
    "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync", "/api/v1/account/",
    "/api/v1/cases/", "/api/v1/requests",
)  # fmt: skip


@cache
def functions_of(method: str, path: str) -> frozenset[str]:
    """Return the functions that a route is part of."""
    return frozenset(
        name
        for name, function in FUNCTIONS.items()
        if any(method == one and path.startswith(begins) for one, begins in function.requests)
    )


@cache
def is_reading(method: str, path: str) -> bool:
    """Tell whether a route is open to somebody who can only read."""
    return method in ("GET", "HEAD") or path.startswith(READING)
