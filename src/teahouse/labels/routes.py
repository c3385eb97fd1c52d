"""Operators' route of the labels."""

from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.labels import wire
from teahouse.labels.model import Labels

DESK = "/api/v1/operator/labels"
READERS = ("owner", "registrar", "moderator", "auditor")


def routes(labels: Labels, sealed: frozenset[str]) -> list[Route]:
    """Return the route of the labels; ``sealed`` are the columns whose values are ciphertext."""

    async def listed(_request: Request) -> Response:
        return json_response(wire.labels_wire(labels, sealed))

    return [
        Route(
            "GET", DESK, listed, auth=Auth.OPERATOR, allow=READERS, answer=wire.LabelsWire,
            summary="Every table, column and bucket with its label",
        ),
    ]  # fmt: skip
