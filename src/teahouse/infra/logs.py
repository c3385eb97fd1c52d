"""Structured logs: one JSON object a line, on standard error, with nothing personal in it.

Callers log route patterns, ids of our own and counts. As a second fence, values under keys that
usually hold something personal are replaced before they are written.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

HIDDEN = frozenset(
    ["password", "token", "access_token", "code", "phone", "email", "address", "name", "secret"]
)
LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def _hide(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key in HIDDEN & event.keys():
        event[key] = "hidden"
    return event


def configure(level: str) -> None:
    """Set up logging for this process."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
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
                structlog.processors.format_exc_info,
                _hide,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(level=max(LEVELS[level], logging.WARNING), handlers=[handler], force=True)
