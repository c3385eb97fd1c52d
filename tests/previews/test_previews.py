"""What a page says of itself, fetched from a real server that stands inside by leave of the operator."""

import asyncio
import io
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from teahouse.clock import FixedClock
from teahouse.media.model.files import NoSuchMedia
from teahouse.previews.model import FAILED_FOR, FETCHES_MAX, KEPT_FOR, PAGE_BYTES_MAX
from tests.infra.egress.test_egress import Server, answer
from tests.living import Living, Person, living
from tests.settings.conftest import owner

PREVIEW = "/_matrix/client/v1/media/preview_url"
HTML = "content-type: text/html; charset=utf-8"
PAGE = """<!doctype html><title>Not this</title>
<meta property="og:title" content="  Tea &amp; more ">
<meta property="og:description" content="All about
 tea.">
<meta property="og:site_name" content="茶馆">
<meta property="og:image" content="/cup.png"><meta property="og:image:alt" content="A cup">
"""


@pytest.fixture
async def web() -> AsyncIterator[Server]:
    """A server with pages."""
    one = Server()
    listening = await asyncio.start_server(one.talk, "127.0.0.1", 0)
    one.port = listening.sockets[0].getsockname()[1]
    one.answers["/"] = answer("200 OK", PAGE.encode(), HTML)
    one.answers["/cup.png"] = answer("200 OK", picture(1600, 800), "content-type: image/png")
    yield one
    listening.close()


def picture(width: int, height: int) -> bytes:
    """Return a picture with something in it that nobody should see."""
    out = io.BytesIO()
    image = Image.new("RGB", (width, height), "green")
    image.save(out, "PNG", pnginfo=None)
    return out.getvalue() + b"secret place"


def drawn(pixels: bytes, width: int, height: int) -> bytes:
    """Return a picture that is larger than what is read of a page."""
    out = io.BytesIO()
    Image.frombytes("RGB", (width, height), pixels).save(out, "PNG")
    assert len(out.getvalue()) > PAGE_BYTES_MAX
    return out.getvalue()


@asynccontextmanager
async def looking(
    web: Server, dsn: str, path: Path, clock: FixedClock, **settings: Any
) -> AsyncIterator[Living]:
    """A house that may look at one place inside."""
    inside = f"127.0.0.1:{web.port}"
    settings = {"previews": "allow", "previews_inside": inside} | settings
    async with living(dsn, path, clock, **settings) as one:
        yield one


@pytest.fixture
async def home(
    database: object, dsn: str, tmp_path: Path, clock: FixedClock, web: Server
) -> AsyncIterator[Living]:
    async with looking(web, dsn, tmp_path, clock) as one:
        yield one


def place(web: Server, path: str = "/") -> str:
    return f"http://127.0.0.1:{web.port}{path}"


async def told(person: Person, url: str) -> Any:
    return await person.did("GET", PREVIEW, None, url=url)


async def test_a_page_is_told_with_a_picture_of_ours(home: Living, web: Server) -> None:
    ada = await home.person()
    found = await told(ada, place(web) + "#part")
    mxc = found.pop("og:image")
    size = found.pop("matrix:image:size")
    assert found == {
        "og:url": place(web),
        "og:title": "Tea & more",
        "og:description": "All about tea.",
        "og:site_name": "茶馆",
        "og:image:type": "image/jpeg",
        "og:image:width": 800,
        "og:image:height": 400,
        "og:image:alt": "A cup",
    }
    body = await kept(home, mxc)
    assert len(body) == size
    assert b"secret place" not in body
    assert "ada" not in "".join(web.asked), "nothing is said of who asks"
    old = await ada.did("GET", "/_matrix/media/v3/preview_url", None, url=place(web))
    assert old["og:title"] == "Tea & more"


async def test_a_page_is_asked_once_until_it_is_old(
    home: Living, web: Server, clock: FixedClock
) -> None:
    ada = await home.person()
    both = await asyncio.gather(*(told(ada, place(web)) for _ in range(5)))
    assert all(one == both[0] for one in both)
    assert [one.split(" ")[1] for one in web.asked] == ["/", "/cup.png"]
    clock.move(KEPT_FOR)
    web.answers["/"] = answer("200 OK", b"<title>Anew</title>", HTML)
    assert (await told(ada, place(web)))["og:title"] == "Anew"
    web.answers["/none"] = answer("404 Not Found", b"<title>None</title>", HTML)
    assert await told(ada, place(web, "/none")) == {}
    web.answers["/none"] = answer("200 OK", b"<title>There</title>", HTML)
    asked = len(web.asked)
    assert await told(ada, place(web, "/none")) == {}, "it is left alone for a while"
    assert len(web.asked) == asked
    clock.move(FAILED_FOR)
    assert (await told(ada, place(web, "/none")))["og:title"] == "There"


