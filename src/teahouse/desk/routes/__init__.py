"""Routes of the desk: the operators' own, and those of Matrix's administrators."""

from teahouse.desk.routes import matrix, operators
from teahouse.desk.service import Desk
from teahouse.infra.http.router import Route


def routes(desk: Desk) -> list[Route]:
    """Return the routes of this domain."""
    return [*matrix.routes(desk), *operators.routes(desk)]
