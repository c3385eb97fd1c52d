"""Which senders the configuration asks for. ``settings`` chooses again when it is changed."""

from dataclasses import dataclass

from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.ids import Ids
from teahouse.infra.egress.client import Egress, place_of
from teahouse.infra.egress.ways import Way
from teahouse.infra.senders.mail import SmtpMail, SmtpServer
from teahouse.infra.senders.model import Sender
from teahouse.infra.senders.outbox import Outbox
from teahouse.infra.senders.sms import HttpSms


@dataclass(slots=True)
class Senders:
    """How codes are sent. ``None``: not configured, so that way of signing up is off."""

    sms: Sender | None
    mail: Sender | None
    outbox: Outbox | None  # in test mode only: both of the above


def allowed_by(config: Config) -> frozenset[tuple[str, int]]:
    """Return the hosts that the configuration itself names, for the egress client."""
    apart = (one.transit_url for one in config.region_keys)
    asked = (config.realname_url, config.stills_url, config.phone_holder_url)
    named = (config.sms_url, *asked, config.transit_url, *apart)
    return frozenset(place_of(url) for url in named if url)


def choose_senders(
    config: Config, egress: Egress, clock: Clock, ids: Ids, outbox: Outbox | None = None
) -> Senders:
    """Return the configured senders. Raises ``BadSmtpUrl``.

    In test mode nothing leaves, unless a gateway or server is named on purpose: it goes into
    ``outbox``, a new one when there is none yet.
    """
    if config.test_mode:
        outbox = outbox or Outbox()
    house = config.operator_name or "Teahouse"
    sms: Sender | None = outbox
    if config.sms_url:
        sms = HttpSms(egress.by(Way.SMS), config.sms_url, house, config.sms_token)
    mail: Sender | None = outbox
    if config.smtp_url:
        server, border = SmtpServer.of(config.smtp_url), egress.border
        mail = SmtpMail(server, config.mail_from, house, clock, ids, border)
    return Senders(sms, mail, outbox)