async def test_what_is_old_goes_with_its_picture(
    home: Living, web: Server, clock: FixedClock
) -> None:
    ada = await home.person()
    mxc = (await told(ada, place(web)))["og:image"]
    clock.move(KEPT_FOR)
    await purge(home)
    assert await kept(home, mxc), "somebody may be looking still"
    clock.move(timedelta(hours=1, seconds=1))
    await purge(home)
    await home.run_jobs()
    with pytest.raises(NoSuchMedia):
        await kept(home, mxc)
    async with home.house.db.read() as tx:
        assert await tx.value("select count(*) from previews_pages") == 0


async def kept(home: Living, mxc: str) -> bytes:
    """Return a file of ours."""
    media = home.house.talk.media
    file = await media.file(mxc.rpartition("/")[2])
    return await (await media.read(file.blob)).whole()


async def purge(home: Living) -> None:
    async with home.house.db.transaction() as tx:
        await home.house.square.previews.purge(tx)


KINDS = (
    (("<title>茶馆</title>".encode("gb18030"), "content-type: text/html; charset=gb2312"), "茶馆"),
    (('<meta charset="gbk"><title>茶馆</title>'.encode("gbk"), "content-type: text/html"), "茶馆"),
    (('<meta charset="big5"><title>茶館</title>'.encode("big5"), "content-type: text/html"), "茶館"),
    ((b"\xef\xbb\xbf<title>\xe8\x8c\xb6</title>", "content-type: text/html"), "茶"),
    ((b"<title>caf\xe9</title>", "content-type: text/html; charset=iso-8859-1"), "café"),
    ((b"<title>\xff tea</title>", "content-type: text/html; charset=rot13"), "� tea"),
    ((b'<meta name="twitter:title" content="Card"><title>x</title>', HTML), "Card"),
    ((b'<meta property="og:title" content=""><title>a\n b\x07</title>', HTML), "a b"),
    ((b"<title>" + b"x" * 400 + b"</title>", HTML), "x" * 300),
    ((b"<title>Long</title>" + b" " * (PAGE_BYTES_MAX + 9), HTML), "Long"),
)  # fmt: skip


async def test_pages_of_many_kinds(home: Living, web: Server) -> None:
    ada = await home.person()
    for number, (sent, title) in enumerate(KINDS):
        web.answers[f"/{number}"] = answer("200 OK", *sent)
        assert (await told(ada, place(web, f"/{number}")))["og:title"] == title


USELESS = (
    answer("500 Oops", b"<title>x</title>", HTML),
    answer("200 OK", b"%PDF", "content-type: application/pdf"),
    answer("200 OK", b"<p>nothing</p>", HTML),
    answer("200 OK", b"<svg/>", "content-type: image/svg+xml"),
    answer("200 OK", b"not a picture", "content-type: image/png"),
    answer("302 Found", b"", "location: http://127.0.0.1:1/"),
    answer("302 Found", b"", "location: http://169.254.169.254/latest"),
    answer("302 Found", b"", "location: file:///etc/passwd"),
    b"this is not HTTP\r\n\r\n",
)


async def test_what_is_of_no_use_is_told_as_nothing(home: Living, web: Server) -> None:
    ada = await home.person()
    for number, sent in enumerate(USELESS):
        web.answers[f"/{number}"] = sent
        found = await told(ada, place(web, f"/{number}"))
        assert found.keys() <= {"og:title", "og:url"}
        assert found.get("og:title", str(number)) == str(number)


async def test_a_picture_itself_and_one_that_is_not_to_be_had(home: Living, web: Server) -> None:
    ada = await home.person()
    found = await told(ada, place(web, "/cup.png"))
    assert found["og:title"] == "cup.png"
    assert found["og:image:width"] == 800
    assert len(web.asked) == 1, "it is its own picture"
    noise = random.Random(1).randbytes(3 * 700 * 500)
    web.answers["/large.png"] = answer("200 OK", drawn(noise, 700, 500), "content-type: image/png")
    large = await told(ada, place(web, "/large.png"))
    assert large["og:image:height"] == 500, "it is read to its end, which a page is not"
    for wrong in ("http://127.0.0.1:1/x.png", "data:image/png;base64,AA", "/missing"):
        html = f'<title>t</title><meta property="og:image" content="{wrong}">'
        web.answers["/" + str(len(wrong))] = answer("200 OK", html.encode(), HTML)
        web.answers["/missing"] = answer("404 Not Found")
        found = await told(ada, place(web, "/" + str(len(wrong))))
        assert found == {"og:url": place(web, "/" + str(len(wrong))), "og:title": "t"}


