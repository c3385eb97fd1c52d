"""Settings through the console's routes: what is chosen holds in every worker, and stays secret."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from aiosmtpd.controller import Controller
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from teahouse.cli.admin import app
from teahouse.config import Config
from teahouse.errors import Refused
from teahouse.infra.senders.mail import SmtpServer
from teahouse.settings import model
from teahouse.settings.model import MailServer, SmsGateway
from tests.engines.house import free_port
from tests.infra.senders.test_senders import Post
from tests.living import Living, Person, living
from tests.settings.conftest import owner

PLACE = "/api/v1/operator/settings"
SETUP = "/api/v1/operator/setup"


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def smtp(post: Post) -> Iterator[Controller]:
    controller = Controller(post, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    controller.stop()


def mail(port: int, **more: Any) -> dict[str, Any]:
    base = {"host": "127.0.0.1", "port": port, "tls": False, "username": ""}
    return {**base, "mail_from": "codes@tea.example", **more}


async def refused(who: Person, method: str, path: str, body: Any) -> str:
    answer = await who.ask(method, path, body)
    assert answer.status_code >= 400, answer.text
    return f"{answer.status_code} {answer.json()['code']}"


async def test_a_name_chosen_in_the_console_is_the_houses_in_every_worker(
    house: Living, dsn: str
) -> None:
    ada = await owner(house)
    async with AsyncExitStack() as stack:
        data = Path(house.house.config.data_dir)
        other = await stack.enter_async_context(living(dsn, data))
        before = (await house.client.get("/api/v1/policy")).json()
        told = await ada.did(
            "PUT", f"{PLACE}/house", {"name": "春山茶馆", "contact": "a@b.example"}
        )
        assert (told["name"], told["contact"], told["fixed"]) == ("春山茶馆", "a@b.example", [])
        await other.house.log.catch_up()
        await other.house.people.settings.refresh()
        for one in (house, other):
            policy = (await one.client.get("/api/v1/policy")).json()
            assert policy["operator"]["name"] == "春山茶馆"
            assert policy["version"] != before["version"]
    assert await refused(ada, "PUT", f"{PLACE}/house", {"name": " ", "contact": ""}) == (
        "422 settings.bad_house"
    )
    await ada.did("PUT", f"{PLACE}/profile", {"profile": "eu"})
    assert house.house.config.profile == "eu"
    assert await refused(ada, "PUT", f"{PLACE}/profile", {"profile": "moon"}) == (
        "422 settings.bad_profile"
    )


async def test_another_worker_hears_of_a_change_by_itself(house: Living, dsn: str) -> None:
    ada = await owner(house)
    async with living(dsn, Path(house.house.config.data_dir)) as other:
        await ada.did("PUT", f"{PLACE}/house", {"name": "茶", "contact": ""})
        await other.house.log.catch_up()
        (task,) = other.house.people.settings._tasks
        await task
        assert other.house.config.operator_name == "茶"


async def test_what_the_file_says_wins(database: object, dsn: str, tmp_path: Path) -> None:
    async with living(dsn, tmp_path) as house:
        ada = await owner(house)
        await ada.did("PUT", f"{PLACE}/house", {"name": "chosen", "contact": "c@d.example"})
    async with living(dsn, tmp_path, operator_name="written") as house:
        assert house.house.config.operator_name == "written"
        assert house.house.config.operator_contact == "c@d.example"
        ada = await owner(house, "bea")
        assert (await ada.did("GET", PLACE))["fixed"] == ["house"]
        body = {"name": "another", "contact": "c@d.example"}
        assert await refused(ada, "PUT", f"{PLACE}/house", body) == "409 settings.fixed"
        await ada.did("PUT", f"{PLACE}/house", {"name": "written", "contact": "new@d.example"})
        assert house.house.config.operator_contact == "new@d.example"


async def test_mail_is_chosen_tested_and_its_password_never_told(
    house: Living, post: Post, smtp: Controller, wiper: asyncpg.Connection
) -> None:
    ada = await owner(house)
    body = {"to": "ann@example.com", "lang": "zh"}
    kept = await ada.did("POST", f"{PLACE}/mail/test", body)
    assert (kept["sent"], kept["why"]) == (True, "test_mode")
    told = await ada.did("PUT", f"{PLACE}/mail", mail(smtp.port))
    assert told["mail"]["host"] == "127.0.0.1"
    assert (await ada.did("POST", f"{PLACE}/mail/test", body))["sent"] is True
    ((to, raw),) = post.letters
    assert to == "ann@example.com"
    assert b"\xe6\xb5\x8b\xe8\xaf\x95" in raw or b"=?utf-8?" in raw
    post.refuses = "550 no ann@example.com here"
    answer = await ada.did("POST", f"{PLACE}/mail/test", body)
    assert (answer["sent"], answer["why"], answer["status"]) == (False, "recipient", 550)
    closed = mail(1, username="codes", password="p@ss/word")
    told = await ada.did("PUT", f"{PLACE}/mail", closed)
    assert told["mail"]["has_password"] is True
    assert "p@ss" not in str(told)
    assert house.house.config.smtp_url == "smtp://codes:p%40ss%2Fword@127.0.0.1:1"
    answer = await ada.did("POST", f"{PLACE}/mail/test", body)
    assert (answer["sent"], answer["why"]) == (False, "unreachable")
    await ada.did("PUT", f"{PLACE}/mail", mail(2, username="codes"))  # the password is kept
    assert house.house.config.smtp_url == "smtp://codes:p%40ss%2Fword@127.0.0.1:2"
    (channel, _) = (await ada.did("GET", PLACE))["channels"]
    assert [one["why"] for one in channel["failures"]] == ["unreachable", "recipient"]
    assert channel["sent_at"] is not None
    await nothing_says(wiper, "ann@", "p@ss", "p%40ss")


async def nothing_says(wiper: asyncpg.Connection, *secrets: str) -> None:
    """No table says what should be nowhere, or sealed."""
    tables = await wiper.fetch("select tablename from pg_tables where schemaname = 'public'")
    for (table,) in tables:
        rows = str([tuple(row) for row in await wiper.fetch(f'select * from "{table}"')])
        assert not any(secret in rows for secret in secrets), table


async def test_who_may_and_what_is_written_down(house: Living) -> None:
    ada = await owner(house)
    auditor = await owner(house, "bob", "auditor")
    moderator = await owner(house, "cyd", "moderator")
    assert (await auditor.ask("GET", PLACE)).status_code == 200
    assert (await moderator.ask("GET", PLACE)).status_code == 403
    for path, body in (
        ("/house", {"name": "x", "contact": ""}),
        ("/mail", mail(25)),
        ("/sms", {"url": "https://sms.example/send"}),
    ):
        assert (await auditor.ask("PUT", PLACE + path, body)).status_code == 403
        assert (await ada.ask("PUT", PLACE + path, body)).status_code == 200
    assert (await ada.did("PUT", f"{PLACE}/sms", {"url": ""}))["sms"]["url"] == ""
    await ada.ask("POST", f"{PLACE}/sms/test", {"to": "+4915112345678"})
    acts = [one.act for one in await house.house.people.audit.page(limit=5, act="settings")]
    assert acts == ["settings.channel_tested", *(["settings.changed"] * 4)]
    assert await refused(ada, "POST", f"{PLACE}/mail/test", {"to": "nobody"}) == (
        "400 vault.bad_email"
    )


async def test_setting_up_goes_on_where_it_was_left(house: Living) -> None:
    ada = await owner(house)
    assert await ada.did("GET", SETUP) == {"step": None, "finished": False}
    for step in ("house", "gate"):
        assert (await ada.did("PUT", SETUP, {"step": step}))["step"] == step
    assert await refused(ada, "PUT", SETUP, {"step": "garden"}) == "422 settings.bad_step"
    assert await ada.did("GET", SETUP) == {"step": "gate", "finished": False}
    assert (await ada.did("POST", f"{SETUP}/done", {}))["finished"] is True
    assert (await ada.did("PUT", SETUP, {"step": "house"}))["step"] == "finish"
    url = (await ada.did("GET", PLACE))["url"]
    drawn = await ada.did("POST", f"{SETUP}/qr", {"text": f"{url}/#/sign-up/abc"})
    assert drawn["svg"].startswith("<svg")
    assert await refused(ada, "POST", f"{SETUP}/qr", {"text": "https://else.example/"}) == (
        "400 request.invalid"
    )


LETTERS = st.text(max_size=30)


@given(LETTERS, LETTERS, st.integers(1, 65535), st.booleans())
def test_a_mail_server_is_read_as_it_was_written(
    username: str, password: str, port: int, tls: bool
) -> None:
    server = MailServer("mail.example", port, tls, username, "codes@tea.example", password)
    kept = model.mail_values(server, "")
    assert model.mail_server(**kept) == MailServer(
        "mail.example", port, tls, username, "codes@tea.example"
    )
    read = SmtpServer.of(kept["smtp_url"])
    assert (read.username or "", read.port, read.tls) == (username, port, tls)
    if username:
        assert (read.password or "", model.password_of(kept["smtp_url"])) == (password, password)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: model.mail_values(MailServer("a b", 25, False, "", "c@d.example"), ""),
        lambda: model.mail_values(MailServer("a/b", 25, False, "", "c@d.example"), ""),
        lambda: model.mail_values(MailServer("a", 0, False, "", "c@d.example"), ""),
        lambda: model.mail_values(MailServer("a", 25, False, "", "nobody"), ""),
        lambda: model.mail_values(MailServer("a", 25, False, "", "c@d.example\r\nBcc: x@y.z"), ""),
        lambda: model.sms_values(SmsGateway("http://sms.example"), ""),
        lambda: model.sms_values(SmsGateway("https://a:b@sms.example"), ""),
        lambda: model.sms_values(SmsGateway("https://sms.example", "a\nb"), ""),
        lambda: model.check_house("a\nb", ""),
        lambda: model.check_house("", "c"),
    ],
)
def test_what_is_refused(wrong: Any) -> None:
    with pytest.raises(Refused):
        wrong()


def test_what_is_fixed() -> None:
    assert not model.fixed(Config(), model.NAMES)
    assert model.fixed(Config(smtp_url="smtp://x"), model.MAIL)


async def test_a_test_from_the_machine(
    house: Living, dsn: str, post: Post, smtp: Controller
) -> None:
    ada = await owner(house)
    await ada.did("PUT", f"{PLACE}/mail", mail(smtp.port))
    env = {"TEAHOUSE_DATABASE_URL": dsn, "TEAHOUSE_DATA_DIR": house.house.config.data_dir}

    async def run(*words: str) -> tuple[int, str]:
        done = await asyncio.to_thread(CliRunner(env=env).invoke, app, list(words))
        return done.exit_code, done.stdout

    status, said = await run("test-mail", "ann@example.com", "--lang", "zh")
    assert (status, said.split(",")[0], len(post.letters)) == (0, "handed over", 1)
    post.refuses = "554 no"
    status, said = await run("test-mail", "ann@example.com")
    assert (status, said) == (1, "not sent: the server refuses that recipient (554)\n")
