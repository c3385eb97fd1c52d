"""Codes on their way: a real SMTP server and a real HTTP gateway, on this machine."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from teahouse.clock import FixedClock
from teahouse.config import Config
from teahouse.ids import Ids
from teahouse.infra.egress.client import Egress
from teahouse.infra.egress.ways import Way
from teahouse.infra.senders import outbox as outbox_module
from teahouse.infra.senders.choose import allowed_by, choose_senders
from teahouse.infra.senders.mail import BadSmtpUrl, SmtpMail, SmtpServer
from teahouse.infra.senders.model import CodeMessage, NeverSent, NotSent
from teahouse.infra.senders.outbox import Outbox
from teahouse.infra.senders.sms import HttpSms
from teahouse.infra.senders.words import mail_subject, mail_text, sms_text
from tests.engines.house import free_port
from tests.infra.egress.test_egress import Server, answer, certificate

CODE = CodeMessage("ann@example.com", "314159", 10, "zh", message_id="01abc")


class Post:
    """An SMTP server's hands: keeps what comes, refuses whom it was told to."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, bytes]] = []
        self.refuses: str = ""

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: ANN001, ANN201, N802
        if self.refuses:
            return self.refuses
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: ANN001, ANN201, N802
        self.letters.append((envelope.rcpt_tos[0], envelope.content))
        return "250 OK"


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def smtp(post: Post) -> Iterator[Controller]:
    controller = Controller(post, hostname="127.0.0.1", port=free_port(), enable_SMTPUTF8=True)
    controller.start()
    yield controller
    controller.stop()


def mail_to(url: str, clock: FixedClock, ids: Ids, trust: ssl.SSLContext | None = None) -> SmtpMail:
    return SmtpMail(SmtpServer.of(url, trust), "codes@tea.example", "茶馆", clock, ids)


async def test_a_letter_arrives(post: Post, smtp: Controller, clock: FixedClock, ids: Ids) -> None:
    await mail_to(f"smtp://127.0.0.1:{smtp.port}", clock, ids).send(CODE)
    ((to, raw),) = post.letters
    letter = message_from_bytes(raw, policy=policy.default)
    assert to == "ann@example.com"
    assert letter["Subject"] == "茶馆验证码"
    assert letter["From"] == "茶馆 <codes@tea.example>"
    assert letter["Message-ID"] == "<01abc@tea.example>"
    text = letter.get_content()
    assert text.count("314159") == 2
    assert text.index("验证码") < text.index("Your code")
    assert letter["Date"] == "Tue, 27 Jul 2021 01:00:00 +0000"


async def test_refusals_for_good_and_for_now(
    post: Post, smtp: Controller, clock: FixedClock, ids: Ids
) -> None:
    mail = mail_to(f"smtp://127.0.0.1:{smtp.port}", clock, ids)
    post.refuses = "550 no such person ann@example.com"
    with pytest.raises(NeverSent) as refused:
        await mail.send(CODE)
    assert "ann" not in str(refused.value)
    assert refused.value.__cause__ is None
    post.refuses = "450 later"
    with pytest.raises(NotSent):
        await mail.send(CODE)
    with pytest.raises(NotSent):
        await mail_to("smtp://127.0.0.1:1", clock, ids).send(CODE)
    insisting = SmtpServer("127.0.0.1", smtp.port, None, None, tls=False, start_tls=True)
    with pytest.raises(NotSent):  # it offers no STARTTLS, and we insist
        await SmtpMail(insisting, "codes@tea.example", "茶馆", clock, ids).send(CODE)
    assert post.letters == []


async def test_encryption_and_password(
    post: Post, clock: FixedClock, ids: Ids, tmp_path: Path
) -> None:
    certificate(tmp_path)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(tmp_path / "cert", tmp_path / "key")
    trusting = ssl.create_default_context(cafile=str(tmp_path / "cert"))
    trusting.check_hostname = False

    def known(server, session, envelope, mechanism, data) -> AuthResult:  # noqa: ANN001
        return AuthResult(success=data.password == b"p@ss/word", handled=False)

    controller = Controller(
        post,
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=serving,
        require_starttls=True,
        auth_required=True,
        authenticator=known,
    )
    controller.start()
    try:
        where = f"127.0.0.1:{controller.port}"
        await mail_to(f"smtp://tea:p%40ss%2Fword@{where}", clock, ids, trusting).send(CODE)
        assert len(post.letters) == 1
        with pytest.raises(NotSent, match="password"):
            await mail_to(f"smtp://tea:wrong@{where}", clock, ids, trusting).send(CODE)
        with pytest.raises(NotSent):  # a certificate we do not trust
            await mail_to(f"smtp://tea:p%40ss%2Fword@{where}", clock, ids).send(CODE)
    finally:
        controller.stop()


