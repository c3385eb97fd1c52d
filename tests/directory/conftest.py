"""A directory of real rooms and real accounts."""

import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from teahouse.accounts.model import Admission
from teahouse.accounts.service import Accounts
from teahouse.accounts.service.opening import open_accounts
from teahouse.accounts.store import FIELDS
from teahouse.app.ways import profile_of
from teahouse.audit.service import Audit
from teahouse.clock import FixedClock
from teahouse.config import PROFILES, Config
from teahouse.desk.service import Desk
from teahouse.directory.routes import routes
from teahouse.directory.service import Directory
from teahouse.ids import Ids
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database
from teahouse.infra.jobs.queue import Jobs
from teahouse.infra.senders.choose import Senders
from teahouse.infra.senders.outbox import Outbox
from teahouse.infra.vault.vault import Vault, open_vault
from teahouse.minors.service import Minors
from teahouse.minors.service.families import Families
from teahouse.minors.service.knowing import Knowing
from teahouse.minors.service.strangers import Strangers
from teahouse.profiles.service import Profiles
from teahouse.profiles.store import FIELDS as PROFILE_FIELDS
from teahouse.ratings.service import Ratings
from teahouse.rooms.model.event import RoomEvent, encode_event
from teahouse.rooms.model.version import version_named
from teahouse.rooms.service import Rooms
from teahouse.standing.service import Standing
from tests.accountdata.asgi import SERVER_NAME, Client, user_id

NOBODY = cast("Any", None)  # parts of the house that a list of rooms does not ask


@dataclass(repr=False)
class Town:
    """What a test works with."""

    directory: Directory
    rooms: Rooms
    accounts: Accounts
    profiles: Profiles
    vault: Vault
    client: Client
    ids: Ids
    positions: Any = field(default_factory=lambda: itertools.count(1))

    async def person(self, name: str, display_name: str | None = None) -> str:
        """Let somebody in, as the gate does."""
        admission = Admission(
            admission_id=self.ids.ulid(),
            door="test",
            account_class="personal",
            region="intl",
            policy_version=1,
            at=self.directory.clock.now(),
        )
        async with self.directory.db.transaction() as tx:
            account = await self.accounts.create(tx, admission, name)
            await self.vault.grant(
                tx, account.account_id, {one.purpose for one in (*FIELDS, *PROFILE_FIELDS)}
            )
            if display_name:
                await self.profiles.set_field(
                    tx, account.account_id, account.user_id, "displayname", display_name
                )
            await self.accounts.announce_created(tx, account)
        return account.user_id

    async def room(self, called: str, creator: str, **state: dict[str, Any]) -> str:
        """Make a room whose creator is in it; ``state`` by type without ``m.room.``."""
        room_id = f"!{called}:{SERVER_NAME}"
        version = version_named("11")
        async with self.directory.db.transaction() as tx:
            await self.rooms.insert_room(tx, room_id, version, user_id(creator))
        await self.set_state(room_id, "create", {"room_version": "11", **state.pop("create", {})})
        await self.come(room_id, creator)
        levels = state.pop("power_levels", {"users": {user_id(creator): 100}})
        await self.set_state(room_id, "power_levels", levels)
        for event_type, content in state.items():
            await self.set_state(room_id, event_type, content)
        return room_id

    async def come(self, room_id: str, name: str, how: str = "join", **more: Any) -> None:
        """Let somebody come into a room, or go."""
        await self.set_state(room_id, "member", {"membership": how, **more}, user_id(name))

    async def set_state(
        self, room_id: str, event_type: str, content: dict[str, Any], state_key: str = ""
    ) -> None:
        """Put a piece of state in place, as the timeline does."""
        full, pos, event_id = f"m.room.{event_type}", next(self.positions), self.ids.event_id()
        sender = state_key or user_id("ann")
        body = encode_event(event_id, full, sender, 0, content, state_key)
        event = RoomEvent(event_id, room_id, full, sender, 0, body, state_key)
        async with self.directory.db.transaction() as tx:
            await self.rooms.place(tx, [(pos, event)])
            await self.directory.place(tx, [event])
        self.rooms.apply(pos, event)


@pytest.fixture
async def town(
    database: Database, log: Log, clock: FixedClock, ids: Ids, tmp_path: Path
) -> AsyncIterator[Town]:
    config = Config(data_dir=str(tmp_path), server_name=SERVER_NAME, test_mode=True)
    async with database.transaction() as tx:
        vault = await open_vault(tx, config, clock, ids)
    outbox = Outbox()
    accounts = open_accounts(
        db=database,
        log=log,
        vault=vault,
        jobs=Jobs(clock, ids),
        senders=Senders(outbox, outbox, outbox),
        clock=clock,
        ids=ids,
        config=config,
    )
    rooms = Rooms(database, clock)
    profiles = Profiles(database, vault, accounts)
    audit = Audit(database, clock)
    desk = Desk(database, log, audit, accounts)
    standing = Standing(database, log, audit, accounts, desk, clock)
    profiled = {name: profile_of(name) for name in PROFILES}
    knowing = Knowing(database, log, vault, clock, config, profiled)
    families = Families(database, log, clock, accounts, NOBODY, knowing)
    strangers = Strangers(database, log, clock, accounts, knowing, families)
    minors = Minors(knowing, families, NOBODY, strangers, NOBODY, NOBODY)
    ratings = Ratings(database, audit, clock, accounts, minors)
    directory = Directory(
        database, log, rooms, accounts, profiles, clock, SERVER_NAME, standing, ratings
    )
    client = Client(routes(directory), clock, ids)
    yield Town(directory, rooms, accounts, profiles, vault, client, ids)
    accounts.passwords.close()
