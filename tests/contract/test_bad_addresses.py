"""Paths and queries that cannot be read are refused everywhere; odd ones break nothing."""

import re

import pytest

from teahouse.infra.http.request import Request
from teahouse.infra.http.router import Route
from tests.contract.asking import JSON_TYPE, misspoken
from tests.contract.bad import ODD_NUMBERS, ODD_TEXTS, RAW_PATHS
from tests.contract.cast import Cast
from tests.living import q

REFUSED = frozenset({"400 M_INVALID_PARAM", "400 request.invalid", "400 invalid_request"})
BAD_QUERIES = (
    b"a=%ff", b"a=%00", b"%00=a", b"a=%ed%a0%80", b"a=\xff", b"a=%c0%af",
    b"&".join(b"a%d=1" % number for number in range(200)),
)  # fmt: skip
# Waiting as long as asked is no fault; that it ends is tested elsewhere.
WAITS = ("timeout", "timeout_ms")


def names(route: Route) -> list[str]:
    return re.findall(r"\{([a-z_]+)\}", route.path)


async def wrong_with(
    cast: Cast, route: Route, path: bytes, query: bytes = b"", said: frozenset[str] = frozenset()
) -> str:
    """Ask with an empty object and tell what is wrong with the answer; empty: nothing."""
    body = b"{}" if route.method != "GET" else b""
    answer = await cast.call(route, path, query, body=body, more=(JSON_TYPE,) if body else ())
    if answer.status < 400:
        return f"{answer.status} taken" if said else ""
    wrong = misspoken(route.path, answer)
    if wrong:
        return wrong
    if said and f"{answer.status} {answer.code}" not in said:
        return f"{answer.status} {answer.code}"
    left = await cast.digest.left(answer)
    return f"{answer.status}, yet changed {left}" if left else ""


@pytest.mark.parametrize("text", RAW_PATHS)
async def test_path_that_is_no_text(cast: Cast, text: str) -> None:
    wrong: list[str] = []
    for route in cast.routes:
        for name in names(route):
            path = cast.path(route, **{name: RAW_PATHS[text]})
            found = await wrong_with(cast, route, path, said=REFUSED)
            if found:
                wrong.append(f"{route.method} {route.path} {name}: {found}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("text", ODD_TEXTS)
async def test_odd_path(cast: Cast, text: str) -> None:
    wrong: list[str] = []
    for route in cast.routes:
        for name in names(route):
            path = cast.path(route, **{name: q(ODD_TEXTS[text]).replace(".", "%2E")})
            found = await wrong_with(cast, route, path)
            if found:
                wrong.append(f"{route.method} {route.path} {name}: {found}")
    assert not wrong, "\n".join(wrong)


async def test_path_of_raw_bytes(cast: Cast) -> None:
    wrong: list[str] = []
    for route in cast.routes:
        for name in names(route):
            path = cast.path(route, **{name: "\xe4\xb8"})
            found = await wrong_with(cast, route, path, said=REFUSED)
            if found:
                wrong.append(f"{route.method} {route.path} {name}: {found}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("query", BAD_QUERIES, ids=lambda query: query.decode("latin-1")[:20])
async def test_query_that_cannot_be_read(cast: Cast, query: bytes) -> None:
    wrong: list[str] = []
    for route in cast.routes:
        found = await wrong_with(cast, route, cast.path(route), query, REFUSED)
        if found:
            wrong.append(f"{route.method} {route.path}: {found}")
    assert not wrong, "\n".join(wrong)


class Reads(dict[str, set[str]]):
    """Which query fields each route was seen to read."""

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Note every field that is read from now on."""
        original = Request.query_one

        def noted(request: Request, name: str) -> str | None:
            self.setdefault(request.route.path, set()).add(name)
            return original(request, name)

        monkeypatch.setattr(Request, "query_one", noted)


async def test_odd_query(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong: list[str] = []
    reads = Reads()
    reads.watch(monkeypatch)
    for route in cast.routes:
        await wrong_with(cast, route, cast.path(route))
        done: set[str] = {"access_token"}
        while left := reads.get(route.path, set()) - done:
            name = left.pop()
            done.add(name)
            for text in [*ODD_NUMBERS, *ODD_TEXTS.values()]:
                if name in WAITS and text.isdecimal():
                    continue
                query = f"{name}={q(text)}".encode()
                found = await wrong_with(cast, route, cast.path(route), query)
                if found:
                    wrong.append(f"{route.method} {route.path} {name}={text[:20]!r}: {found}")
    assert len(reads) > 10, "no field was seen to be read"
    assert not wrong, "\n".join(wrong)
