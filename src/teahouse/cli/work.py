"""Works from the machine: a script of yours that registration may wait for.

What it writes is shown as it comes, and a line ``progress 3/10`` says how far it is. Its end decides:
0 is verified, with the digest of all that it wrote; anything else has failed. Nobody can say so by
hand.
"""

import asyncio
import hashlib
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer

from teahouse.cli.admin import actor, house_of, moment, show
from teahouse.cli.commands import ConfigFile, DataDir, run_async
from teahouse.cli.database import say
from teahouse.errors import Unavailable
from teahouse.infra.db.pool import Tx
from teahouse.works.model import BEAT_SECONDS, Steps, progress_of

if TYPE_CHECKING:
    from teahouse.app import House
    from teahouse.works.service import Works

app = typer.Typer(help="Works that registration may wait for.", no_args_is_help=True)

READ_BYTES = 65536
LINE_BYTES_MAX = 4096  # of a line of progress; longer ones say nothing to us
REPORT_TRIES_MAX = 60
WAIT_SECONDS = 1.0


@app.command("list")
def list_(data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Print works, the newest first."""

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            found = await house.doors.works.newest()
        rows = [
            [
                one.work_id,
                one.state.value,
                f"{one.done}/{one.total}" if one.total else "",
                one.title,
                moment(one.opened_at),
                one.report_digest or one.reason or "",
            ]
            for one in found
        ]
        show("Works", ["id", "state", "done", "title", "since", "report or reason"], rows)
        return 0

    run_async(work())


@app.command()
def run(
    command: Annotated[list[str], typer.Argument(help="After `--`: what does it.")],
    title: Annotated[str, typer.Option(help="What it is, as people read it in notices.")],
    kind: Annotated[str, typer.Option(help="For your own order.")] = "script",
    when_bound: Annotated[
        bool, typer.Option("--when-bound", help="Begin once a policy waits for it.")
    ] = False,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Run a command as a work, and report its progress and end. Exits as the command does."""

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            works = house.doors.works
            async with house.db.transaction() as tx:
                opened = await works.open(tx, kind, title, actor())
            say(f"work {opened.work_id}")
            runner = Runner(house, opened.work_id, command)
            task = asyncio.current_task()
            if task is not None:
                with suppress(RuntimeError, ValueError):  # not in the main thread: nobody signals
                    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
            return await runner.whole(when_bound=when_bound)

    run_async(work())


@dataclass
class Runner:
    """One command, from its beginning to what is reported of it."""

    house: "House"
    work_id: str
    command: list[str]
    digest: Any = field(default_factory=hashlib.sha256)
    line: bytearray = field(default_factory=bytearray)
    steps: Steps | None = None
    beaten: float = 0.0

    async def whole(self, *, when_bound: bool) -> int:
        """Run it and report; whatever ends us before, the work has failed."""
        try:
            if when_bound:
                await self._until_bound()
            code = await self._run()
        except asyncio.CancelledError:
            await self._report(
                lambda tx: self._works.failed(tx, self.work_id, "it was interrupted")
            )
            return 130
        except OSError as wrong:
            why = wrong.strerror or "it could not be started"
            await self._report(lambda tx: self._works.failed(tx, self.work_id, why))
            sys.stderr.write(f"teahouse: {self.command[0]}: {why}\n")
            return 127
        digest = self.digest.hexdigest()
        if code == 0:
            await self._report(lambda tx: self._works.verified(tx, self.work_id, digest))
            say(f"verified, {digest}")
        else:
            why = f"it ended with {code}"
            await self._report(lambda tx: self._works.failed(tx, self.work_id, why))
            say(why)
        return code if code >= 0 else 128 - code

    @property
    def _works(self) -> "Works":
        return self.house.doors.works

    async def _until_bound(self) -> None:
        say("waiting for a policy that waits for it")
        while True:
            found = await self.house.doors.gate.policies.current()
            if any(policy.resume_on == self.work_id for policy in found):
                return
            await self._beat()
            await asyncio.sleep(WAIT_SECONDS)

    async def _run(self) -> int:
        process = await asyncio.create_subprocess_exec(
            *self.command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        assert process.stdout is not None, "its output was asked for"
        try:
            while True:
                try:
                    async with asyncio.timeout(BEAT_SECONDS):
                        piece = await process.stdout.read(READ_BYTES)
                except TimeoutError:
                    piece = None
                if piece == b"":
                    return await process.wait()
                if piece:
                    self._take(piece)
                await self._beat()
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.terminate()
                await process.wait()

    def _take(self, piece: bytes) -> None:
        """Show, count and read what came."""
        self.digest.update(piece)
        sys.stdout.buffer.write(piece)
        sys.stdout.flush()
        self.line += piece
        *lines, rest = bytes(self.line).split(b"\n")
        for line in lines:
            if len(line) <= LINE_BYTES_MAX:
                self.steps = progress_of(line.decode("utf-8", "replace")) or self.steps
        self.line = bytearray(rest[: LINE_BYTES_MAX + 1])

    async def _beat(self) -> None:
        """Say that it lives and how far it is: at once when that changed, else now and then."""
        now = self.house.ground.clock.monotonic()
        steps, self.steps = self.steps, None
        if steps is None and now - self.beaten < BEAT_SECONDS:
            return
        self.beaten = now
        works = self.house.doors.works
        try:
            async with self.house.db.transaction() as tx:
                if steps is None:
                    await works.beat(tx, self.work_id)
                else:
                    await works.progress(tx, self.work_id, *steps)
        except Unavailable:
            self.steps = steps  # the next one tells

    async def _report(self, act: Callable[[Tx], Awaitable[None]]) -> None:
        for left in reversed(range(REPORT_TRIES_MAX)):
            try:
                async with self.house.db.transaction() as tx:
                    await act(tx)
            except Unavailable:
                if not left:
                    raise
                await asyncio.sleep(WAIT_SECONDS)
            else:
                return
