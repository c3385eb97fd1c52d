"""The registers: what data is, what leaves the house, and to whom."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit

from teahouse.algorithms import routes as algorithms_routes
from teahouse.algorithms.model import (
    Algorithm,
    AlgorithmBook,
    AlgorithmSwitchKind,
    read_algorithms,
)
from teahouse.app.doors import Doors
from teahouse.app.ground import Ground
from teahouse.app.keeping import Keeping
from teahouse.app.people import People
from teahouse.app.programs import Programs
from teahouse.calls.model import host_of
from teahouse.config import LOOPBACK, Config
from teahouse.infra.db.pool import Tx
from teahouse.infra.egress.ways import Way
from teahouse.infra.engines.places import nearest
from teahouse.infra.http.router import Route
from teahouse.infra.vault.field import PurposeRegister
from teahouse.infra.vault.keyfile import read_passphrase
from teahouse.infra.vault.sources import key_file
from teahouse.labels import routes as labels_routes
from teahouse.labels.model import Labels, raise_labels, read_labels
from teahouse.processors import jobs as processors_jobs
from teahouse.processors import routes as processors_routes
from teahouse.processors.model.register import Fit, ProcessorRole
from teahouse.processors.service.guarding import Guarding
from teahouse.processors.service.keys import ProcessorKeys
from teahouse.processors.service.offboarding import Offboarding
from teahouse.processors.service.processors import Ends, Processors
from teahouse.pushers.model.recipients import PUSH_SERVICE
from teahouse.transfers import jobs as transfers_jobs
from teahouse.transfers import routes as transfers_routes
from teahouse.transfers.service import Transfers

LABELS_FILE = "labels.json"


@dataclass(frozen=True, repr=False)
class Registers:
    """What data is, and who is given any."""

    labels: Labels
    transfers: Transfers
    processors: Processors
    keys: ProcessorKeys
    offboarding: Offboarding


def make_registers(
    ground: Ground, people: People, doors: Doors, programs: Programs, keeping: Keeping
) -> Registers:
    """Make the registers, and stand at the border."""
    labels = labels_of(ground.config, people.consent.register)
    transfers = Transfers(
        db=ground.db,
        log=ground.log,
        vault=ground.vault,
        audit=people.audit,
        config=ground.config,
        register=people.consent.register,
        labels=labels,
        clock=ground.clock,
    )
    transfers.listen()
    ground.closing.push_async_callback(transfers.close)
    processors = _make_processors(ground, people, labels)
    processors.guarding.abroad.append(
        lambda body, today: (
            body.role is not ProcessorRole.OWN
            and transfers.lacks(body.processor_id, body.country, body.purposes, today)
        )
    )
    transfers.changed.append(processors.guarding.reckon_anew)
    transfers.sent.append(processors.sent_since)
    keys = _make_keys(ground, people, processors, transfers)
    keys.lying.append(keeping.known)
    keeping.making.handing.append(keys.hand)
    offboarding = Offboarding(
        db=ground.db,
        processors=processors,
        keys=keys,
        history=doors.notices.history,
        audit=people.audit,
        clock=ground.clock,
        server_name=ground.config.server_name,
    )
    _bind_services(processors, programs)
    return Registers(labels, transfers, processors, keys, offboarding)


def _make_keys(
    ground: Ground, people: People, processors: Processors, transfers: Transfers
) -> ProcessorKeys:
    named = ground.config.key_passphrase_file
    return ProcessorKeys(
        db=ground.db,
        vault=ground.vault,
        audit=people.audit,
        register=people.consent.register,
        guarding=processors.guarding,
        whole_until=transfers.whole_until,
        clock=ground.clock,
        ids=ground.ids,
        folder=key_file(ground.config).with_name("processors"),
        passphrase=read_passphrase(Path(named)).decode() if named else "",
    )


def _bind_services(processors: Processors, programs: Programs) -> None:
    """Let services' tokens end with the processors whose they are."""
    keeping = programs.appservices.keeping

    async def end(tx: Tx, actor: str, ends: Ends) -> list[tuple[str, str]]:
        found = await keeping.end_of(
            tx, actor, lambda whose, url: ends(Way.BRIDGES, whose, _host(url))
        )
        return [("appservice", one) for one in found]

    processors.endings.append(end)
    keeping.checks.append(
        lambda whose, url: processors.guarding.check_agreed(Way.BRIDGES, whose, _host(url))
    )


