"""Rooms, what is said in them, and who has heard it."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from teahouse.app.ground import Ground
from teahouse.app.people import People
from teahouse.app.ways import Ways
from teahouse.collection import jobs as collection_jobs
from teahouse.collection.model import Naming
from teahouse.collection.service.collecting import Collecting
from teahouse.collection.service.filling import Filling
from teahouse.collection.service.house import Collection
from teahouse.collection.service.using import Using
from teahouse.directory import routes as directory_routes
from teahouse.directory.service import Directory
from teahouse.encryption import jobs as encryption_jobs
from teahouse.encryption import routes as encryption_routes
from teahouse.encryption import store as encryption_store
from teahouse.encryption.service import Encryption, open_encryption
from teahouse.infra.blobs.blobs import open_blobs
from teahouse.infra.bus.appender import Appender
from teahouse.infra.egress.ways import Way
from teahouse.infra.engines.headroom import of_files
from teahouse.infra.http.caller import Caller
from teahouse.infra.http.router import Route
from teahouse.keybackups import routes as keybackups_routes
from teahouse.keybackups import store as keybackups_store
from teahouse.keybackups.service import KeyBackups
from teahouse.media import jobs as media_jobs
from teahouse.media import routes as media_routes
from teahouse.media import store as media_store
from teahouse.media.service import Media
from teahouse.membership import jobs as membership_jobs
from teahouse.membership.routes import coming as coming_routes
from teahouse.membership.routes import there as there_routes
from teahouse.membership.service.house import Membership, open_membership
from teahouse.presence import routes as presence_routes
from teahouse.presence import store as presence_store
from teahouse.presence.service import Presence
from teahouse.push import jobs as push_jobs
from teahouse.push import routes as push_routes
from teahouse.push import store as push_store
from teahouse.push.service import Push
from teahouse.ratings import routes as ratings_routes
from teahouse.ratings import store as ratings_store
from teahouse.ratings.model import Rated
from teahouse.ratings.service import Ratings
from teahouse.receipts import jobs as receipts_jobs
from teahouse.receipts import routes as receipts_routes
from teahouse.receipts import store as receipts_store
from teahouse.receipts.service import Receipts, Typing
from teahouse.relations import jobs as relations_jobs
from teahouse.relations import routes as relations_routes
from teahouse.relations.service import Relations
from teahouse.retention import jobs as retention_jobs
from teahouse.retention.service import Retention
from teahouse.rooms import store as rooms_store
from teahouse.rooms.service import Room, Rooms
from teahouse.search import jobs as search_jobs
from teahouse.search import routes as search_routes
from teahouse.search import store as search_store
from teahouse.search.service.house import Search, open_search
from teahouse.sync import routes as sync_routes
from teahouse.sync.service.building import Building
from teahouse.sync.service.company import Company
from teahouse.sync.service.counting import Counting
from teahouse.sync.service.devices import Devices
from teahouse.sync.service.hub import Hub
from teahouse.sync.service.syncing import Syncing
from teahouse.timeline import jobs as timeline_jobs
from teahouse.timeline import store as timeline_store
from teahouse.timeline.routes import reading as reading_routes
from teahouse.timeline.routes import speaking as speaking_routes
from teahouse.timeline.service.house import Timeline, open_timeline
from teahouse.timeline.service.speaking import Minding

FIELDS = (
    *media_store.FIELDS,
    *rooms_store.FIELDS,
    *ratings_store.FIELDS,
    *timeline_store.FIELDS,
    *receipts_store.FIELDS,
    *push_store.FIELDS,
    *presence_store.FIELDS,
    *encryption_store.FIELDS,
    *keybackups_store.FIELDS,
    *search_store.FIELDS,
)
SEALED = (*media_store.SEALED, *presence_store.SEALED)


@dataclass(frozen=True, repr=False)
class Talk:
    """Rooms, what is said in them, and who has heard it."""

    rooms: Rooms
    media: Media
    directory: Directory
    timeline: Timeline
    membership: Membership
    relations: Relations
    receipts: Receipts
    typing: Typing
    push: Push
    hub: Hub
    building: Building
    presence: Presence
    encryption: Encryption
    key_backups: KeyBackups
    search: Search
    retention: Retention
    collection: Collection


def make_talk(ground: Ground, people: People, ways: Ways) -> Talk:
    """Make the domains of rooms, and let each hear of events in the order of the floors."""
    config, clock = ground.config, ground.clock
    db, log = ground.db, ground.log
    appender = Appender(log, ground.headroom)
    rooms = Rooms(db, clock)
    directory = _make_directory(ground, people, ways, rooms)
    timeline = _make_timeline(ground, people, ways, appender, rooms, directory)
    timeline.speaking.minding.append(_hours_of(ways))
    timeline.writer.placing.append(directory.ratings.place)
    timeline.reading.peeking.append(directory.ratings.check_room)
    relations = _make_relations(ground, people, timeline)
    receipts = Receipts(
        db, clock, appender, rooms, timeline.reading, people.account_data, relations
    )
    receipts.listen(log)
    typing = Typing(log, rooms)
    push = Push(db, log, people.account_data)
    counting = Counting(push, receipts, timeline.reading, timeline.tails)
    counting.listen(log)
    building = Building(
        clock, timeline.reading, timeline.tails, receipts, typing, counting, people.account_data
    )
    building.listen(log)
    hub = Hub(log, rooms)
    hub.listen()
    typing.listen(hub.wake_room_now)
    presence = Presence(
        db, ground.vault, people.accounts, people.profiles, clock, log, rooms, config
    )
    presence.listen(hub.wake_room_now, hub.wake_now)
    ground.closing.push_async_callback(presence.close)
    encryption = _make_encryption(ground, people, rooms, timeline)
    key_backups = KeyBackups(db, people.accounts)
    key_backups.listen()
    media = _make_media(ground, people)
    return Talk(
        rooms=rooms,
        media=media,
        directory=directory,
        timeline=timeline,
        membership=_make_membership(ground, people, timeline, rooms, directory),
        relations=relations,
        receipts=receipts,
        typing=typing,
        push=push,
        hub=hub,
        building=building,
        presence=presence,
        encryption=encryption,
        key_backups=key_backups,
        search=_make_search(ground, people, directory, timeline, relations),
        retention=_make_retention(ground, rooms, timeline),
        collection=_make_collection(ground, people, rooms, timeline, media),
    )


def _make_directory(ground: Ground, people: People, ways: Ways, rooms: Rooms) -> Directory:
    """Make names and lists of rooms, and the labels of ages by which they leave things out."""
    db, clock = ground.db, ground.clock
    ratings = Ratings(db, people.audit, clock, people.accounts, ways.minors)
    ratings.listen()
    return Directory(
        db,
        ground.log,
        rooms,
        people.accounts,
        people.profiles,
        clock,
        ground.config.server_name,
        people.standing,
        ratings,
    )


def _hours_of(ways: Ways) -> Minding:
    hours, screentime = ways.minors.hours, ways.screentime

    async def mind(caller: Caller, room: Room) -> None:
        await hours.check_writing(caller, room.state.joined)
        await screentime.check_writing(caller, room.state.joined)

    return mind


def _make_timeline(
    ground: Ground,
    people: People,
    ways: Ways,
    appender: Appender,
    rooms: Rooms,
    directory: Directory,
) -> Timeline:
    """Make what is said in rooms, and keep strangers from minors."""
    config, account_data, strangers = ground.config, people.account_data, ways.minors.strangers

    async def acquainted(one: str, other: str) -> bool:
        theirs = set(await rooms.joined_rooms(other))
        for room_id in await rooms.joined_rooms(one):
            room = await rooms.find(room_id) if room_id in theirs else None
            if room is not None and room.state.join_rule != "public":
                return True
        return False

    async def blocks_invites(sender: str, invitee: str) -> bool:
        # Whoever begins with an official account asks to be told what it publishes.
        await directory.ratings.check(sender, Rated.OFFICIAL, invitee)
        if await strangers.shut(sender, invitee, acquainted):
            return True
        return await account_data.blocks_invites(invitee)

    return open_timeline(
        db=ground.db,
        log=ground.log,
        appender=appender,
        rooms=rooms,
        directory=directory,
        clock=ground.clock,
        ids=ground.ids,
        standing=people.standing,
        may_encrypt=lambda: config.encryption == "allow",
        blocks_invites=blocks_invites,
    )


def _make_membership(
    ground: Ground, people: People, timeline: Timeline, rooms: Rooms, directory: Directory
) -> Membership:
    """Make coming, going and new rooms."""
    membership = open_membership(
        additions=timeline.additions,
        rooms=rooms,
        profiles=people.profiles,
        directory=directory,
        ids=ground.ids,
        server_name=ground.config.server_name,
        standing=people.standing,
    )
    timeline.speaking.entering.append(membership.coming.enter)
    return membership


def _make_search(
    ground: Ground, people: People, directory: Directory, timeline: Timeline, relations: Relations
) -> Search:
    """Make the search, above all that it finds."""
    return open_search(
        db=ground.db,
        log=ground.log,
        timeline=timeline,
        relations=relations,
        directory=directory,
        account_data=people.account_data,
    )


def _leaving(ground: Ground) -> Callable[[], None]:
    """Return what asks whether files may go to the store that the configuration names."""
    host = urlsplit(ground.config.blobs_url).hostname or ""
    return lambda: ground.egress.border.leave(Way.FILES, host)


def _make_media(ground: Ground, people: People) -> Media:
    """Make what keeps files."""
    config = ground.config
    media = Media(
        ground.db,
        ground.log,
        open_blobs(config, ground.ids, of_files(config, ground.clock), _leaving(ground)),
        ground.vault,
        ground.jobs,
        ground.ids,
        ground.clock,
        config.server_name,
        config.upload_bytes_max,
        kept_max=config.kept_bytes_max,
        house_max=config.kept_bytes_total,
        about_limits=config.support_url or config.base_url,
        contact=config.operator_contact or config.base_url,
        uploading=people.standing.upload,
    )
    ground.closing.callback(media.close)
    return media


def _make_relations(ground: Ground, people: People, timeline: Timeline) -> Relations:
    """Make relations, and let the timeline write their edges and ask them what relates to what."""
    relations = Relations(ground.db, timeline.reading, people.account_data)
    relations.listen(ground.log)
    timeline.writer.placing.append(relations.place)
    timeline.erasing.emptying.append(relations.empty)
    timeline.withholding.restoring.append(relations.place)
    timeline.reading.relating.append(relations)
    return relations


def _make_retention(ground: Ground, rooms: Rooms, timeline: Timeline) -> Retention:
    """Make what takes old messages away, and let it see what rooms say of that."""
    retention = Retention(
        ground.db,
        ground.log,
        rooms,
        timeline.removing,
        ground.jobs,
        ground.clock,
        ground.config,
    )
    timeline.writer.placing.append(retention.place)
    return retention


def _make_collection(
    ground: Ground, people: People, rooms: Rooms, timeline: Timeline, media: Media
) -> Collection:
    """Make what takes unused files away, and let it see all that names one."""
    clock, naming = ground.clock, Naming(ground.config.server_name)
    using = Using(clock, naming)
    timeline.writer.placing.append(using.place)
    timeline.erasing.emptying.append(using.empty)
    timeline.withholding.holding.append(using.hold)
    people.profiles.showing.append(using.show)
    people.accounts.endings.append(using.leave)
    people.account_data.keeping.append(using.keep)
    people.account_data.forgetting.append(using.leave)
    media.coming.append(using.come)
    filling = Filling(
        clock, naming, rooms, timeline.reading, people.profiles, people.account_data, media
    )
    collecting = Collecting(
        ground.db, rooms, people.accounts, media, ground.jobs, clock, ground.config
    )
    return Collection(using, filling, collecting)


def _make_encryption(
    ground: Ground, people: People, rooms: Rooms, timeline: Timeline
) -> Encryption:
    return open_encryption(
        log=ground.log,
        accounts=people.accounts,
        proofs=people.recovery.confirming,
        rooms=rooms,
        reading=timeline.reading,
        tails=timeline.tails,
        server_name=ground.config.server_name,
    )


def make_syncing(ground: Ground, people: People, talk: Talk) -> Syncing:
    """Make what answers "what is new?"."""
    return Syncing(
        ground.ids.readable(8),
        ground.db,
        ground.clock,
        ground.log,
        talk.hub,
        talk.rooms,
        talk.typing,
        people.account_data,
        talk.building,
        Company(talk.presence, talk.rooms, talk.timeline.tails, people.account_data),
        Devices(talk.encryption),
    )


def talk_jobs(ground: Ground, talk: Talk) -> None:
    """Say what these domains do later."""
    media_jobs.register(ground.jobs, talk.media)
    media_jobs.follow(talk.media, ground.log)
    push_jobs.register(talk.push, ground.log)
    relations_jobs.register(talk.relations, ground.jobs)
    search_jobs.register(talk.search.indexing, ground.log, ground.jobs)
    receipts_jobs.register(ground.log)
    retention_jobs.register(talk.retention, ground.jobs)
    collection_jobs.register(talk.collection, ground.jobs)
    encryption_jobs.register(talk.encryption, ground.log, ground.jobs)
    timeline_jobs.register(ground.jobs)
    membership_jobs.register(talk.membership, talk.timeline, ground.log)


def talk_routes(ground: Ground, people: People, talk: Talk, syncing: Syncing) -> list[Route]:
    """Return the routes of these domains."""
    line, membership = talk.timeline, talk.membership
    return [
        *media_routes.routes(talk.media, open_media=ground.config.test_mode),
        *directory_routes.routes(talk.directory),
        *ratings_routes.routes(talk.directory.ratings, talk.rooms, people.recovery.confirming),
        *speaking_routes.routes(line.speaking),
        *coming_routes.routes(membership, ground.config.default_room_version),
        *there_routes.routes(line.reading),
        *reading_routes.routes(line.reading, people.account_data),
        *relations_routes.routes(talk.relations),
        *search_routes.routes(talk.search),
        *receipts_routes.routes(talk.receipts, talk.typing),
        *push_routes.routes(talk.push),
        *presence_routes.routes(talk.presence),
        *encryption_routes.routes(talk.encryption),
        *keybackups_routes.routes(talk.key_backups),
        *sync_routes.routes(syncing, people.account_data, talk.directory),
    ]
