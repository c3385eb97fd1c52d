"""Matrix's calls for backups of keys (Client-Server API, v1.19)."""

from dataclasses import dataclass

from teahouse.errors import Invalid, Missing
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Route
from teahouse.keybackups import wire
from teahouse.keybackups.model import (
    BODY_BYTES_MAX,
    KeptKey,
    SessionKey,
    kept_key,
    read_version,
)
from teahouse.keybackups.service import KeyBackups

PLACE = "/_matrix/client/v3/room_keys"
BACKING_UP = Limit("key_backup", per_minute=600, burst=200)


def _version(request: Request) -> int:
    """Return the version that a request is about. Raises ``Missing``, ``NoSuchBackup``."""
    text = request.query_one("version")
    if not text:
        raise Missing("version says which backup is meant.")
    return read_version(text)


@dataclass(frozen=True)
class _Versions:
    backups: KeyBackups

    async def begin(self, request: Request) -> Response:
        """Begin a new version."""
        body = await request.struct(wire.BackupIn)
        account_id = request.caller.account_id
        version = await self.backups.begin(account_id, body.algorithm, body.auth_data)
        return json_response({"version": str(version)})

    async def newest(self, request: Request) -> Response:
        """Show the newest version."""
        return json_response(wire.backup_out(await self.backups.newest(request.caller.account_id)))

    async def one(self, request: Request) -> Response:
        """Show a version."""
        version = read_version(request.path["version"])
        found = await self.backups.one(request.caller.account_id, version)
        return json_response(wire.backup_out(found))

    async def change(self, request: Request) -> Response:
        """Give a version other authentication data."""
        body, named = await request.struct(wire.BackupIn), request.path["version"]
        if body.version is not None and body.version != named:
            raise Invalid("version is another in the body than in the path.")
        account_id = request.caller.account_id
        version = read_version(named)
        await self.backups.change(account_id, version, body.algorithm, body.auth_data)
        return empty()

    async def delete(self, request: Request) -> Response:
        """Delete a version."""
        version = read_version(request.path["version"])
        await self.backups.delete(request.caller.account_id, version)
        return empty()


@dataclass(frozen=True)
class _Keys:
    backups: KeyBackups

    async def put_all(self, request: Request) -> Response:
        """Keep keys of several rooms."""
        body = await request.struct(wire.RoomsIn, BODY_BYTES_MAX)
        keys = [
            kept_key(room_id, session_id, key)
            for room_id, room in body.rooms.items()
            for session_id, key in room.sessions.items()
        ]
        return await self._put(request, keys)

    async def put_room(self, request: Request) -> Response:
        """Keep keys of one room."""
        body, room_id = await request.struct(wire.RoomIn, BODY_BYTES_MAX), request.path["room_id"]
        keys = [kept_key(room_id, session_id, key) for session_id, key in body.sessions.items()]
        return await self._put(request, keys)

    async def put_one(self, request: Request) -> Response:
        """Keep one key."""
        key, path = await request.struct(SessionKey), request.path
        return await self._put(request, [kept_key(path["room_id"], path["session_id"], key)])

    async def _put(self, request: Request, keys: list[KeptKey]) -> Response:
        tally = await self.backups.put(request.caller.account_id, _version(request), keys)
        return json_response(wire.tally_out(tally))

    async def all(self, request: Request) -> Response:
        """Give back every key."""
        found = await self.backups.keys(request.caller.account_id, _version(request))
        return json_response(wire.rooms_out(found))

    async def room(self, request: Request) -> Response:
        """Give back the keys of one room."""
        room_id, version = request.path["room_id"], _version(request)
        found = await self.backups.keys(request.caller.account_id, version, room_id)
        return json_response(wire.room_out(found))

    async def one(self, request: Request) -> Response:
        """Give back one key."""
        path, version = request.path, _version(request)
        account_id = request.caller.account_id
        key = await self.backups.key(account_id, version, path["room_id"], path["session_id"])
        return json_response(wire.key_out(key))

    async def remove(self, request: Request) -> Response:
        """Delete every key, those of a room, or one."""
        path, version = request.path, _version(request)
        place = path.get("room_id"), path.get("session_id")
        tally = await self.backups.remove(request.caller.account_id, version, *place)
        return json_response(wire.tally_out(tally))


def routes(backups: KeyBackups) -> list[Route]:
    """Return the routes of this domain."""
    versions, keys = _Versions(backups), _Keys(backups)
    version = f"{PLACE}/version"
    room = f"{PLACE}/keys/{{room_id}}"
    one = f"{room}/{{session_id}}"
    limit = BACKING_UP
    return [
        Route("POST", version, versions.begin, limit=limit),
        Route("GET", version, versions.newest, limit=limit),
        Route("GET", f"{version}/{{version}}", versions.one, limit=limit),
        Route("PUT", f"{version}/{{version}}", versions.change, limit=limit),
        Route("DELETE", f"{version}/{{version}}", versions.delete, limit=limit),
        Route("PUT", f"{PLACE}/keys", keys.put_all, limit=limit),
        Route("GET", f"{PLACE}/keys", keys.all, limit=limit),
        Route("DELETE", f"{PLACE}/keys", keys.remove, limit=limit),
        Route("PUT", room, keys.put_room, limit=limit),
        Route("GET", room, keys.room, limit=limit),
        Route("DELETE", room, keys.remove, limit=limit),
        Route("PUT", one, keys.put_one, limit=limit),
        Route("GET", one, keys.one, limit=limit),
        Route("DELETE", one, keys.remove, limit=limit),
    ]
