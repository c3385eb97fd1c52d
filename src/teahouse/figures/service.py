"""Reading the figures, once for all who look at the same moment."""

from dataclasses import dataclass, field
from datetime import timedelta

from teahouse.clock import Clock
from teahouse.figures.model import FRESH_FOR, WINDOWS, Live, ScopeFigures, minutes
from teahouse.gate.service import Gate


@dataclass(frozen=True, repr=False)
class Figures:
    """What happens at the doors now."""

    gate: Gate
    clock: Clock
    _last: list[Live] = field(default_factory=list[Live], repr=False)

    async def live(self) -> Live:
        """Return the figures, at most three seconds old."""
        now = self.clock.now()
        if self._last and timedelta() <= now - self._last[0].generated_at < FRESH_FOR:
            return self._last[0]
        scopes, by_minute = await self.gate.keeper.counted([now - window for window in WINDOWS])
        live = Live(now, [ScopeFigures(*row) for row in scopes], minutes(by_minute, now))
        self._last[:] = [live]
        return live
