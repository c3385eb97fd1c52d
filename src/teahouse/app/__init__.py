"""The composition root: the only place where the parts of the house are put together.

``people``, ``doors`` and ``talk`` each make a group of domains; ``house`` makes the groups.
"""

from teahouse.app.house import (
    FIELDS,
    KEY_COLUMNS,
    PASSING,
    SEALED,
    SPOKEN,
    House,
    build_routes,
    build_server,
    open_house,
    register_jobs,
    routes_on_paper,
)
from teahouse.app.serving import serve_worker, setup_token, work_as_hand

__all__ = [
    "FIELDS",
    "KEY_COLUMNS",
    "PASSING",
    "SEALED",
    "SPOKEN",
    "House",
    "build_routes",
    "build_server",
    "open_house",
    "register_jobs",
    "routes_on_paper",
    "serve_worker",
    "setup_token",
    "work_as_hand",
]
