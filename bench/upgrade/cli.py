"""``python -m bench upgrade``: the whole; with another word, a part of it."""

import argparse
import asyncio
import signal
import sys
import tempfile
from pathlib import Path

from bench.upgrade import alone, kills, peer, races
from bench.upgrade.found import report
from bench.upgrade.run import Open, Options, whole


def run(words: list[str], opened: Open) -> None:
    """Read the options and run."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    if words[:1] == ["alone"]:
        asyncio.run(alone.run(words[1:]))
        return
    if words[:1] == ["kills"]:
        kills.run(words[1:], opened)
    if words[:1] == ["races"]:
        races.run(words[1:])
    if words[:1] == ["peer"]:
        peer.run(words[1:])
        return
    usual = Options()
    parser = argparse.ArgumentParser(prog="python -m bench upgrade", description=__doc__)
    parser.add_argument("--accounts", type=int, default=usual.accounts)
    parser.add_argument("--seconds", type=float, default=usual.seconds, help="of each turn")
    parser.add_argument("--turns", type=int, default=usual.turns, help="with the run and without")
    parser.add_argument("--hands", type=int, default=usual.hands, help="processes that do rows")
    parser.add_argument("--people", type=int, default=usual.people, help="processes of users")
    parser.add_argument("--budget", type=float, default=usual.budget, help="seconds in all")
    parser.add_argument("--raw", type=Path, help="a file for every request that was measured")
    given = vars(parser.parse_args(words))
    raw: Path | None = given.pop("raw")
    options = Options(**given)
    with tempfile.TemporaryDirectory(prefix="teahouse-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        found = whole(folder, opened, options)
        holds = report(found, options.accounts, options.people)
    if raw is not None:
        raw.write_text(found.as_json())
    sys.exit(0 if holds else 1)
