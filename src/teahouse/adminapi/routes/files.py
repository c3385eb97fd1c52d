"""Files, as Synapse's tools ask for them."""

from dataclasses import dataclass
from typing import Any

from teahouse.accounts.model import NotLocal
from teahouse.adminapi.model import ACTORS, READERS
from teahouse.adminapi.routes.asking import V1, guarded, span
from teahouse.adminapi.service import AdminApi
from teahouse.adminapi.wire import page_out
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Route
from teahouse.operators.model import Role


@dataclass(frozen=True, repr=False)
class _Files:
    api: AdminApi

    async def of_user(self, request: Request, actor: str) -> Response:
        """List somebody's files, without their names."""
        account = await self.api.people.target(request.path["user_id"])
        limit, offset = span(request)
        found, total = await self.api.files.of_account(actor, account.account_id, limit, offset)
        rows = [
            {
                "media_id": one.media_id,
                "media_type": one.content_type,
                "media_length": one.bytes_count,
                "created_ts": one.created_ms,
                "last_access_ts": None,
                "quarantined_by": "operators" if one.quarantined else None,
                "safe_from_quarantine": False,
                "upload_name": None,
            }
            for one in found
        ]
        return json_response(page_out("media", rows, total, offset))

    async def sizes(self, request: Request, _actor: str) -> Response:
        """Tell who keeps most."""
        limit, offset = span(request)
        found, total = await self.api.files.sizes(limit, offset)
        rows = [
            {
                "user_id": one.user_id,
                "displayname": one.display_name,
                "media_count": one.count,
                "media_length": one.bytes_count,
            }
            for one in found
        ]
        return json_response(page_out("users", rows, total, offset))

    async def delete_of_user(self, request: Request, actor: str) -> Response:
        """Delete the newest files of somebody."""
        account = await self.api.people.target(request.path["user_id"])
        gone = await self.api.files.delete_of(actor, account.account_id)
        return json_response({"deleted_media": gone, "total": len(gone)})

    async def quarantine(self, request: Request, actor: str) -> Response:
        """Serve a file no more."""
        await request.ignored_body()
        await self.api.files.quarantine(actor, self._ours(request))
        return empty()

    async def release(self, request: Request, actor: str) -> Response:
        """Serve a file again."""
        await request.ignored_body()
        await self.api.files.release(actor, self._ours(request))
        return empty()

    async def delete(self, request: Request, actor: str) -> Response:
        """Delete a file."""
        media_id = self._ours(request)
        await self.api.files.delete(actor, media_id)
        return json_response({"deleted_media": [media_id], "total": 1})

    def _ours(self, request: Request) -> str:
        if request.path["server_name"] != self.api.people.server_name:
            raise NotLocal
        return request.path["media_id"]


def routes(api: AdminApi) -> list[Route]:
    """Return the routes for files."""
    files = _Files(api)
    user, file = f"{V1}/users/{{user_id}}/media", "{server_name}/{media_id}"
    table: list[tuple[str, str, frozenset[Role], Any]] = [
        ("GET", user, READERS, files.of_user),
        ("DELETE", user, ACTORS, files.delete_of_user),
        ("GET", f"{V1}/statistics/users/media", READERS, files.sizes),
        ("POST", f"{V1}/media/quarantine/{file}", ACTORS, files.quarantine),
        ("POST", f"{V1}/media/unquarantine/{file}", ACTORS, files.release),
        ("DELETE", f"{V1}/media/{file}", ACTORS, files.delete),
    ]
    return [
        Route(method, path, guarded(api, allowed, asked)) for method, path, allowed, asked in table
    ]
