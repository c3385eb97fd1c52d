# ruff: noqa: RUF001 - odd letters are the point
"""Whatever is sent, it is a clear refusal in the words of the API, and never a fault."""

from typing import Any

import pytest

from tests.accounts.conftest import House

V3 = "/_matrix/client/v3"
ODD: list[Any] = [
    None,
    True,
    -1,
    1e308,
    10**30,
    "",
    "\0",
    "\u202e@ada",
    "a" * 70_000,
    [],
    {},
    [[]],
    {"a": {"b": None}},
    "%",
    "@",
    "@:",
    ":",
    "+",
    "@ada:tea.example:8448",
    "＠ada",
]
BODIES = [
    ("POST", f"{V3}/login", ["type", "identifier", "user", "password", "device_id"]),
    ("POST", f"{V3}/refresh", ["refresh_token"]),
    ("POST", f"{V3}/account/password", ["new_password", "auth", "logout_devices"]),
    ("POST", f"{V3}/delete_devices", ["devices", "auth"]),
    ("PUT", f"{V3}/devices/X", ["display_name"]),
    ("POST", "/api/v1/sessions", ["kind", "user", "value", "code", "password"]),
    ("POST", "/api/v1/sessions/code", ["kind", "value", "lang"]),
    ("POST", "/api/v1/account/code", ["kind"]),
    ("POST", "/api/v1/account/password", ["new_password", "password", "kind", "code"]),
    ("POST", "/api/v1/account/deactivate", ["password", "kind", "code", "erase"]),
]
GOOD = {
    "type": "m.login.password", "identifier": {"type": "m.id.user", "user": "nobody"},
    "password": "x", "refresh_token": "x", "new_password": "a new password", "devices": ["X"],
    "kind": "phone", "value": "+447700900999", "lang": "en", "code": "000000",
}  # fmt: skip


@pytest.mark.parametrize(("method", "path", "names"), BODIES)
async def test_odd_values_are_refused(
    house: House, method: str, path: str, names: list[str]
) -> None:
    _, opened = await house.person("ada")
    for name in names:
        for odd in ODD:
            body = {key: GOOD[key] for key in names if key in GOOD} | {name: odd}
            status, answer = await house.call(method, path, opened.access_token, body)
            assert status < 500, (body, answer)
            assert status < 400 or "errcode" in answer or "code" in answer or "flows" in answer
    assert (await house.call("GET", f"{V3}/account/whoami", opened.access_token))[0] == 200


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{",
        b'{"type":"m.login.password","type":"x"}',
        b'{"user":"\xff"}',
        b'{"user":"\\u0000","type":"m.login.password","password":"x"}',
        b'{"user":"\\ud800","type":"m.login.password","password":"x"}',
        b"[" * 5000,
        b"\x00",
    ],
)
async def test_odd_bodies_are_refused(house: House, raw: bytes) -> None:
    for path in (f"{V3}/login", "/api/v1/sessions", "/api/v1/sessions/code"):
        sent = await house.client.post(path, content=raw)
        assert 400 <= sent.status_code < 500, sent.text


@pytest.mark.parametrize(
    "path",
    [
        f"{V3}/profile/%00",
        f"{V3}/profile/%FF",
        f"{V3}/profile/@ada:tea.example/%F0%9F%8D%B5",
        f"{V3}/profile/" + "a" * 5000,
        f"{V3}/devices/%E2%80%AE",
        f"{V3}/admin/whois/%20",
        "/api/v1/operator/accounts?search=%00",
        "/api/v1/operator/accounts?search=" + "a" * 5000,
        "/api/v1/operator/accounts/%F0%9F%8D%B5",
        "/api/v1/test/codes",
    ],
)
async def test_odd_addresses_are_refused_or_find_nothing(house: House, path: str) -> None:
    _, opened = await house.person("ada")
    token = "op-owner" if "operator" in path else opened.access_token
    status, _ = await house.call("GET", path, token)
    assert status < 500