INSIDE = (
    "http://127.0.0.1:1/", "http://localhost/", "http://[::1]/", "http://10.0.0.1/",
    "http://169.254.169.254/latest/meta-data", "http://user:pw@example.com/",
)  # fmt: skip
NO_PAGES = ("tea", "ftp://example.com/", "http://", "javascript:x", "http://[x")


async def test_nothing_inside_is_asked(home: Living, web: Server) -> None:
    ada = await home.person()
    for url in INSIDE:
        assert await told(ada, url) == {}
    assert web.asked == []
    for url in NO_PAGES:
        assert await ada.refused("GET", PREVIEW, None, url=url) == "400 M_INVALID_PARAM"
    assert await ada.refused("GET", PREVIEW) == "400 M_MISSING_PARAM"


async def test_operators_say_whether_and_whom(
    database: object, dsn: str, tmp_path: Path, clock: FixedClock, web: Server
) -> None:
    web.answers["/away"] = answer("302 Found", b"", f"location: http://localhost:{web.port}/")
    inside = f"127.0.0.1:{web.port},localhost:{web.port}"
    async with looking(
        web,
        dsn,
        tmp_path,
        clock,
        previews_denied="localhost, .Evil.example",
        previews_inside=inside,
    ) as picky:
        ada = await picky.person()
        for url in (f"http://localhost:{web.port}/", "http://a.evil.example/x"):
            assert await ada.refused("GET", PREVIEW, None, url=url) == "403 M_FORBIDDEN"
        assert await told(ada, place(web, "/away")) == {}, "nor is one led on to it"
        able = (await ada.did("GET", "/capabilities"))["capabilities"]
        assert able["org.teahouse.url_previews"] == {"enabled": True}
    async with looking(web, dsn, tmp_path, clock, previews="refuse") as off:
        bob = await off.person()
        assert await bob.refused("GET", PREVIEW, None, url=place(web)) == "403 M_FORBIDDEN"
        able = (await bob.did("GET", "/capabilities"))["capabilities"]
        assert able["org.teahouse.url_previews"] == {"enabled": False}


async def test_owners_say_so_while_the_house_runs(
    database: object, dsn: str, tmp_path: Path, clock: FixedClock, web: Server
) -> None:
    inside = f"127.0.0.1:{web.port}"
    place_of_it = "/api/v1/operator/settings/previews"
    async with living(dsn, tmp_path, clock, previews_inside=inside) as one:
        ada, bob = await owner(one), await one.person()
        assert await bob.refused("GET", PREVIEW, None, url=place(web)) == "403 M_FORBIDDEN"
        told_now = await ada.did("PUT", place_of_it, {"previews": "allow"})
        assert (told_now["previews"], told_now["fixed"]) == ("allow", [])
        assert (await told(bob, place(web)))["og:title"] == "Tea & more"
        wrong = await ada.ask("PUT", place_of_it, {"previews": "perhaps"})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "settings.bad_previews")
        await ada.did("PUT", place_of_it, {"previews": "refuse"})
        assert await bob.refused("GET", PREVIEW, None, url=place(web)) == "403 M_FORBIDDEN"
    async with looking(web, dsn, tmp_path, clock) as fixed:
        assert (await (await owner(fixed)).did("GET", place_of_it[:-9]))["fixed"] == ["previews"]


async def test_few_are_fetched_at_once(home: Living, web: Server) -> None:
    """Whoever has many slow pages fetched holds no more than a few connections."""
    ada = await home.person()
    asking = [
        asyncio.ensure_future(told(ada, place(web, f"/slow{n}"))) for n in range(FETCHES_MAX * 2)
    ]
    async with asyncio.timeout(20):
        while len(web.asked) < FETCHES_MAX:
            await asyncio.sleep(0)
    for _ in range(100):
        await asyncio.sleep(0)
    assert len(web.asked) == FETCHES_MAX
    for one in asking:
        one.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
