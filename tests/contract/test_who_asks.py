"""Tokens that are missing, broken, ended or another's, and what every answer says to a browser."""

import json
from datetime import timedelta

import pytest

from teahouse.infra.http.router import Auth, Route
from tests.contract.asking import JSON_TYPE, MATRIX, Headers, ask, bearer, misspoken
from tests.contract.cast import Cast, operator
from tests.living import q

MISSING = frozenset({"401 M_MISSING_TOKEN", "401 session.missing"})
UNKNOWN = frozenset({"401 M_UNKNOWN_TOKEN", "401 session.unknown"})
EITHER = MISSING | UNKNOWN
RAN_OUT = UNKNOWN | {"401 accounts.token_expired"}
AUTHORIZATION = b"authorization"

BAD_TOKENS: dict[str, tuple[Headers, frozenset[str]]] = {
    "missing": ((), MISSING),
    "empty header": (((AUTHORIZATION, b""),), MISSING),
    "empty token": (((AUTHORIZATION, b"Bearer "),), MISSING),
    "another scheme": (((AUTHORIZATION, b"Basic YTpi"),), MISSING),
    "unknown": ((bearer("tha_" + "x" * 43),), UNKNOWN),
    "not a token": ((bearer("nonsense"),), UNKNOWN),
    "very long": ((bearer("x" * 60_000),), UNKNOWN),
    "bytes": (((AUTHORIZATION, b"Bearer \xff\xfe\x80"),), UNKNOWN),
    "NUL": (((AUTHORIZATION, b"Bearer a\x00b"),), UNKNOWN),
    "quotes": ((bearer("' or 1=1 --"),), UNKNOWN),
    "two words": ((bearer("a b"),), EITHER),
}


def asks_who(cast: Cast) -> list[Route]:
    return [route for route in cast.routes if route.auth in (Auth.USER, Auth.OPERATOR)]


async def let_in(cast: Cast, route: Route, headers: Headers, said: frozenset[str]) -> str:
    """Ask with a bad token and tell what is wrong with the answer; empty: nothing."""
    body = b"" if route.method == "GET" else b"{}"
    more = (JSON_TYPE,) if body else ()
    answer = await cast.call(route, headers=headers, body=body, more=more)
    if answer.status < 400:
        return f"{answer.status} let in"
    wrong = misspoken(route.path, answer)
    if wrong:
        return wrong
    if f"{answer.status} {answer.code}" not in said:
        return f"{answer.status} {answer.code}"
    left = await cast.digest.changed()
    return f"{answer.status}, yet changed {left}" if left else ""


@pytest.mark.parametrize("kind", BAD_TOKENS)
async def test_bad_token(cast: Cast, kind: str) -> None:
    headers, said = BAD_TOKENS[kind]
    wrong: list[str] = []
    for route in asks_who(cast):
        found = await let_in(cast, route, headers, said)
        if found:
            wrong.append(f"{route.method} {route.path}: {found}")
    assert not wrong, "\n".join(wrong)


async def test_token_of_a_session_that_ended(cast: Cast) -> None:
    gone = await cast.person.again()
    await gone.did("POST", "/logout", {})
    was_operator = cast.operator_token
    path = b"/api/v1/operator/sessions"
    left = await ask(cast.app, "DELETE", path, headers=(bearer(was_operator),))
    assert left.status == 200
    await cast.digest.changed()
    wrong: list[str] = []
    for route in asks_who(cast):
        token = gone.token if route.auth is Auth.USER else was_operator
        found = await let_in(cast, route, (bearer(token),), UNKNOWN)
        if found:
            wrong.append(f"{route.method} {route.path}: {found}")
    assert not wrong, "\n".join(wrong)


async def test_token_that_ran_out(cast: Cast) -> None:
    """A client is told to keep what it has and to refresh; an operator, to sign in again."""
    body = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": cast.person.user_id},
        "password": "correct horse",
        "refresh_token": True,
    }
    told = await cast.person.did("POST", "/login", body)
    later = cast.living.house.ground.clock.now() + timedelta(days=2)
    answer = await cast.living.client.put("/api/v1/test/clock", json={"now": later.isoformat()})
    assert answer.status_code == 200
    await cast.digest.changed()
    wrong: list[str] = []
    for route in asks_who(cast):
        token = told["access_token"] if route.auth is Auth.USER else cast.operator_token
        found = await let_in(cast, route, (bearer(token),), RAN_OUT)
        if found:
            wrong.append(f"{route.method} {route.path}: {found}")
    assert not wrong, "\n".join(wrong)
    whoami = b"/_matrix/client/v3/account/whoami"
    last = await ask(cast.app, "GET", whoami, headers=(bearer(told["access_token"]),))
    assert json.loads(last.body)["soft_logout"] is True
    await cast.person.did("POST", "/refresh", {"refresh_token": told["refresh_token"]})


async def test_token_for_the_other_kind_of_door(cast: Cast) -> None:
    wrong: list[str] = []
    for route in asks_who(cast):
        token = cast.operator_token if route.auth is Auth.USER else cast.person.token
        found = await let_in(cast, route, (bearer(token),), UNKNOWN)
        if found:
            wrong.append(f"{route.method} {route.path}: {found}")
    assert not wrong, "\n".join(wrong)


