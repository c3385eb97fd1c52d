"""Routes of recovery: Matrix's, and our own."""

from teahouse.infra.http.router import Route
from teahouse.recovery.routes import back, matrix, own
from teahouse.recovery.service import Recovery


def routes(recovery: Recovery) -> list[Route]:
    """Return the routes of this domain."""
    return [*matrix.routes(recovery), *own.routes(recovery), *back.routes(recovery)]
