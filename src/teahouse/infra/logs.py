"""Structured logs: one JSON object a line, on standard error, with nothing personal in it.

Callers log route patterns, ids of our own and counts. As a second fence, values under keys that
usually hold something personal are replaced before they are written, and a fault is told without its words.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

HIDDEN = frozenset(
    ["password", "token", "access_token", "code", "phone", "email", "address", "name", "secret"]
)
CAUSES_MAX = 8
LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def _hide(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key in HIDDEN & event.keys():
        event[key] = "hidden"
    return event


def told_without_words(exc_info: Any) -> str:
    """Return where a fault came from and of which kinds it is, for ``exc_info`` as ``sys`` has it.

    Its words may hold what a row or a request held: PostgreSQL quotes the key that was taken. Those
    of an assertion are ours.
    """
    fault: BaseException | None = exc_info[1]
    parts: list[str] = []
    while fault is not None and len(parts) < CAUSES_MAX:
        words = f": {fault}" if isinstance(fault, AssertionError) else ""
        where = "".join(traceback.format_tb(fault.__traceback__))
        parts.append(f"{where}{type(fault).__module__}.{type(fault).__qualname__}{words}")
        fault = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
    return "\nwhich led to\n".join(reversed(parts))


_without_words = structlog.processors.ExceptionRenderer(told_without_words)


def configure(level: str) -> None:
    """Set up logging for this process."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_words,
            _hide,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.processors.TimeStamper(fmt="iso", utc=True)],
            processors=[
                structlog.stdlib.add_log_level,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _without_words,
                _hide,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(level=max(LEVELS[level], logging.WARNING), handlers=[handler], force=True)
