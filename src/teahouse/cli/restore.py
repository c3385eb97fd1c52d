"""``teahouse restore``: a back-up into an empty place, and the erasures since then done again."""

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from teahouse.backups.model.manifest import Manifest, PlaceTaken
from teahouse.backups.service.restoring import Restoring, check_for, read_through
from teahouse.cli.admin import actor
from teahouse.cli.backup import Identity, PassphraseFile, PublicKey, identities, summary
from teahouse.cli.commands import ConfigFile, DataDir, run_async, settings
from teahouse.cli.database import say
from teahouse.clock import SystemClock
from teahouse.config import BadConfig, Config
from teahouse.ids import Ids
from teahouse.infra.blobs.blobs import open_blobs
from teahouse.infra.egress.client import Egress
from teahouse.infra.egress.ways import Way
from teahouse.infra.engines.connection import connection
from teahouse.infra.engines.places import DataDir as Place
from teahouse.infra.senders.choose import allowed_by
from teahouse.infra.vault.keyfile import KeyFile
from teahouse.infra.vault.model import SHARED, KeyRef
from teahouse.infra.vault.sources import by_scope, key_source
from teahouse.notices.model.chain import key_id_of

if TYPE_CHECKING:
    from teahouse.backups.service.returning import Returned

MAY_BE_THERE = {"keys", "teahouse.toml"}


class _Told(NamedTuple):
    """What somebody says of the place that a back-up is brought into, and brings along."""

    keys: list[tuple[str, Path]]
    ledger: Path | None
    no_ledger: bool
    public: str
    country: str


def restore(
    file: Annotated[Path, typer.Argument(help="The back-up.")],
    keys: Annotated[
        list[Path] | None,
        typer.Option(help="A kept key file; the newest last, if there are several."),
    ] = None,
    region_keys: Annotated[
        list[str] | None,
        typer.Option(help="REGION=FILE: a kept key file of a region that has a place of its own."),
    ] = None,
    ledger: Annotated[
        Path | None, typer.Option(help="The newest ledger of erasures: keys/erasures.")
    ] = None,
    no_ledger: Annotated[
        bool, typer.Option("--no-ledger", help="There is none: nobody is erased again.")
    ] = False,
    country: Annotated[
        str, typer.Option(help="In which country this machine is, such as SG.")
    ] = "",
    identity: Identity = None,
    passphrase_file: PassphraseFile = None,
    key: PublicKey = "",
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Bring a back-up into an empty data directory, and erase again who was erased since."""
    chosen = settings(config, data_dir=data_dir)
    check_empty(chosen)
    opening = identities(identity, passphrase_file)
    manifest = read_through(file, opening, key)
    sys.stdout.write(summary(manifest))
    sys.stdout.flush()
    kept = [(SHARED, path) for path in keys or []] + [_of_region(one) for one in region_keys or []]
    told = _Told(kept, ledger, no_ledger, key, country)
    run_async(_restore(chosen, file, opening, manifest, told))


def check_empty(config: Config) -> None:
    """Refuse a data directory in which there is more than keys. Raises ``PlaceTaken``."""
    place = Path(config.data_dir).expanduser()
    there = {entry.name for entry in place.iterdir()} if place.exists() else set[str]()
    if there - MAY_BE_THERE:
        name = min(there - MAY_BE_THERE)
        raise PlaceTaken(f"{place} is not empty, there is {name}: choose another --data-dir")


async def _restore(
    config: Config,
    file: Path,
    opening: list[object],
    manifest: Manifest,
    told: _Told,
) -> int:
    from teahouse.app import open_house, register_jobs  # noqa: PLC0415 - no command is slow for it

    clock = SystemClock()
    ids = Ids(clock)
    Place.open(config.data_dir)
    borrowed = _take_keys(config, told.keys, ids)
    egress = Egress(Way.KEYS, allowed_by(config))  # a key service is asked, too
    try:
        today = clock.now().date()
        source = key_source(config, ids, egress)
        idle = await check_for(manifest, config, source, today, told.country)
    finally:
        await egress.close()
    _take_ledger(config, told.ledger, told.no_ledger)
    restore_id = ids.ulid()
    async with connection(config, say) as dsn:
        restoring = Restoring(file, opening, manifest, idle, open_blobs(config, ids))
        await restoring.load(dsn, restore_id, clock.now())
        say("everything is in; now the keys, and who was erased since")
        pinned = {key_id_of(told.public): told.public} if told.public else {}
        async with open_house(config, dsn) as house:
            register_jobs(house)
            returning = house.keeping.returning
            done = await returning.finish(manifest, restore_id, actor(), borrowed, pinned, file)
    _tell(manifest, done)
    return 0


def _of_region(told: str) -> tuple[str, Path]:
    region, equals, path = told.partition("=")
    if not (region and equals and path):
        raise BadConfig(f"--region-keys is REGION=FILE, such as eu=/safe/eu, not {told!r}")
    return region, Path(path)


def _take_keys(config: Config, keys: list[tuple[str, Path]], ids: Ids) -> frozenset[KeyRef]:
    """Put kept keys where each region has its own; return those only needed for the while."""
    places, borrowed = by_scope(key_source(config, ids)), frozenset[KeyRef]()
    services = {one.region for one in config.region_keys if one.transit_url}
    services |= {SHARED} if config.transit_url else set()
    kept: dict[str, dict[KeyRef, bytes]] = {}
    for scope, path in keys:
        place = places.get(scope)
        if place is None:
            raise BadConfig(f"{scope} has no place of its own here: see region_keys")
        if scope in services or not isinstance(place, KeyFile):
            raise BadConfig(f"{path} is a key file, and here a key service holds those keys")
        found = KeyFile(path, ids, place.passphrase).held()
        if not found:
            raise BadConfig(f"there is no key in {path}")
        kept[scope] = kept.get(scope, {}) | found
    for scope, found in kept.items():
        place = places[scope]
        assert isinstance(place, KeyFile), "it was looked at"
        borrowed |= place.borrow(found)
    return borrowed


def _take_ledger(config: Config, ledger: Path | None, none: bool) -> None:
    """Put the newest ledger beside the keys, where the house looks for it."""
    from teahouse.backups.service.ledger import ledger_file  # noqa: PLC0415 - as above

    place = ledger_file(config)
    if ledger is None and not place.exists() and not none:
        raise BadConfig(
            "name the ledger of erasures with --ledger (keys/erasures of the house that was), "
            "or say --no-ledger: then who was erased since is not erased again"
        )
    if ledger is not None and not (place.exists() and place.samefile(ledger)):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.touch(mode=0o600)
        shutil.copyfile(ledger, place)


def _tell(manifest: Manifest, done: "Returned") -> None:
    lines = [
        f"restored {manifest.backup_id}",
        f"erased again: {done.again.erased}",
        f"redacted again: {done.again.redacted}; consent withdrawn again: {done.again.withdrawn}",
        f"wrapped anew: {done.keys.rewrapped} keys, under version {done.keys.primary.version}",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    if not done.settled:
        say("messages of who was erased are still being hidden: that goes on when it serves")
    say("before it serves: look at the gate (`teahouse gate status`), and run `teahouse doctor`")
