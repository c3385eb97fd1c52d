"""When minors play, and the hours of the night in which they do not write."""

from collections.abc import Collection
from dataclasses import dataclass

from teahouse.calendars.model import Calendar, calendar, calendar_name
from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database
from teahouse.infra.http.caller import Caller
from teahouse.minors import store
from teahouse.minors.events import MinorChanged
from teahouse.minors.model.hours import Hours, Night, NotNow, Play, ends_at, next_play
from teahouse.minors.model.limits import Limits, check_limits
from teahouse.minors.service.families import Families
from teahouse.minors.service.knowing import Knowing
from teahouse.minors.service.strangers import Strangers

FAMILY_MAX = 6  # a room with more people in it than this is not one of a child and its guardians


@dataclass(frozen=True, repr=False)
class TimeKeeping:
    """What minors do not do at some hours, and who sets that."""

    db: Database
    log: Log
    clock: Clock
    config: Config
    knowing: Knowing
    families: Families
    strangers: Strangers

    async def check_writing(self, caller: Caller, people: Collection[str]) -> None:
        """Refuse with ``Night`` a minor who writes in their night; to guardians they always may.

        ``people`` are the user ids of who is in the room.
        """
        night = await self.night(caller.account_id)
        if night is None:
            return
        now, offset = self.clock.now(), self.knowing.profile.utc_offset_minutes
        until = ends_at(night, offset, now)
        if until is not None and not await self.is_family(caller, people):
            raise Night(until=until.isoformat())

    async def night(self, account_id: str) -> Hours | None:
        """Return the night of a minor: a guardian's word before the profile's; ``None``: none."""
        known, age = await self.knowing.known(account_id), await self.knowing.age(account_id)
        rule = self.knowing.profile.night
        if not age.minor:
            return None
        if known.limits.night is not None:
            return known.limits.night
        return rule.hours if rule is not None and age.at_least in rule.bands else None

    async def next_play(self, account_id: str) -> Play | None:
        """Return the time for games that runs now or comes next; ``None``: any time."""
        if not (await self.knowing.age(account_id)).minor:
            return None
        profile = self.knowing.profile
        at, offset = self.clock.now(), profile.utc_offset_minutes
        return next_play(profile.play, self._calendar(), offset, at)

    async def check_playing(self, account_id: str) -> None:
        """Refuse with ``NotNow`` a minor who would play at another time than theirs."""
        play = await self.next_play(account_id)
        if play is not None and self.clock.now() < play.begins_at:
            raise NotNow(begins_at=play.begins_at.isoformat())

    async def set_limits(self, caller: Caller, user_id: str, limits: Limits) -> None:
        """Set, as a guardian, a ward's night and caps; what is empty is as the profile has it.

        The caller has proved that it is they. Raises ``NoSuchWard``, ``BadLimits``.
        """
        check_limits(limits)
        async with self.db.transaction() as tx:
            link = await self.families.held(tx, caller, user_id)
            await store.set_limits(tx, link, limits, self.clock.now())
            await self.log.put(tx, MinorChanged(link.child_id))

    async def is_family(self, caller: Caller, people: Collection[str]) -> bool:
        """Tell whether a minor is in a room with nobody but guardians, by its people's user ids."""
        others = [one for one in people if one != caller.user_id]
        if not 0 < len(others) < FAMILY_MAX:
            return False
        known = await self.knowing.known(caller.account_id)
        ids = [await self.strangers.id_of(one) for one in others]
        return all(one in known.guardians for one in ids)

    def _calendar(self) -> Calendar:
        return calendar(calendar_name(self.config.profile))
