"""An event loop in which time is a number, and a process can stand still or be no more.

Nothing here asks the machine for the time or for anything else: whatever is due next happens next,
and the clock is then what it says. Each callback belongs to the process in whose context it was
asked for. A process that was killed never gets another turn, so that not even a ``finally`` of it
runs; one that stands still gets all of its turns later, in their order.
"""

import asyncio
import heapq
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar, copy_context
from typing import Any

TURNS_MAX = 400_000  # of a run; more means that something turns in a circle
BURIALS_MAX = 200


class Process:
    """Whoever can be killed, or be made to stand still, by itself."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.dead = False
        self.still_until = 0.0
        self.put_off: deque[asyncio.Handle] = deque()


MINE: ContextVar[Process | None] = ContextVar("process", default=None)
Turn = tuple[Process | None, asyncio.Handle]


class Loop(asyncio.AbstractEventLoop):
    """Runs what is due, in one order for one seed."""

    def __init__(self) -> None:
        self._now = 0.0
        self._ready: deque[Turn] = deque()
        self._timers: list[tuple[float, int, Process | None, asyncio.TimerHandle]] = []
        self._nth = 0
        self.turns = 0
        self.complaints: list[dict[str, Any]] = []
        self.tasks: list[asyncio.Task[Any]] = []  # held: what is collected would run its end
        self._dropped: list[asyncio.Handle] = []
        self._still: set[Process] = set()

    # -- what tasks and futures ask of a loop ----------------------------------------------------

    def time(self) -> float:
        return self._now

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return True

    def is_closed(self) -> bool:
        return False

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.Future(loop=self)

    def create_task(
        self, coro: Any, *, name: str | None = None, context: Context | None = None
    ) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(coro, loop=self, name=name, context=context)
        self.tasks.append(task)
        return task

    def call_soon(
        self, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        context = copy_context() if context is None else context
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append((context.get(MINE, None), handle))
        return handle

    def call_later(
        self, delay: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        return self.call_at(self._now + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        context = copy_context() if context is None else context
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        self._nth += 1
        heapq.heappush(self._timers, (when, self._nth, context.get(MINE, None), handle))
        return handle

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """It is passed over when its time comes."""

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        self.complaints.append(context)

    # -- running ---------------------------------------------------------------------------------

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run to the end of ``work`` and return what it returns."""
        asyncio._set_running_loop(self)  # what a loop is to call
        try:
            task = self.create_task(work)
            while not task.done():
                self._turn()
            return task.result()
        finally:
            asyncio._set_running_loop(None)

    def _turn(self) -> None:
        if not self._ready:
            assert self._timers, "everybody waits and nothing is due"
            self._now = max(self._now, self._timers[0][0])
        while self._timers and self._timers[0][0] <= self._now:
            _, _, process, handle = heapq.heappop(self._timers)
            self._ready.append((process, handle))
        assert self.turns < TURNS_MAX, "something turns in a circle"
        process, handle = self._ready.popleft()
        if handle.cancelled():
            return
        if process is not None and process.dead:
            self._dropped.append(handle)
            return
        if process is not None and process.still_until > self._now:
            process.put_off.append(handle)
            self._still.add(process)
            return
        self.turns += 1
        handle._run()  # what a loop is to call

    # -- processes -------------------------------------------------------------------------------

    def stand_still(self, process: Process, seconds: float) -> None:
        """Give a process no turn for so long."""
        process.still_until = self._now + seconds
        outside = Context()

        def goes_on() -> None:
            if process.still_until <= self._now:
                self._ready.extend((process, handle) for handle in process.put_off)
                process.put_off.clear()

        self.call_later(seconds, goes_on, context=outside)

    def spawn(self, process: Process, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Begin something as a process."""
        context = Context()
        context.run(MINE.set, process)
        return context.run(self.create_task, work)

    def bury(self) -> None:
        """Let all that was left in the middle come to its end, when nobody looks any more.

        What is left to the garbage collector would run its ``finally`` at a time of its own.
        """
        asyncio._set_running_loop(self)  # what a loop is to call
        try:
            for _ in range(BURIALS_MAX):
                left = [task for task in self.tasks if not task.done()]
                if not left:
                    break
                for task in left:
                    task.cancel()
                due = [*self._dropped, *(handle for _, handle in self._ready)]
                for process in self._still:
                    due += process.put_off
                    process.put_off.clear()
                self._dropped.clear()
                self._ready.clear()
                for handle in due:
                    if not handle.cancelled():
                        handle._run()
        finally:
            asyncio._set_running_loop(None)
            assert all(task.done() for task in self.tasks), "something does not want to end"
            self.tasks.clear()
            self._timers.clear()
