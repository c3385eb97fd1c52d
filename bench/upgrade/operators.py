"""Two operators and their run: planned, started, held and agreed to by the API, as in the console.

What they see of it while it goes is kept: states, and how many fields and indexes were done when.
"""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pyotp

from bench.talk import Line
from bench.upgrade.place import Place
from teahouse.codes.model import TRACES_LIFE

BASE = "/api/v1/operator"
PASSWORD = "twelve letters"
NAMES = ("ada", "bo")
AGAIN_SECONDS = 0.5
AGAIN_MAX = 240
CLASSES = ("kek", "dek", "index", "passwords", "session", "signing")
# How many personal fields there are in a row of the tables that are filled.
FIELDS = {"accounts_identifiers": 1, "accounts_sessions": 1, "profiles_profiles": 3}
WHY = "the yearly change of keys"


class Point(NamedTuple):
    """How a run was at a moment of the clock that never goes back."""

    at: float
    state: str
    says: str
    fields: int  # sealed anew
    indexes: int
    rows: int  # of all classes
    total: int


@dataclass
class Run:
    """A run, and who decides about it. ``told`` is what the API said last."""

    place: Place
    tokens: list[str] = field(default_factory=list[str])
    run_id: str = ""
    told: dict[str, Any] = field(default_factory=dict[str, Any])
    points: list[Point] = field(default_factory=list[Point])
    _line: Line | None = None

    async def come(self) -> None:
        """Become two operators."""
        async with self.place.opened() as house:
            link = await house.people.operators.setup_link("cli:bench", again=True)
            assert link is not None, "there is one for whoever sits at the machine"
        for name in NAMES:
            token = link.url.partition("#")[2] if name == NAMES[0] else await self._invited()
            body = {"token": token, "name": name, "password": PASSWORD}
            begun = await self._ask("POST", "/setup/begin", body)
            code = pyotp.TOTP(begun["secret"]).at(datetime.now(UTC))
            done = await self._ask("POST", "/setup/finish", {"token": token, "code": code})
            self.tokens.append(done["token"])

    async def _invited(self) -> str:
        made = await self.ask("POST", "/operators", {"role": "owner"})
        return made["url"].partition("#")[2]

    # -- verbs ---------------------------------------------------------------------------------

    async def plan(self, classes: tuple[str, ...] = CLASSES, suite: int | None = None) -> None:
        """Plan a run."""
        body = {"classes": list(classes), "reason": WHY, "suite": suite}
        self.told = await self.ask("POST", "/upgrades", body)
        self.run_id = self.told["summary"]["run_id"]

    async def act(self, verb: str, who: int = 0) -> None:
        """Do something about it. Whoever does it again after a fault may find it done."""
        path = f"/upgrades/{self.run_id}/{verb}"
        self.told = await self.ask("POST", path, {"reason": WHY}, who)

    async def agree(self, verb: str) -> None:
        """Have both agree to something."""
        for who in range(len(NAMES)):
            await self.act(verb, who)

    async def look(self) -> Point:
        """Look how it is, and keep that."""
        self.told = await self.ask("GET", f"/upgrades/{self.run_id}")
        done = {"dek": 0, "index": 0}
        steps = self.told["steps"]
        for step in steps:
            if step["data_class"] in done:
                each = FIELDS.get(step["table"], 1) if step["data_class"] == "dek" else 1
                done[step["data_class"]] += step["done"] * each
        self.points.append(
            Point(
                time.monotonic(),
                self.told["summary"]["state"],
                self.told["says"],
                done["dek"],
                done["index"],
                sum(step["done"] for step in steps),
                sum(step["total"] for step in steps),
            )
        )
        return self.points[-1]

    async def forget_codes(self) -> None:
        """Let the server think that codes have been forgotten: the clock of its test mode."""
        await self.clock(datetime.now(UTC) + TRACES_LIFE + timedelta(minutes=10))

    async def clock(self, now: datetime) -> None:
        """Set the clock of its test mode."""
        await self._ask("PUT", "/api/v1/test/clock", {"now": now.isoformat()})

    # -- asking --------------------------------------------------------------------------------

    async def ask(self, method: str, path: str, body: Any = None, who: int = 0) -> Any:
        """Ask as an operator, again while the server is away; return the JSON of a success."""
        return await self._ask(method, path, body, self.tokens[who])

    async def _ask(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        path = path if path.startswith("/api") else BASE + path
        for _ in range(AGAIN_MAX):
            try:
                self._line = self._line or Line(self.place.host, self.place.port)
                told = await self._line.ask(method, path, body, token, 30)
            except OSError:
                self._line = None
            else:
                if told.status < 300:
                    return told.json() if told.body else None
                if told.status not in (500, 503):
                    raise RuntimeError(f"{method} {path}: {told.status} {told.body[:200]!r}")
            await asyncio.sleep(AGAIN_SECONDS)
        raise RuntimeError(f"{method} {path}: the server does not come back")
