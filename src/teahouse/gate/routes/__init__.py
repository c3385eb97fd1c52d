"""The gate's routes: operators'. What everybody is told is served by ``notices``."""

from teahouse.gate.routes import operators
from teahouse.gate.service import Gate
from teahouse.infra.http.router import Route


def routes(gate: Gate) -> list[Route]:
    """Return every route of the gate."""
    return operators.routes(gate)
