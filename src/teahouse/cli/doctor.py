"""``teahouse doctor``: looks at everything the house stands on, and says what to do where it is red.

It changes nothing. It looks at the engines of the server that runs on the data directory; when none
runs, it starts PostgreSQL for the while, so that the database is looked at, too.
"""

import asyncio
import socket
import stat
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from rich.console import Console
from rich.table import Table

from teahouse.assessments.model.assessment import requires
from teahouse.assessments.model.features import features_on
from teahouse.backups.model.manifest import OLD_AFTER
from teahouse.cli.readiness import answers
from teahouse.cli.surroundings import Finding, surroundings
from teahouse.clock import SystemClock
from teahouse.config import LOOPBACK, Config
from teahouse.errors import Refused
from teahouse.ids import Ids
from teahouse.infra.db.migrator import on_disk
from teahouse.infra.engines.broker import nats_server
from teahouse.infra.engines.connection import connection, read_engines
from teahouse.infra.engines.places import DataDir, is_scarce, nearest
from teahouse.infra.engines.probe import About, about
from teahouse.infra.vault.keyfile import KeyFile, KeySource
from teahouse.infra.vault.model import SHARED, WRAPS_ALARM, KeyRef, UnknownKey
from teahouse.infra.vault.sources import by_scope, key_source

POSTGRES_VERSION_MIN = 150000
CLOCK_SECONDS_OFF_MAX = 1.0
EARLIEST_YEAR = 2026
WEB_FOLDER = Path(__file__).parents[3] / "web" / "dist"


async def examine(config: Config, *, as_json: bool) -> int:
    """Look at everything, print it, and return 1 when anything is red."""
    findings = await look(config)
    if as_json:
        sys.stdout.write(msgspec.json.encode(findings).decode() + "\n")
    else:
        Console().print(_as_table(findings))
    return 0 if all(finding.good for finding in findings) else 1


async def look(config: Config) -> list[Finding]:
    """Return a finding for each thing."""
    database, found = await _database(config)
    return [
        _configuration(config),
        await _sound("data directory", _data_directory, config),
        await _sound("disk", _disk, config),
        *database,
        await _sound("NATS", _nats, config),
        *await _key_rings(config, found),
        _web_client(),
        await _sound("port", _port, config),
        *surroundings(config, SystemClock()),
    ]


async def _sound(
    what: str, check: Callable[[Config], Awaitable[Finding]], config: Config
) -> Finding:
    """Run one check; what it refuses is its finding."""
    try:
        return await check(config)
    except Refused as refused:
        return Finding(what, False, refused.words)
    except OSError as wrong:
        return Finding(what, False, f"{wrong.strerror}: {wrong.filename or ''}")


def _configuration(config: Config) -> Finding:
    """Say what an operator may have forgotten; what was loaded is valid."""
    advice: list[str] = []
    if config.host not in LOOPBACK and not config.public_url:
        advice.append("set public_url, the address by which people reach you")
    if not config.smtp_url and not config.sms_url:
        advice.append("set smtp_url or sms_url: without one nobody can get a code to sign up")
    if not config.operator_name or not config.operator_contact:
        advice.append("set operator_name and operator_contact: the privacy policy names them")
    words = f"profile {config.profile}, server name {config.server_name}"
    return Finding("configuration", True, words, "; ".join(advice))


