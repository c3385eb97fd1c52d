"""What guests do later: leave rooms that admit them no more, and be erased."""

from teahouse.guests.model import EraseGuest, GuestsOut
from teahouse.guests.service.accounts import GuestAccounts
from teahouse.guests.service.rooms import GuestRooms
from teahouse.infra.jobs.queue import Jobs

LOOK_SECONDS = 3_600


def register(accounts: GuestAccounts, rooms: GuestRooms, jobs: Jobs) -> None:
    """Register the jobs and the schedule of this domain."""

    async def leave(payload: GuestsOut) -> None:
        await rooms.clear(payload.room_id)

    async def erase(payload: EraseGuest) -> None:
        await accounts.erase(payload.account_id)

    jobs.handle_outside(GuestsOut, leave, urgent=True)
    jobs.handle_outside(EraseGuest, erase)
    jobs.every("guests.look", LOOK_SECONDS, accounts.look)
