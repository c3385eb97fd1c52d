"""Labels lead what inspectors read and take away: what is sensitive is closed, whatever the list says."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from teahouse.app import FIELDS
from teahouse.app.visited import DESK, DRAWN, READ
from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Tx
from tests.cases.desk import judges
from tests.inspections.test_inspections import PLACE, ask, code, home, inspector, opened
from tests.living import Living, living

__all__ = ["home"]
# Of the session, of the visit and of the look at it, whatever is read.
ALWAYS = ("operators_", "inspections_", "audit_", "log_", "jobs_")


async def test_l_d21_what_is_labelled_sensitive_is_closed_to_inspectors_and_not_in_their_export(
    dsn: str, database: object, tmp_path: Path, clock: FixedClock
) -> None:
    export = f"{PLACE}/export?register=findings"
    async with living(dsn, tmp_path, clock) as one:
        first, second = await judges(one)
        ivy, ivy_id = await inspector(one, first)
        await opened(one, first, second, ivy_id)
        assert (await ask(ivy, "GET", "/findings"))[0] == 200
        assert (await ask(ivy, "GET", export))[0] == 200
    raised = {"raised": {"findings_rulings": "sensitive"}}
    (tmp_path / "labels.json").write_text(json.dumps(raised))
    async with living(dsn, tmp_path, clock) as one:
        ivy.home = first.home = one
        assert await code(ivy, "GET", "/findings") == "operators.role"
        assert await code(ivy, "GET", "/findings/rulings") == "operators.role"
        assert await code(ivy, "GET", export) == "inspections.no_visit"
        assert (await ask(ivy, "GET", "/thresholds"))[0] == 200, "and nothing else is"
        assert (await ask(first, "GET", "/findings"))[0] == 200, "operators read as before"


async def test_l_d21_a_register_is_drawn_from_what_it_says(
    home: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a register says that it is drawn from is what its answers really read."""
    first, second = await judges(home)
    ivy, ivy_id = await inspector(home, first)
    await opened(home, first, second, ivy_id)
    statements: list[str] = []
    for name in ("rows", "row", "value"):
        plain = getattr(Tx, name)

        async def noted(tx: Tx, query: str, *values: Any, plain: Any = plain) -> Any:
            statements.append(query)
            return await plain(tx, query, *values)

        monkeypatch.setattr(Tx, name, noted)
    read: set[str] = set()
    unsaid: dict[str, set[str]] = {}
    for register, paths in READ.items():
        statements.clear()
        for path in paths:
            await ivy.at("GET", re.sub(r"\{\w+\}", "x", path))
        found = {one for text in statements for one in named_in(home, text)}
        unsaid |= {register: more} if (more := found - set(DRAWN[register])) else {}
        read |= found
    assert unsaid == {}, "say so in DRAWN, in app/visited.py"
    assert len(read) > 12, DESK


def named_in(home: Living, statement: str) -> set[str]:
    """Return the tables, and the declared columns, that a statement names."""
    book = home.house.registers.labels.book
    words = set(re.findall(r"[a-z_0-9]+", statement))
    tables = {one for one in words & set(book.tables) if not one.startswith(ALWAYS)}
    columns = {field.name for field in FIELDS if field.table in tables and field.column in words}
    return tables | columns
