"""How often one client is answered when this worker answers very many.

The first thing that happens is told at once. Who asks again while a crowd is being answered has what
comes within the same short window told together at its end: a message then costs a part of an answer.
Where few are answered, nobody waits.
"""

import asyncio
from dataclasses import dataclass

WINDOW_SECONDS = 0.02
CROWD = 20  # answers in this window and the one before: a thousand to two thousand a second


@dataclass(repr=False)
class Pacing:
    """This worker's windows of time, and how many answers are made in them."""

    _window: int = 0
    _began_at: int = 0  # the position at which the window began
    _applied: int = 0
    _answers: int = 0
    _answers_before: int = 0
    _end: asyncio.Event | None = None

    def applied(self, seconds: float, pos: int) -> None:
        """Hear that everything up to a position is known, at ``seconds`` of the loop's clock."""
        self._turn_to(seconds)
        self._applied = pos

    def rest(self, seconds: float, pos: int) -> asyncio.Event | None:
        """Return the end of the window, to be waited for before news since ``pos`` are told.

        ``None``: tell them now. That is so when the client's place is older than the window, for
        then it has had no answer in it, and when few are answered.
        """
        self._turn_to(seconds)
        self._answers += 1
        if pos <= self._began_at or self._answers + self._answers_before < CROWD:
            return None
        if self._end is None:
            self._end = asyncio.Event()
            end = (self._window + 1) * WINDOW_SECONDS
            asyncio.get_running_loop().call_at(end, self._end.set)
        return self._end

    def _turn_to(self, seconds: float) -> None:
        window = int(seconds / WINDOW_SECONDS)
        if window == self._window:
            return
        self._answers_before = self._answers if window == self._window + 1 else 0
        self._answers = 0
        self._window, self._began_at, self._end = window, self._applied, None
