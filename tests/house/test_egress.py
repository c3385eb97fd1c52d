"""The census of ways out: whatever opens a connection is on a list, with the way that it is [L-23].

A module that begins to speak to the network, or a way without its row in the table, fails the build.
"""

import ast
from collections.abc import Iterator

import pytest

from teahouse.app import FIELDS
from teahouse.infra.egress.ways import PASSAGES, Way
from teahouse.infra.vault.field import PurposeRegister
from tests.house import source

# What opens connections, by the names by which it is brought in.
OPENERS = {
    "aiosmtplib", "asyncpg", "ftplib", "http.client", "httpcore", "httpx", "imaplib", "nats", "obstore",
    "poplib", "smtplib", "socket", "telnetlib", "urllib.request", "xmlrpc",
}  # fmt: skip
CALLS = {
    "open_connection",
    "open_unix_connection",
    "create_connection",
    "start_tls",
    "sock_connect",
}

# Who brings any of it in: the way that it is, or why nothing leaves.
SPEAKS: dict[str, Way | str] = {
    "infra/egress/backend.py": "the client of all ways: it asks the border before each question",
    "infra/egress/client.py": "the same",
    "infra/senders/mail.py": Way.MAIL,
    "infra/blobs/blobs.py": Way.FILES,
    "infra/db/pool.py": Way.ENGINES,
    "infra/db/migrator.py": Way.ENGINES,
    "infra/db/copying.py": Way.ENGINES,
    "infra/bus/neighbours.py": Way.ENGINES,
    "infra/engines/postgres.py": Way.ENGINES,
    "infra/engines/broker.py": Way.ENGINES,
    "infra/engines/probe.py": Way.ENGINES,
    "infra/vault/replicas.py": Way.ENGINES,
    "cli/doctor.py": "asks whether engines answer, and whether an address is free",
    "cli/readiness.py": "asks this machine's own server whether it is ready",
    "cli/supervisor.py": "listens",
    "app/serving.py": "takes over what listens",
    "app/house.py": "asks this machine's name",
    "backups/service/known.py": "asks this machine's name",
    "cli/history.py": "an operator at the keyboard reads what a house publishes",
    "cli/consent.py": "an operator at the keyboard has a page looked at",
}


def brought_in(tree: ast.AST) -> Iterator[str]:
    """Return which openers of connections a module brings in, or calls."""
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names = [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in CALLS:
                yield node.func.attr
        for name in names:
            parts = name.split(".")
            yield from {".".join(parts[:at]) for at in (1, 2)} & OPENERS


@pytest.mark.parametrize(
    ("text", "caught"),
    [
        ("import httpx", {"httpx"}),
        ("from urllib import request", {"urllib.request"}),
        ("import urllib.request", {"urllib.request"}),
        ("from urllib.parse import urlsplit", set[str]()),
        ("from nats.aio.client import Client", {"nats"}),
        ("def f():\n    import aiosmtplib", {"aiosmtplib"}),
        ("async def f():\n    await asyncio.open_connection('a', 1)", {"open_connection"}),
        ("from teahouse.infra.egress.client import Egress", set[str]()),
    ],
)
def test_the_census_sees(text: str, caught: set[str]) -> None:
    assert set(brought_in(ast.parse(text))) == caught


def test_l_23_who_opens_connections_is_on_the_list() -> None:
    found = {
        str(path.relative_to(source.PACKAGE))
        for path in source.files(".py", source.PACKAGE)
        if any(brought_in(ast.parse(source.text(path))))
    }
    assert found - set(SPEAKS) == set(), "say by which way it goes out, or why nothing leaves"
    assert set(SPEAKS) - found == set(), "these are gone"


def test_l_23_each_way_has_its_row_and_says_what_goes_by_it() -> None:
    assert set(PASSAGES) == set(Way)
    purposes = {one.id for one in PurposeRegister(FIELDS).purposes()}
    for passage in PASSAGES.values():
        assert set(passage.purposes) <= purposes
        assert passage.carries
        assert passage.chosen_by in ("operator", "person")
    assert not any(PASSAGES[way].personal for way in (Way.KEYS, Way.WEBHOOKS, Way.PAGES))


def test_l_23_a_client_is_made_for_a_way_and_asks_the_houses_own_border() -> None:
    """Outside of the machinery clients are made ``by`` and ``apart``, which share the border."""
    made = {
        str(path.relative_to(source.PACKAGE))
        for path in source.files(".py", source.PACKAGE)
        for node in ast.walk(ast.parse(source.text(path)))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Egress"
    }
    assert made == {"app/house.py", "cli/restore.py", "infra/egress/client.py"}
