"""The gate's routes, in two files: the notices for everyone, and operators' routes."""

from teahouse.gate.routes import notices, operators
from teahouse.gate.service import Gate
from teahouse.infra.http.router import Route


def routes(gate: Gate) -> list[Route]:
    """Return every route of the gate."""
    return [*notices.routes(gate), *operators.routes(gate)]