def labels_of(config: Config, register: PurposeRegister) -> Labels:
    """Return the labels: ours, with those raised that the data directory's own file names.

    Raises ``BadLabels``.
    """
    book = read_labels((resources.files("teahouse.labels") / LABELS_FILE).read_bytes())
    own = nearest(Path(config.data_dir)) / LABELS_FILE
    if config.data_dir and own.is_file():
        book = raise_labels(book, own.read_bytes())
    purposes: dict[str, tuple[str, ...]] = {}
    for field in register:
        purposes[field.purpose.id] = (*purposes.get(field.purpose.id, ()), field.name)
    return Labels(book, purposes)


def _make_processors(ground: Ground, people: People, labels: Labels) -> Processors:
    guarding = Guarding(ground.db, ground.config, ground.clock)
    ground.egress.border.guards.append(guarding)
    ground.closing.push_async_callback(guarding.stop)
    consent = people.consent
    processors = Processors(
        db=ground.db,
        log=ground.log,
        audit=people.audit,
        register=consent.register,
        labels=labels,
        guarding=guarding,
        clock=ground.clock,
        ids=ground.ids,
    )
    processors.listen()
    ground.closing.push_async_callback(processors.close)
    consent.giving.append(processors.recipients)
    ways = {way.value: way for way in Way}

    def named(recipient_id: str, host: str) -> bool:
        way = ways.get(recipient_id)
        return way is not None and guarding.fit(way, host.lower())[0] in (Fit.GOOD, Fit.ABROAD)

    consent.named.append(named)
    return processors


def configured(config: Config) -> Iterator[tuple[Way, str]]:
    """Yield where a house so configured sends anything: by which way, to which host."""
    engines = (config.database_url, config.nats_url, *config.replicas.split())
    urls = [
        (Way.SMS, config.sms_url),
        (Way.MAIL, config.smtp_url),
        (Way.REALNAME, config.realname_url),
        (Way.STILLS, config.stills_url),
        (Way.HOLDER, config.phone_holder_url),
        (Way.FILES, config.blobs_url),
        *((Way.OIDC, one.issuer) for one in config.oidc),
        (Way.KEYS, config.transit_url),
        *((Way.KEYS, one.transit_url) for one in config.region_keys),
        *((Way.ENGINES, one) for one in engines),
    ]
    for way, url in urls:
        host = _host(url)
        if host and not (way is Way.ENGINES and host in LOOPBACK):
            yield way, host
    for place in config.turn_places:
        yield Way.RELAY, host_of(place)
    for host in PUSH_SERVICE.host.split(", "):
        yield Way.PUSH, host


def _host(url: str) -> str:
    # Nothing else of it is shown: what stands before the host is a name and a password.
    return (urlsplit(url).hostname or "").lower()


def registers_jobs(ground: Ground, registers: Registers) -> None:
    """Say what these domains do later."""
    processors_jobs.register(registers.processors, ground.jobs)
    transfers_jobs.register(registers.transfers, ground.jobs)


def registers_routes(ground: Ground, registers: Registers, programs: Programs) -> list[Route]:
    """Return the routes of these domains."""

    def destinations() -> Iterator[tuple[Way, str]]:
        yield from dict.fromkeys(configured(ground.config))
        for service in programs.appservices.registry.every():
            if service.kept.url:
                yield Way.BRIDGES, _host(service.kept.url)

    sealed = frozenset(one.name for one in registers.processors.register if one.sealed)
    return [
        *labels_routes.routes(registers.labels, sealed),
        *processors_routes.routes(registers.processors, registers.offboarding, destinations),
        *transfers_routes.routes(registers.transfers),
        *algorithms_routes.routes(*algorithms_of(ground), ground.config, ground.clock),
    ]


def algorithms_of(
    ground: Ground,
) -> tuple[AlgorithmBook, Callable[[Algorithm], bool | None]]:
    """Return what decides, ranks or points by itself, and what tells whether it runs."""
    config = ground.config
    raw = (resources.files("teahouse.algorithms") / "algorithms.json").read_bytes()

    def runs(one: Algorithm) -> bool | None:
        if one.switch.kind is AlgorithmSwitchKind.PERSON:
            return None
        if one.switch.kind is AlgorithmSwitchKind.SETTING:
            return str(getattr(config, one.switch.at)) != one.switch.off
        return True

    return read_algorithms(raw), runs
