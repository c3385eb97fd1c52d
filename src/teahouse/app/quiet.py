"""The quiet hours of a hand: those of the file, or those that were chosen in the console."""

import structlog

from teahouse.config import BadConfig, Config, quiet_spans, quiet_zone
from teahouse.infra.pace import Hours, Limits
from teahouse.renewals.service.feeling import Feeling

_log = structlog.get_logger("teahouse.app")


def keep_quiet(feeling: Feeling, config: Config) -> None:
    """Have a hand go slowest in the hours that ``config`` names now, whatever it was told before.

    A zone that this machine does not know, though another one did, is taken for UTC.
    """
    feeling.quiet = tuple(Hours(*one) for one in quiet_spans(config.upgrade_quiet_hours))
    try:
        feeling.zone = quiet_zone(config.upgrade_quiet_zone)
    except BadConfig:
        _log.warning("quiet hours go by UTC here", zone=config.upgrade_quiet_zone)
        feeling.zone = quiet_zone("UTC")
    if feeling.made is not None:
        now = feeling.clock.monotonic()
        feeling.made.set(now, Limits(feeling.rate_max, feeling.quiet))
