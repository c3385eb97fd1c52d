"""What is written about faults."""

import json
import subprocess
import sys

import asyncpg
import pytest

from teahouse.infra.logs import told_without_words

INSERT = "insert into people values ($1)"
PROGRAM = """
import logging, structlog
from teahouse.infra.logs import configure
configure("info")
for log in (structlog.get_logger("http").error, logging.getLogger("uvicorn.error").error):
    try:
        {}["a" + "da"]
    except KeyError as fault:
        log("fault", exc_info=fault)
"""


async def test_a_fault_is_told_without_the_words_that_name_people(
    wiper: asyncpg.Connection,
) -> None:
    await wiper.execute("create temporary table people (name text primary key)")
    name = "a" + "da"
    await wiper.execute(INSERT, name)
    with pytest.raises(RuntimeError) as caught:
        try:
            await wiper.execute(INSERT, name)
        except asyncpg.UniqueViolationError as taken:
            raise RuntimeError(f"{name} again") from taken
    fault = caught.value
    assert "(ada)" in str(fault.__cause__)  # PostgreSQL quotes it
    said = told_without_words((type(fault), fault, fault.__traceback__))
    assert "ada" not in said
    first, _, second = said.partition("which led to")
    assert "UniqueViolationError" in first
    assert "RuntimeError" in second
    assert "test_logs.py" in second  # where it came from is told


def test_the_words_of_an_assertion_are_ours() -> None:
    broken = AssertionError("numbers are dense")
    assert told_without_words((type(broken), broken, None)).endswith(": numbers are dense")


def test_every_log_tells_it_so() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=True)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["fault", "fault"]
    for line in lines:
        assert line["exception"].endswith("builtins.KeyError")
