"""The operators' routes of detectors: owners change lists, those who decide see what was found."""

from dataclasses import dataclass

from teahouse.detectors import wire
from teahouse.detectors.model.lists import (
    Description,
    DetectorPreview,
    ListVersion,
    Wanted,
    check_kind,
)
from teahouse.detectors.service.house import Detectors
from teahouse.detectors.service.lists import READY
from teahouse.errors import Invalid
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route

PLACE = "/api/v1/operator/detectors"
READERS = ("owner", "moderator", "auditor")
OWNER = ("owner",)
LIST_BYTES_MAX = 16 * 1024 * 1024
PREVIEWS = Limit("detectors.preview", per_minute=10, burst=10)


@dataclass(frozen=True)
class _Desk:
    detectors: Detectors

    async def listed(self, _request: Request) -> Response:
        """Return every list."""
        lists = [
            wire.DetectorListWire(
                one.description.list_id,
                one.description.kind.value,
                *one.description[2:],
                one.now,
                one.next,
                one.figures,
            )
            for one in await self.detectors.lists.all()
        ]
        here = {one.list_id for one in lists}
        ready = [one for one in READY if one not in here]
        looks_at = self.detectors.config.detectors
        return json_response(wire.DetectorListsWire(looks_at, ready, lists))

    async def add(self, request: Request) -> Response:
        """Make a list."""
        body = await request.struct(wire.DetectorAddBody)
        actor, lists = request.operator.operator_id, self.detectors.lists
        list_id = body.list_id or body.ready
        if body.ready:
            await lists.take_over(actor, body.ready, list_id)
        else:
            kind = check_kind(body.kind)
            one = Description(list_id, kind, body.category, body.language, body.name)
            await lists.add(actor, one)
        return await self._detail(list_id, 201)

    async def detail(self, request: Request) -> Response:
        """Return a list."""
        return await self._detail(request.path["list_id"], 200)

    async def change(self, request: Request) -> Response:
        """Give a list another version."""
        body = await request.struct(wire.DetectorVersionBody, LIST_BYTES_MAX)
        effective_at = body.effective_at
        if effective_at is not None and effective_at.tzinfo is None:
            raise Invalid("effective_at needs a time zone.")
        wanted = Wanted(body.entries, body.mode, effective_at, body.note)
        actor, list_id = request.operator.operator_id, request.path["list_id"]
        return json_response(await self.detectors.lists.change(actor, list_id, wanted), 201)

    async def entries(self, request: Request) -> Response:
        """Return what is on a version."""
        number = request.path["version"]
        version = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
        found = await self.detectors.lists.entries(request.path["list_id"], version)
        return json_response(wire.DetectorEntriesWire(found))

    async def preview(self, request: Request) -> Response:
        """Try entries."""
        body = await request.struct(wire.DetectorPreviewBody, LIST_BYTES_MAX)
        actor, kind = request.operator.operator_id, check_kind(body.kind)
        return json_response(await self.detectors.previewing.preview(actor, kind, body.entries))

    async def picture(self, request: Request) -> Response:
        """Hash a picture."""
        body = await request.struct(wire.DetectorPictureBody)
        actor = request.operator.operator_id
        found = await self.detectors.suggesting.hash_for(actor, body.media_id)
        return json_response(wire.DetectorPictureWire(found.written, found.quality))

    async def of_case(self, request: Request) -> Response:
        """Return what a case was made of."""
        found = await self.detectors.lists.hits_of_case(request.path["case_id"])
        lists = {
            one.list_id: wire.DetectorNameWire(one.kind.value, one.name) for one in found.lists
        }
        return json_response(wire.DetectorHitsWire(found.hits, lists))

    async def _detail(self, list_id: str, status: int) -> Response:
        one = await self.detectors.lists.detail(list_id)
        kind = one.description.kind.value
        return json_response(wire.DetectorDetailWire(list_id, kind, one.versions, one.hits), status)


def routes(detectors: Detectors) -> list[Route]:
    """Return the routes of this domain."""
    desk = _Desk(detectors)
    return [*_reading(desk), *_changing(desk)]


def _reading(desk: _Desk) -> list[Route]:
    operator, one = Auth.OPERATOR, f"{PLACE}/lists/{{list_id}}"
    return [
        Route(
            "GET", f"{PLACE}/lists", desk.listed, auth=operator, allow=READERS,
            answer=wire.DetectorListsWire,
            summary="Lists of detectors: which version counts, and how often people agreed with it",
        ),
        Route(
            "GET", one, desk.detail, auth=operator, allow=READERS, answer=wire.DetectorDetailWire,
            summary="A list's versions, and what it found of late",
        ),
        Route(
            "GET", f"{one}/versions/{{version}}", desk.entries, auth=operator, allow=READERS,
            answer=wire.DetectorEntriesWire, summary="What is on a version of a list",
        ),
        Route(
            "GET", f"{PLACE}/cases/{{case_id}}", desk.of_case, auth=operator, allow=READERS,
            answer=wire.DetectorHitsWire,
            summary="What detectors found that a case was made of, and where in the text",
        ),
    ]  # fmt: skip


def _changing(desk: _Desk) -> list[Route]:
    operator, one = Auth.OPERATOR, f"{PLACE}/lists/{{list_id}}"
    return [
        Route(
            "POST", f"{PLACE}/lists", desk.add, auth=operator, allow=OWNER, status=201,
            body=wire.DetectorAddBody, answer=wire.DetectorDetailWire,
            summary="Make a list, with nothing on it, or of one that comes with the house; it is off",
        ),
        Route(
            "POST", f"{one}/versions", desk.change, auth=operator, allow=OWNER, status=201,
            body=wire.DetectorVersionBody, answer=ListVersion,
            summary="Give a list other entries or another mode, at once or from a moment on",
        ),
        Route(
            "POST", f"{PLACE}/preview", desk.preview, auth=operator, allow=OWNER, limit=PREVIEWS,
            body=wire.DetectorPreviewBody, answer=DetectorPreview,
            summary="What entries would have found among the newest public messages",
        ),
        Route(
            "POST", f"{PLACE}/pictures", desk.picture, auth=operator, allow=OWNER,
            body=wire.DetectorPictureBody, answer=wire.DetectorPictureWire,
            summary="The hash of a picture that was uploaded, to be put on a list",
        ),
    ]  # fmt: skip
