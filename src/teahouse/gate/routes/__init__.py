"""The gate's routes, in four files: for everyone, for those who register, Matrix, operators."""

from teahouse.gate.routes import matrix, operators, own, pages
from teahouse.gate.service import Gate
from teahouse.infra.http.router import Route


def routes(gate: Gate) -> list[Route]:
    """Return every route of the gate."""
    return [
        *own.routes(gate),
        *matrix.routes(gate),
        *pages.routes(gate),
        *operators.routes(gate),
    ]
