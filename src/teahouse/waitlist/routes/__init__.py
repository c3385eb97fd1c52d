"""The waiting list's routes: for those who wait, and for operators."""

from teahouse.infra.http.router import Route
from teahouse.waitlist.routes import operators, people
from teahouse.waitlist.service import Waitlist


def routes(waitlist: Waitlist) -> list[Route]:
    """Return every route of the waiting list."""
    return [*people.routes(waitlist), *operators.routes(waitlist)]
