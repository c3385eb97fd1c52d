"""The page for Matrix clients that know no way to sign in (Client-Server API, "Login fallback").

It asks for name and password, calls ``/login`` as any client does, and hands the answer to the
client that opened it. Fields of its address that say something of the device go along.
"""

import base64
import hashlib

from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request, lang_of
from teahouse.infra.http.response import Response, html
from teahouse.infra.http.router import Auth, Route

PLACE = "/_matrix/static/client/login/"
PAGES = Limit("login.page", per_minute=60, burst=30, by="address")
SCRIPT = b"""\
const form = document.querySelector("form");
const said = document.querySelector("[role=alert]");
const query = new URLSearchParams(location.search);
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  said.textContent = "";
  const body = {
    type: "m.login.password",
    identifier: { type: "m.id.user", user: form.user.value },
    password: form.password.value,
  };
  for (const name of ["device_id", "initial_device_display_name"]) {
    if (query.has(name)) body[name] = query.get(name);
  }
  const answer = await fetch("/_matrix/client/v3/login", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  }).catch(() => null);
  if (answer && answer.ok) {
    const told = await answer.json();
    form.hidden = true;
    document.querySelector("[role=status]").hidden = false;
    if (window.onLogin) window.onLogin(told);
    else if (window.matrixLogin && window.matrixLogin.onLogin) window.matrixLogin.onLogin(told);
  } else {
    said.textContent = said.dataset[answer ? "wrong" : "unreachable"];
    form.password.select();
  }
});
"""
STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:24rem;margin:2rem auto;padding:0 1rem;"
    "color-scheme:light dark}label{display:block;margin-top:1rem}"
    "input,button{font:inherit;width:100%;box-sizing:border-box;padding:.6rem;min-height:2.75rem}"
    "button{margin-top:1.5rem}"
)
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode("ascii")
_HEADERS = (
    (
        b"content-security-policy",
        f"default-src 'none'; style-src 'sha256-{_HASH}'; script-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'".encode(),
    ),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
WORDS = {
    "zh": {
        "title": "登录", "user": "用户名", "password": "密码", "done": "已登录，请回到您的客户端。",
        "wrong": "无法登录。请检查用户名和密码。", "unreachable": "连接不上服务器，请稍后再试。",
    },
    "en": {
        "title": "Sign in", "user": "User name", "password": "Password",
        "done": "You are signed in. Go back to your client.",
        "wrong": "That did not work. Check the name and the password.",
        "unreachable": "The server cannot be reached. Try again shortly.",
    },
}  # fmt: skip


def page(lang: str) -> str:
    """Return the page."""
    words = WORDS[lang]
    return (
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{words['title']}</title><style>{STYLE}</style>"
        f'<main><h1>{words["title"]}</h1><form><label for="user">{words["user"]}</label>'
        '<input id="user" name="user" autocomplete="username" required>'
        f'<label for="password">{words["password"]}</label>'
        '<input id="password" name="password" type="password" autocomplete="current-password" '
        f"required><button>{words['title']}</button></form>"
        f'<p role="status" hidden>{words["done"]}</p><p role="alert" '
        f'data-wrong="{words["wrong"]}" data-unreachable="{words["unreachable"]}"></p></main>'
        f'<script src="{PLACE}login.js"></script></html>'
    )


def routes() -> list[Route]:
    """Return the page and its script."""

    async def show(request: Request) -> Response:
        return html(page(lang_of(request)), headers=_HEADERS)

    async def script(_request: Request) -> Response:
        return Response(200, SCRIPT, b"text/javascript; charset=utf-8")

    return [
        Route("GET", PLACE, show, auth=Auth.NONE, limit=PAGES),
        Route("GET", PLACE + "login.js", script, auth=Auth.NONE, limit=PAGES),
    ]
