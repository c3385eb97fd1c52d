"""A request that provokes an error."""

from typing import Any, NamedTuple

from tests.contract.errors.named import Named

PREFIXES = (("/media/", "/_matrix/media/"), ("/v", "/_matrix/client/v"))


class Row(NamedTuple):
    """Who asks what, and what they are told: ``STATUS ERRCODE``, or ``401 flows``.

    ``given`` fills the path, and is the query where the path has no such place. A word of it, or in
    the body after ``$``, that the stage knows stands for what the stage has by that name.
    """

    operation: str
    said: str
    who: str
    body: Any
    given: dict[str, str]

    def covers(self, one: Named) -> bool:
        """Tell whether it provokes what is named."""
        status, _, errcode = self.said.partition(" ")
        same = (self.operation, int(status)) == (one.operation.strip(), one.status)
        return same and one.errcode in ("", errcode)

    def __str__(self) -> str:
        return f"{self.who or 'nobody'}: {self.operation} {self.given} {self.body}"


def row(operation: str, said: str, who: str = "ada", body: Any = None, **given: str) -> Row:
    """Return a row; ``operation`` is without ``/_matrix`` and, for clients' calls, ``/client``."""
    method, _, path = operation.partition(" ")
    for short, whole in PREFIXES:
        if path.startswith(short):
            path = whole + path.removeprefix(short)
            break
    return Row(f"{method} {path}", said, who, body, given)
