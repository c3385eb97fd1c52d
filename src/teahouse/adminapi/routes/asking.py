"""Who asks, and how lists are asked for."""

from collections.abc import Awaitable, Callable
from typing import Literal

from teahouse.adminapi.model import OFFSET_MAX, PAGE_DEFAULT, PAGE_MAX
from teahouse.adminapi.service import AdminApi
from teahouse.errors import Invalid
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response
from teahouse.infra.http.router import Handler
from teahouse.operators.model import Role

V1, V2, V3 = (f"/_synapse/admin/v{nth}" for nth in (1, 2, 3))

Asked = Callable[[Request, str], Awaitable[Response]]


def guarded(api: AdminApi, allowed: frozenset[Role], asked: Asked) -> Handler:
    """Return a handler that lets in who may, and tells ``asked`` who it is."""

    async def handle(request: Request) -> Response:
        return await asked(request, await api.badges.check(request.caller, allowed))

    return handle


def span(request: Request) -> tuple[int, int]:
    """Return how many are asked for, and from which on."""
    limit = request.query_int("limit", PAGE_DEFAULT, 0, PAGE_MAX)
    return limit or PAGE_DEFAULT, request.query_int("from", 0, 0, OFFSET_MAX)


def direction(request: Request) -> Literal["f", "b"]:
    """Return in which direction a list is asked for. Raises ``Invalid``."""
    asked = request.query_one("dir") or "f"
    if asked == "f":
        return "f"
    if asked == "b":
        return "b"
    raise Invalid("dir must be f or b.")


def flag(request: Request, name: str) -> bool | None:
    """Return yes, no, or that it does not matter."""
    return None if request.query_one(name) is None else request.query_flag(name)
