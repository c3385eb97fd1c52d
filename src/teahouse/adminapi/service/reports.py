"""Reports by the tools: listed, looked at, and closed with an answer to whoever made them."""

from collections.abc import Sequence
from dataclasses import dataclass

from teahouse.complaints.model import Complaint, NoSuchComplaint, Outcome, What, Wish
from teahouse.complaints.service import Complaints
from teahouse.rooms.model.event import RoomEvent
from teahouse.rooms.service import Rooms

# What whoever reported it reads: the tools ask for no words.
CLOSED = "运营者已查看并关闭了这份举报。\n\nOperators have looked at this report, and closed it."


@dataclass(frozen=True, repr=False)
class Reports:
    """What tools do with reports. ``actor`` is as in ``audit``."""

    complaints: Complaints
    rooms: Rooms

    async def page(
        self, actor: str, wish: Wish, limit: int, offset: int
    ) -> tuple[Sequence[Complaint], int]:
        """Return a page of the reports that wait, and how many there are. Audited."""
        return await self.complaints.page(actor, wish, limit, offset)

    async def look(
        self, actor: str, what: What, report_id: str
    ) -> tuple[Complaint, RoomEvent | None]:
        """Return a report that waits, and the event as it is now. Audited.

        Raises ``NoSuchComplaint``.
        """
        found, event = await self.complaints.look(actor, report_id)
        if found.kind != what.value or found.decided_at is not None:
            raise NoSuchComplaint
        return found, event

    async def close(self, actor: str, what: What, report_id: str) -> None:
        """Close a report: nothing more is done, and whoever made it is told. Audited.

        Raises ``NoSuchComplaint``.
        """
        await self.look(actor, what, report_id)
        await self.complaints.decide(actor, report_id, Outcome.DISMISSED.value, CLOSED)

    async def place(self, room_id: str) -> tuple[str | None, str | None]:
        """Return a room's name and alias, as far as it has them."""
        room = await self.rooms.find(room_id)
        if room is None:
            return None, None
        texts = room.state.text
        return texts("m.room.name", "name") or None, texts(
            "m.room.canonical_alias", "alias"
        ) or None
