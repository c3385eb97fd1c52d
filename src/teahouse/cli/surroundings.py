"""What the doctor looks at around the house: the proxy before it, its status site, the calendar."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec

from teahouse.calendars.model import calendar, calendar_name
from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.infra.engines.places import DataDir, nearest
from teahouse.infra.http.proxies import Notebook, trusts

NOTE_LIFE = timedelta(days=1)  # of a forwarder; the server notes it again every hour
SITE_LIFE = timedelta(hours=2)  # the server writes the site every hour, and when it changes


class Finding(msgspec.Struct, frozen=True):
    """One thing looked at. ``advice`` says what to do; it may be there for a green one, too."""

    what: str
    good: bool
    words: str
    advice: str = ""


def surroundings(config: Config, clock: Clock) -> list[Finding]:
    """Return a finding for each thing around the house."""
    return [_proxy(config, clock), _status_site(config, clock), _holidays(config, clock)]


def _proxy(config: Config, clock: Clock) -> Finding:
    """See whether somebody forwards requests who is not believed."""
    named = config.trusted_proxies or "none"
    data = DataDir.find(config.data_dir)
    last = Notebook(data.forwarder_file, clock).last() if data else None
    fresh = last is not None and clock.now() - last.at < NOTE_LIFE
    if last is None or not fresh or trusts(config.trusted_proxies)(last.peer):
        return Finding("proxy", True, f"trusted_proxies: {named}")
    words = f"{last.peer} forwards requests and is not in trusted_proxies ({named})"
    advice = (
        f"if it is your proxy, set trusted_proxies to {last.peer}: "
        "until then everybody behind it counts as one, for every limit"
    )
    return Finding("proxy", False, words, advice)


def _status_site(config: Config, clock: Clock) -> Finding:
    """See whether the static status site can be written, and is."""
    if not config.status_dir:
        return Finding("status site", True, "none: status_dir is not set")
    folder = Path(config.status_dir)
    place = nearest(folder)
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        words = f"{folder} cannot be written"
        return Finding("status site", False, words, f"let the server's user write to {place}")
    index = folder / "index.html"
    if not index.exists():
        return Finding("status site", True, f"{folder}, written when the server runs")
    written = datetime.fromtimestamp(index.stat().st_mtime, UTC)
    words = f"{folder}, written {written:%Y-%m-%d %H:%M} UTC"
    if clock.now() - written < SITE_LIFE:
        return Finding("status site", True, words)
    advice = "it is to be written every hour: start the server, or look for notices.site in its log"
    return Finding("status site", False, words, advice)


def _holidays(config: Config, clock: Clock) -> Finding:
    """See whether the calendar of answers reaches far enough; else promises rest on weekends."""
    name = calendar_name(config.profile)
    through = calendar(name).through
    if through is None:
        return Finding("holidays", True, f"calendar {name}: weekends only")
    words = f"calendar {name} knows the holidays to {through}"
    if through >= _end_of_next_month(clock.now().date()):
        return Finding("holidays", True, words)
    advice = (
        "upgrade, or add the days off and the weekend days that are worked, as announced, to "
        f"calendars/{name}.json: until then answers are promised by weekends alone"
    )
    return Finding("holidays", False, words, advice)


def _end_of_next_month(today: date) -> date:
    after_next = (today.replace(day=1) + timedelta(days=62)).replace(day=1)
    return after_next - timedelta(days=1)
