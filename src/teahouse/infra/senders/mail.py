"""E-mail through the operator's SMTP server."""

import email.utils
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import aiosmtplib

from teahouse.clock import Clock
from teahouse.errors import Kind, Refused
from teahouse.ids import Ids
from teahouse.infra.egress.ways import Border, NotAgreed, Way
from teahouse.infra.senders.model import CodeMessage, NeverSent, NotSent
from teahouse.infra.senders.words import mail_subject, mail_text

SMTP_SECONDS_MAX = 15.0
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_PORTS = {"smtp": 587, "smtps": 465}


class BadSmtpUrl(Refused):
    """The setting smtp_url must be smtp://user:password@host:port or smtps://… like it."""

    code = "senders.bad_smtp_url"
    kind = Kind.INVALID


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where to hand e-mail over, and how to be trusted there."""

    host: str
    port: int
    username: str | None
    password: str | None = field(repr=False)
    tls: bool  # from the first byte
    start_tls: bool | None  # None: when it is offered
    trust: ssl.SSLContext | None = None

    @classmethod
    def of(cls, url: str, trust: ssl.SSLContext | None = None) -> "SmtpServer":
        """Read an ``smtp_url``. Raises ``BadSmtpUrl``.

        ``smtp`` insists on STARTTLS, except on this machine, where nobody is in between.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise BadSmtpUrl from None
        if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/"):
            raise BadSmtpUrl
        tls = parts.scheme == "smtps"
        near = parts.hostname in _LOOPBACK
        return cls(
            host=parts.hostname,
            port=port or _PORTS[parts.scheme],
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            tls=tls,
            start_tls=False if tls else None if near else True,
            trust=trust,
        )


def _why(wrong: Exception) -> str:
    """Name what came between us and the server: its words may hold names, and are not kept."""
    if isinstance(wrong, aiosmtplib.SMTPTimeoutError):
        return "timeout"
    if isinstance(wrong, ssl.SSLError) or isinstance(wrong.__cause__, ssl.SSLError):
        return "tls"
    if isinstance(wrong, aiosmtplib.SMTPConnectError | OSError):
        return "unreachable"
    return "tls" if "STARTTLS" in str(wrong) else "protocol"


@dataclass(frozen=True, slots=True, repr=False)
class SmtpMail:
    """A ``Sender`` that speaks SMTP, one connection a message."""

    server: SmtpServer
    mail_from: str
    house: str
    clock: Clock
    ids: Ids
    border: Border = field(default_factory=Border)

    async def send(self, message: CodeMessage) -> None:
        """Hand ``message`` to the SMTP server. Raises ``NotSent`` or ``NeverSent``."""
        server = self.server
        try:
            self.border.leave(Way.MAIL, server.host)
            await aiosmtplib.send(
                self.written(message),
                hostname=server.host,
                port=server.port,
                username=server.username,
                password=server.password,
                use_tls=server.tls,
                start_tls=server.start_tls,
                tls_context=server.trust,
                timeout=SMTP_SECONDS_MAX,
            )
        except NotAgreed as refused:
            raise NotSent(why="register") from refused
        except aiosmtplib.SMTPRecipientsRefused as refused:
            worst = max((one.code for one in refused.recipients), default=0)
            raise (NeverSent if worst >= 500 else NotSent)(why="recipient", status=worst) from None
        except aiosmtplib.SMTPNotSupported:  # an address in letters the server cannot take
            raise NeverSent(why="recipient") from None
        except aiosmtplib.SMTPAuthenticationError as refused:  # ours to mend, not the person's
            words = "The SMTP server does not accept our password."
            raise NotSent(words, why="password", status=refused.code) from None
        except aiosmtplib.SMTPResponseException as refused:
            # From None: the server's words may hold the address, and a cause gets logged.
            why = "sender" if isinstance(refused, aiosmtplib.SMTPSenderRefused) else "answer"
            gone = NeverSent if refused.code >= 500 else NotSent
            raise gone(why=why, status=refused.code) from None
        except (aiosmtplib.SMTPException, OSError) as wrong:
            raise NotSent(why=_why(wrong)) from None

    def written(self, message: CodeMessage) -> EmailMessage:
        """Return the e-mail as it will be sent."""
        mail = EmailMessage()
        mail["From"] = email.utils.formataddr((self.house, self.mail_from))
        mail["To"] = message.to
        mail["Subject"] = mail_subject(self.house, message)
        mail["Date"] = email.utils.format_datetime(self.clock.now())
        domain = self.mail_from.rpartition("@")[2]
        mail["Message-ID"] = f"<{message.message_id or self.ids.ulid()}@{domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail["Content-Language"] = f"{message.lang}, {'en' if message.lang == 'zh' else 'zh'}"
        mail.set_content(mail_text(self.house, message))
        return mail
