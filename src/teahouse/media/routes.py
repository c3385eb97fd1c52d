"""Matrix's content repository.

New files are served only to people who are signed in. ``open_media`` serves them at the old,
unauthenticated addresses too, for programs that test and know no other; without it those answer
404, as the specification's freeze asks.
"""

from dataclasses import dataclass

from teahouse.errors import Invalid, Missing
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Header, Response, empty, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.media.model import files
from teahouse.media.model.files import BadRange, File, NoSuchMedia, Upload
from teahouse.media.model.pictures import Method, chosen
from teahouse.media.service import Media

NEW = "/_matrix/client/v1/media"
OLD = "/_matrix/media/v3"
PLACE = "/{server_name}/{media_id}"
UPLOADS = Limit("media.upload", per_minute=60, burst=60)
THUMBNAILS = Limit("media.thumbnail", per_minute=1200, burst=600)
SIDE_MAX = 100_000

_SAFE: tuple[Header, ...] = (
    (
        b"content-security-policy",
        (
            b"sandbox; default-src 'none'; script-src 'none'; plugin-types application/pdf; "
            b"style-src 'unsafe-inline'; object-src 'self';"
        ),
    ),
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"private, max-age=31536000, immutable"),
)


@dataclass(frozen=True)
class _Repository:
    media: Media

    async def upload(self, request: Request) -> Response:
        """Keep a file."""
        await self.media.check_room(request.caller.account_id)
        upload = await self._body(request)
        media_id = await self.media.upload(request.caller.account_id, upload)
        return json_response({"content_uri": self.media.uri(media_id)})

    async def create(self, request: Request) -> Response:
        """Hand out an address to upload to."""
        await request.ignored_body()
        await self.media.check_room(request.caller.account_id)
        media_id, expires_ms = await self.media.reserve(request.caller.account_id)
        return json_response(
            {"content_uri": self.media.uri(media_id), "unused_expires_at": expires_ms}
        )

    async def upload_to(self, request: Request) -> Response:
        """Keep a file at an address handed out before."""
        account_id, media_id = request.caller.account_id, self._place(request)
        await self.media.check_awaited(account_id, media_id)
        await self.media.check_room(account_id)
        await self.media.upload_to(account_id, media_id, await self._body(request))
        return empty()

    async def download(self, request: Request) -> Response:
        """Give a file back, or the part of it that was asked for."""
        file = await self._file(request)
        name = request.path.get("file_name", file.name)
        disposition = files.disposition(file.content_type, name)
        headers = (*_SAFE, *_about(disposition, file.tag), (b"accept-ranges", b"bytes"))
        content_type = file.content_type.encode()
        if request.header("if-none-match") == file.tag:
            return Response(304, b"", content_type, headers)
        try:
            part = _part(request, file)
        except BadRange:
            whole = (b"content-range", b"bytes */%d" % file.bytes_count)
            return Response(416, b"", content_type, (*headers, whole))
        reading = await self.media.read(file.blob, part)
        length = (b"content-length", b"%d" % (reading.end - reading.start))
        if part is None:
            return Response(200, b"", content_type, (*headers, length), reading.chunks())
        where = b"bytes %d-%d/%d" % (reading.start, reading.end - 1, reading.size_bytes)
        headers = (*headers, length, (b"content-range", where))
        return Response(206, b"", content_type, headers, reading.chunks())

    async def thumbnail(self, request: Request) -> Response:
        """Give a picture's thumbnail."""
        for name in ("width", "height"):
            if request.query_one(name) is None:
                raise Missing(f"{name} is missing.")
        width = request.query_int("width", 0, 1, SIDE_MAX)
        height = request.query_int("height", 0, 1, SIDE_MAX)
        size = chosen(width, height, _method(request), request.query_flag("animated"))
        file = await self._file(request)
        found = await self.media.thumbnail(file, size)
        tag = f'{file.tag[:-1]}-{size.width}x{size.height}-{size.made.replace(" ", "-")}"'
        ending = found.content_type.partition("/")[2]
        headers = (*_SAFE, *_about(f'inline; filename="thumbnail.{ending}"', tag))
        content_type = found.content_type.encode()
        if request.header("if-none-match") == tag:
            return Response(304, b"", content_type, headers)
        reading = await self.media.read(found.blob)
        length = (b"content-length", b"%d" % found.bytes_count)
        return Response(200, b"", content_type, (*headers, length), reading.chunks())

    async def config(self, _request: Request) -> Response:
        """Say how large an upload may be."""
        return json_response({"m.upload.size": self.media.bytes_max})

    async def frozen(self, _request: Request) -> Response:
        """Answer the old addresses: no file that was kept since they were given up."""
        raise NoSuchMedia

    def _place(self, request: Request) -> str:
        """Return the media id in the path. Raises ``NoSuchMedia`` for other servers' files."""
        if request.path["server_name"] != self.media.server_name:
            raise NoSuchMedia("This server does not fetch other servers' files.")
        return request.path["media_id"]

    async def _file(self, request: Request) -> File:
        wait_ms = request.query_int("timeout_ms", files.WAIT_MS_DEFAULT, 0, files.WAIT_MS_MAX)
        return await self.media.file(self._place(request), wait_ms / 1000)

    async def _body(self, request: Request) -> Upload:
        name = files.as_name(request.query_one("filename"))
        content_type = files.as_content_type(request.header("content-type"))
        return Upload(await request.raw_body(self.media.bytes_max), content_type, name)


def _about(disposition: str, tag: str) -> tuple[Header, ...]:
    return (
        (b"content-disposition", disposition.encode("ascii")),
        (b"etag", tag.encode()),
    )


def _part(request: Request, file: File) -> tuple[int, int] | None:
    """Return the part asked for, unless it is of a file that has changed since."""
    condition = request.header("if-range")
    if condition is not None and condition != file.tag:
        return None
    return files.asked_range(request.header("range"), file.bytes_count)


def _method(request: Request) -> Method:
    method = request.query_one("method") or "scale"
    if method == "crop":
        return "crop"
    if method == "scale":
        return "scale"
    raise Invalid("method must be crop or scale.")


def routes(media: Media, open_media: bool = False) -> list[Route]:
    """Return the routes of the content repository."""
    on = _Repository(media)
    old_download = on.download if open_media else on.frozen
    old_thumbnail = on.thumbnail if open_media else on.frozen
    return [
        Route("POST", OLD + "/upload", on.upload, limit=UPLOADS, waits=True),
        Route("PUT", OLD + "/upload" + PLACE, on.upload_to, limit=UPLOADS, waits=True),
        Route("POST", "/_matrix/media/v1/create", on.create, limit=UPLOADS),
        Route("GET", NEW + "/download" + PLACE, on.download, waits=True),
        Route("GET", NEW + "/download" + PLACE + "/{file_name}", on.download, waits=True),
        Route("GET", NEW + "/thumbnail" + PLACE, on.thumbnail, limit=THUMBNAILS),
        Route("GET", NEW + "/config", on.config),
        Route("GET", OLD + "/config", on.config),
        Route("GET", OLD + "/download" + PLACE, old_download, auth=Auth.NONE, waits=True),
        Route(
            "GET",
            OLD + "/download" + PLACE + "/{file_name}",
            old_download,
            auth=Auth.NONE,
            waits=True,
        ),
        Route("GET", OLD + "/thumbnail" + PLACE, old_thumbnail, auth=Auth.NONE),
    ]