async def _data_directory(config: Config) -> Finding:
    data = DataDir.find(config.data_dir)
    if data is None:
        return Finding("data directory", True, f"{config.data_dir}, made at the first start")
    loose = [
        str(path)
        for path in (data.path / "run", data.path / "secrets")
        if stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    if loose:
        names = " ".join(loose)
        return Finding("data directory", False, f"others can read {names}", f"chmod 700 {names}")
    return Finding("data directory", True, str(data.path))


async def _disk(config: Config) -> Finding:
    free, size = DataDir(nearest(Path(config.data_dir))).free_bytes()
    words = f"{free / 2**30:.1f} GiB free of {size / 2**30:.1f} GiB"
    good = not is_scarce(free, size)
    return Finding("disk", good, words, "" if good else "make room, or move the data directory")


async def _database(config: Config) -> tuple[list[Finding], About | None]:
    if not config.database_url and DataDir.find(config.data_dir) is None:
        return [Finding("PostgreSQL", True, "embedded, made at the first start")], None
    clock = SystemClock()
    try:
        async with connection(config) as dsn:
            found = await about(dsn, clock)
    except Refused as refused:
        advice = f"look at {Path(config.data_dir) / 'log' / 'postgres.log'}"
        if config.database_url:
            advice = "check database_url, and that PostgreSQL runs and lets us in"
        return [Finding("PostgreSQL", False, refused.words, advice)], None
    findings = [
        _postgres(found),
        _schema(found),
        _clock(found, clock),
        _backup(found, clock),
        _wraps(found),
        _assessments(config, found),
    ]
    return findings, found


def _postgres(found: About) -> Finding:
    size = f"{found.database_bytes / 2**20:.0f} MiB"
    words = f"{found.version}, {size}, answers in {found.answer_seconds * 1000:.1f} ms"
    if found.version_number < POSTGRES_VERSION_MIN:
        return Finding("PostgreSQL", False, words, "PostgreSQL 15 or newer is needed")
    if not found.durable:
        advice = "turn fsync and synchronous_commit on: acknowledged messages can be lost"
        return Finding("PostgreSQL", False, words, advice)
    return Finding("PostgreSQL", True, words)


def _assessments(config: Config, found: About) -> Finding:
    """Say which features the file has on that nobody has assessed; a new house has time for it."""
    what = "assessments"
    lacking = [one.id for one in features_on(config) if one.id not in found.assessed]
    if not lacking:
        return Finding(what, True, "every risky feature that is on has one")
    past = {one for one in lacking if found.seen_on is not None and one not in found.seen_on}
    late = sorted(past | (found.owed_late & set(lacking)))
    advice = "write them in the console, under Assessments"
    if late and requires(config):
        return Finding(what, False, f"on without an assessment: {', '.join(late)}", advice)
    return Finding(what, True, f"owed: {', '.join(lacking)}", advice)


def _schema(found: About) -> Finding:
    ours = [migration.name for migration in on_disk()]
    newer = sorted(found.migrations - set(ours))
    if newer:
        advice = "run the version of Teahouse that wrote it, or a newer one"
        return Finding("schema", False, f"newer than this version: {newer[0]}", advice)
    missing = [name for name in ours if name not in found.migrations]
    if missing:
        words = f"{len(missing)} migrations are missing, from {missing[0]}"
        return Finding("schema", False, words, "run `teahouse migrate`")
    return Finding("schema", True, f"up to date, {len(ours)} migrations")


def _wraps(found: About) -> Finding:
    """See how often the key that wraps keys has done so: it is good for 2^32."""
    if found.wraps is None:
        return Finding("key budget", True, "nothing is counted yet")
    words = f"the key that wraps keys has done so {found.wraps:,} times, of {2**32:,}"
    good = found.wraps < WRAPS_ALARM
    advice = "it gets a successor by itself; if not, see which worker lacks the key: upgrade status"
    return Finding("key budget", good, words, "" if good else advice)


def _backup(found: About, clock: SystemClock) -> Finding:
    """See when the last back-up was made; a house of less than a week may have none."""
    advice = "run `teahouse backup FOLDER`, and have it run each day"
    since = found.backed_up_at or found.begun_at
    good = since is None or clock.now() - since < OLD_AFTER
    if found.backed_up_at is None:
        return Finding("back-up", good, "none was made yet", advice)
    words = f"the last was made {found.backed_up_at:%F %T} UTC"
    return Finding("back-up", good, words, "" if good else advice)


def _clock(found: About, clock: SystemClock) -> Finding:
    """Compare with PostgreSQL's clock, and watch ours for a moment: it must only go on."""
    moments = [clock.now() for _ in range(1000)]
    words = f"{found.clock_seconds_off * 1000:+.1f} ms from PostgreSQL's"
    if moments != sorted(moments) or moments[0].year < EARLIEST_YEAR:
        return Finding("clock", False, f"it reads {moments[-1]:%F %T} UTC", "set the time (NTP)")
    if abs(found.clock_seconds_off) > CLOCK_SECONDS_OFF_MAX:
        return Finding("clock", False, words, "set the time on both machines (NTP)")
    return Finding("clock", True, words)


async def _nats(config: Config) -> Finding:
    if config.workers == 1 and not config.nats_url:
        return Finding("NATS", True, "not needed by one worker")
    data = DataDir.find(config.data_dir)
    running = read_engines(data) if data else None
    url = config.nats_url or (running.nats_url if running else "")
    if not url:
        return Finding("NATS", True, f"starts with the server ({nats_server().name})")
    place = urlsplit(url)
    try:
        async with asyncio.timeout(3):
            _, writer = await asyncio.open_connection(place.hostname, place.port or 4222)
            writer.close()
    except (OSError, TimeoutError):
        words = f"{place.hostname}:{place.port or 4222} does not answer"
        return Finding("NATS", False, words, "start it, or unset nats_url for an embedded one")
    return Finding("NATS", True, f"answers at {place.hostname}:{place.port or 4222}")


async def _key_rings(config: Config, found: About | None) -> list[Finding]:
    """Look at each place in which keys are kept, and whether every key is in one of them."""
    services = {one.region: one.transit_url for one in config.region_keys}
    services[SHARED] = config.transit_url
    files: list[KeySource] = []
    findings: list[Finding] = []
    try:
        places = by_scope(key_source(config, Ids(SystemClock())))
    except Refused as refused:  # a passphrase
        return [Finding("key ring", False, refused.words)]
    for scope, place in places.items():
        what = "key ring" if scope == SHARED else f"key ring of {scope}"
        if services[scope]:
            words = f"held by the key service at {services[scope]}"
            findings.append(Finding(what, True, words, "have the service's own keys backed up"))
            continue
        findings.append(await _sound(what, partial(_key_ring, what, place), config))
        files.append(place)
    if found is not None and found.keks and all(one.good for one in findings):
        findings.append(await _keys_there(found, files, any(services.values())))
    return findings


async def _key_ring(what: str, place: KeySource, _config: Config) -> Finding:
    assert isinstance(place, KeyFile), "a service is not looked into"
    newest = await place.newest()
    if newest is None:
        when = "at the first start" if what == "key ring" else "by its first upgrade by itself"
        return Finding(what, True, f"none yet: made {when}")
    words = f"{place.path}, newest {newest.key_id} version {newest.version}"
    return Finding(what, True, words, "keep a copy of this file apart from the database")


async def _keys_there(found: About, files: list[KeySource], has_service: bool) -> Finding:
    """See whether each key that something may be under is in a file, and is the one that is meant."""
    lacking: list[str] = []
    for key_id, version, check in found.keks:
        for file in files:
            with suppress(UnknownKey):
                if await file.check_value(KeyRef(key_id, version)) == check:
                    break
        else:
            lacking.append(f"{key_id} version {version}")
    if has_service and lacking:
        words = f"{len(lacking)} of {len(found.keks)} are with a key service, or nowhere"
        return Finding("keys", True, words, "it was not asked: the server does when it starts")
    words = f"in no file: {', '.join(lacking)}" if lacking else f"all {len(found.keks)} are there"
    advice = "put the kept key file back: `teahouse serve` says which lines it needs"
    return Finding("keys", not lacking, words, advice if lacking else "")


def _web_client() -> Finding:
    folder = WEB_FOLDER
    if not (folder / "index.html").exists():
        return Finding("web client", False, f"there is none at {folder}", "run `make web`")
    count = sum(1 for path in folder.rglob("*") if path.is_file())
    return Finding("web client", True, f"{count} files at {folder}")


async def _port(config: Config) -> Finding:
    """See whether the port is free, or it is we who answer on it."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except OSError as wrong:
            if await answers(config.host, config.port, "/readyz"):
                return Finding("port", True, f"{config.listen} is served and ready")
            advice = "stop what holds it, or choose another with --listen"
            return Finding("port", False, f"{config.listen}: {wrong.strerror}", advice)
    return Finding("port", True, f"{config.listen} is free")


def _as_table(findings: list[Finding]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    table.add_column("looked at")
    table.add_column("found", overflow="fold")
    table.add_column("what to do", overflow="fold")
    for finding in findings:
        sign = "[green]● good[/]" if finding.good else "[red]● red[/]"
        table.add_row(sign, finding.what, finding.words, finding.advice)
    return table
