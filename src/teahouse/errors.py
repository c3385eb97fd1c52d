"""Refusals: the caller's doing, told in words the caller can use.

There are two kinds of error. A :class:`Refused` is the caller's: raised by a rule or a verb, and
turned into the words of the API it came by in ``infra/http/dialects``. Everything else is ours: an
``assert`` or a driver's exception, which becomes a 500 with an incident id.

A refusal has a ``kind``, from which each dialect knows what to say by default, and a ``code``,
``domain.what_is_wrong``, which a dialect may map to a word of its own.
"""

import enum
from typing import Any, ClassVar


class Kind(enum.Enum):
    """What a refusal is about, in terms every dialect knows."""

    INVALID = "invalid"  # well-formed, but a value is wrong
    BAD_JSON = "bad_json"  # JSON, but not of the shape asked for
    NOT_JSON = "not_json"  # not JSON at all
    MISSING = "missing"  # a parameter that must be there is not
    UNAUTHENTICATED = "unauthenticated"  # no token
    UNKNOWN_TOKEN = "unknown_token"  # noqa: S105 - a kind, not a secret; a token, but not one of ours
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    METHOD = "method"  # there is such a place, but not for this verb
    CONFLICT = "conflict"
    TOO_LARGE = "too_large"
    MEDIA_TYPE = "media_type"  # a content type that the route does not take
    UNPROCESSABLE = "unprocessable"  # understood, and refused by a rule about its content
    TOO_MANY = "too_many"
    TIMEOUT = "timeout"  # the caller was too slow
    UNAVAILABLE = "unavailable"  # we cannot now; ask again


class Refused(Exception):  # noqa: N818 - it is the caller's refusal, not our error
    """The caller asked for something that will not be done, and nothing was changed.

    Subclass it in a domain's ``model.py`` with a class-level ``code`` and ``kind``; ``words`` is a
    sentence for a person and ``fields`` is what a program may want (retry times, a notice).
    """

    code: ClassVar[str] = "refused"
    kind: ClassVar[Kind] = Kind.INVALID

    def __init__(self, words: str = "", **fields: Any) -> None:
        self.words = words or (type(self).__doc__ or "").split("\n")[0]
        self.fields = fields
        super().__init__(self.words)


class Invalid(Refused):
    """A value in the request is not acceptable."""

    code = "request.invalid"
    kind = Kind.INVALID


class Missing(Refused):
    """A parameter is missing."""

    code = "request.missing"
    kind = Kind.MISSING


class BadJson(Refused):
    """The body is JSON, but not of the shape that this route takes."""

    code = "request.bad_json"
    kind = Kind.BAD_JSON


class NotJson(Refused):
    """The body is not JSON."""

    code = "request.not_json"
    kind = Kind.NOT_JSON


class Unauthenticated(Refused):
    """A session is needed: sign in first."""

    code = "session.missing"
    kind = Kind.UNAUTHENTICATED


class UnknownToken(Refused):
    """The session has ended or never was: sign in again."""

    code = "session.unknown"
    kind = Kind.UNKNOWN_TOKEN


class Forbidden(Refused):
    """That is not allowed."""

    code = "request.forbidden"
    kind = Kind.FORBIDDEN


class NotFound(Refused):
    """There is nothing here by that name."""

    code = "request.not_found"
    kind = Kind.NOT_FOUND


class Conflict(Refused):
    """It clashes with what is there already."""

    code = "request.conflict"
    kind = Kind.CONFLICT


class TooLarge(Refused):
    """The request is larger than this route takes."""

    code = "request.too_large"
    kind = Kind.TOO_LARGE


class TooMany(Refused):
    """Too many requests: wait, then ask again. ``fields`` has ``retry_after_ms``."""

    code = "request.too_many"
    kind = Kind.TOO_MANY


class Unavailable(Refused):
    """A part we need does not answer. Nothing was lost: ask again shortly."""

    code = "server.unavailable"
    kind = Kind.UNAVAILABLE


class DiskShort(Unavailable):
    """The disk is nearly full. What is there can be read; nothing new is kept until there is room."""

    code = "server.disk_short"