@pytest.mark.parametrize(
    "url", ["", "mail.example", "http://mail.example", "smtp://", "smtp://h:x", "smtp://h/path"]
)
def test_urls_that_are_none(url: str) -> None:
    with pytest.raises(BadSmtpUrl):
        SmtpServer.of(url)


def test_urls() -> None:
    far, near = SmtpServer.of("smtp://mail.example"), SmtpServer.of("smtp://localhost")
    tls = SmtpServer.of("smtps://a:b@mail.example")
    assert (far.port, far.tls, far.start_tls) == (587, False, True)
    assert (near.start_tls, tls.port, tls.tls, tls.start_tls) == (None, 465, True, False)
    assert "b" not in repr(tls).partition("username")[2].partition("tls")[0].replace("'a'", "")


@pytest.fixture
async def gateway() -> AsyncIterator[Server]:
    one = Server()
    listening = await asyncio.start_server(one.talk, "127.0.0.1", 0)
    one.port = listening.sockets[0].getsockname()[1]
    yield one
    listening.close()


async def test_an_sms_is_handed_over(gateway: Server) -> None:
    url = f"http://127.0.0.1:{gateway.port}/send"
    config = Config(sms_url=url, sms_token="t0ken")
    egress = Egress(Way.SMS, allowed_by(config))
    sms = HttpSms(egress, url, "茶馆", "t0ken")
    for status, refusal in [
        ("200 OK", None),
        ("400 Bad", NeverSent),
        ("429 Slow", NotSent),
        ("503 Gone", NotSent),
        ("302 Found", NotSent),
    ]:
        gateway.answers["/send"] = answer(status, b"", "location: /elsewhere")
        if refusal is None:
            await sms.send(CodeMessage("+8613800138000", "314159", 10, message_id="01abc"))
        else:
            with pytest.raises(refusal):
                await sms.send(CODE)
    assert len(gateway.asked) == 5
    head, _, body = gateway.asked[0].partition("\r\n\r\n")
    assert "authorization: Bearer t0ken" in head
    assert "idempotency-key: 01abc" in head
    asked = json.loads(body)
    assert asked["to"] == "+8613800138000"
    assert (asked["template"], asked["code"], asked["lang"]) == ("code", "314159", "zh")
    assert asked["text"].startswith("【茶馆】验证码 314159")
    with pytest.raises(NotSent):  # a private host that nobody named
        await HttpSms(Egress(Way.SMS), "http://127.0.0.1/", "茶馆").send(CODE)
    await egress.close()


async def test_the_outbox_keeps_the_last_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_module, "RECIPIENTS_MAX", 2)
    outbox = Outbox()
    for number in range(7):
        await outbox.send(CodeMessage("ann", str(number), 10))
    assert outbox.codes("ann") == ["2", "3", "4", "5", "6"]
    assert outbox.codes("bo") == []
    for to in ("bo", "cy"):
        await outbox.send(CodeMessage(to, "1", 10))
    assert outbox.codes("ann") == []
    assert "2" not in repr(outbox)
    await outbox.send(CodeMessage("cy", "", 0, template="more", link="https://tea/#/back/1"))
    assert (outbox.codes("cy"), outbox.links("cy")) == (["1"], ["https://tea/#/back/1"])


@pytest.mark.parametrize("template", ["approved", "declined", "more", "lapsed"])
def test_a_notice_says_where_to_go_on_in_both_languages(template: str) -> None:
    message = CodeMessage("ann", "", 0, "en", template, link="https://tea/#/back/1")
    mail = mail_text("Tea", message)
    assert mail.count(message.link) == 2
    assert mail.startswith("[Tea]")
    assert "【Tea】" in mail
    assert message.link in sms_text("Tea", message)
    assert message.link not in mail_subject("Tea", message)


def test_a_message_does_not_show_its_secrets() -> None:
    assert "314159" not in repr(CODE)
    assert "ann" not in repr(CODE)


def test_what_is_configured_is_chosen(clock: FixedClock, ids: Ids) -> None:
    none = choose_senders(Config(), Egress(Way.SMS), clock, ids)
    assert (none.sms, none.mail, none.outbox) == (None, None, None)
    test = choose_senders(Config(test_mode=True), Egress(Way.SMS), clock, ids)
    assert test.outbox is not None
    assert (test.sms, test.mail) == (test.outbox, test.outbox)
    config = Config(
        sms_url="https://sms.example/x", smtp_url="smtps://m.example", mail_from="a@b.c"
    )
    both = choose_senders(config, Egress(Way.SMS), clock, ids)
    assert isinstance(both.sms, HttpSms)
    assert isinstance(both.mail, SmtpMail)
    assert allowed_by(config) == {("sms.example", 443)}
    assert allowed_by(Config()) == frozenset()