async def test_what_is_anothers(cast: Cast) -> None:
    """Nobody writes, or reads what is private, under another's name."""
    other = q(cast.other.user_id)
    theirs = [
        ("PUT", f"/user/{other}/account_data/m.test", {}),
        ("GET", f"/user/{other}/account_data/m.test", None),
        ("PUT", f"/user/{other}/rooms/{q(cast.values['room_id'])}/tags/u.a", {}),
        ("POST", f"/user/{other}/filter", {}),
        ("PUT", f"/profile/{other}/displayname", {"displayname": "a"}),
        ("PUT", f"/rooms/{q(cast.values['room_id'])}/typing/{other}", {"typing": False}),
        ("GET", f"/admin/whois/{other}", None),
        ("PUT", f"/_matrix/client/v1/admin/lock/{other}", {"locked": True}),
    ]
    for method, path, body in theirs:
        assert await cast.person.refused(method, path, body) == "403 M_FORBIDDEN", path
    assert await cast.digest.changed() == ""


async def test_operator_without_the_role(cast: Cast) -> None:
    """An auditor reads, and changes nothing."""
    token = await operator(cast.living, "auditor")
    await cast.digest.changed()
    wrong: list[str] = []
    for route in cast.routes:
        if route.auth is Auth.OPERATOR and "auditor" not in route.allow:
            said = frozenset({"403 operators.role"})
            found = await let_in(cast, route, (bearer(token),), said)
            if found:
                wrong.append(f"{route.method} {route.path}: {found}")
    assert not wrong, "\n".join(wrong)


async def test_token_in_the_query(cast: Cast) -> None:
    path, token = b"/_matrix/client/v3/account/whoami", cast.person.token.encode()
    assert (await ask(cast.app, "GET", path, b"access_token=" + token)).status == 200
    for query in (b"access_token=", b"access_token", b"access_token=nonsense"):
        answer = await ask(cast.app, "GET", path, query)
        assert f"{answer.status} {answer.code}" in EITHER
    for path in (b"/api/v1/account", b"/api/v1/operator/me"):  # addresses are kept in logs
        for signed in (token, cast.operator_token.encode()):
            answer = await ask(cast.app, "GET", path, b"access_token=" + signed)
            assert answer.status == 401


async def test_every_answer_to_matrix_clients_is_open_to_browsers(cast: Cast) -> None:
    wrong: list[str] = []
    for route in cast.routes:
        if not route.path.startswith(MATRIX):
            continue
        for method in (route.method, "OPTIONS", "HEAD", "PATCH"):
            signed = () if method == route.method != "GET" else cast.credentials(route)
            for headers in ((), signed):
                answer = await ask(cast.app, method, cast.path(route), b"", headers)
                wanted = "access-control-allow-origin access-control-allow-methods"
                if answer.status >= 500 or any(h not in answer.headers for h in wanted.split()):
                    wrong.append(f"{method} {route.path}: {answer}")
    assert not wrong, "\n".join(wrong)


async def test_asking_beforehand(cast: Cast) -> None:
    """OPTIONS needs no token, and does nothing."""
    for route in cast.routes:
        answer = await ask(cast.app, "OPTIONS", cast.path(route))
        assert answer.status in (200, 204), route.path
    assert await cast.digest.changed() == ""


async def test_head_is_get_without_its_body(cast: Cast) -> None:
    for route in cast.routes:
        if route.method != "GET":
            continue
        headers = cast.credentials(route)
        got = await ask(cast.app, "GET", cast.path(route), b"", headers)
        head = await ask(cast.app, "HEAD", cast.path(route), b"", headers)
        assert (head.status, head.body) == (got.status, b""), route.path
        assert head.headers["content-type"] == got.headers["content-type"], route.path


@pytest.mark.parametrize("method", ["PATCH", "TRACE", "PROPFIND", "get", "X" * 1000])
async def test_unknown_method(cast: Cast, method: str) -> None:
    for route in cast.routes:
        answer = await ask(cast.app, method, cast.path(route), b"", cast.credentials(route), b"{}")
        assert misspoken(route.path, answer) == "", route.path
        said = f"{answer.status} {answer.code}"
        words = ("M_UNRECOGNIZED", "request.wrong_method", "invalid_request")
        assert said in [f"405 {word}" for word in words], route.path
        assert await cast.digest.changed() == ""


async def test_wrong_method(cast: Cast) -> None:
    places: dict[str, set[str]] = {}
    for route in cast.routes:
        places.setdefault(route.path, set()).add(route.method)
    for route in cast.routes:
        for method in {"GET", "PUT", "POST", "DELETE"} - places[route.path]:
            answer = await ask(cast.app, method, cast.path(route), b"", cast.credentials(route))
            assert misspoken(route.path, answer) == "", f"{method} {route.path}"
    assert await cast.digest.changed() == ""


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=a", "", "a" * 5000])
async def test_wrong_content_type(cast: Cast, kind: str) -> None:
    """Our own API takes JSON that says so; Matrix asks clients to say so and does not insist."""
    tried = 0
    for route in cast.routes:
        if route.method == "GET" or not route.only_json or route.body is None:
            continue
        tried += 1
        more = ((b"content-type", kind.encode()),)
        answer = await cast.call(route, body=b"{}", more=more)
        assert misspoken(route.path, answer) == "", route.path
        assert f"{answer.status} {answer.code}" == "415 request.media_type", route.path
    assert tried > 10
    assert await cast.digest.changed() == ""
