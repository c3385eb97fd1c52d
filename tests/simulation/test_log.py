"""Some hundred lives of the log, each with bad luck of its own; and what each mistake would do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.planted import PLANTED
from tests.simulation.world import Verdict, run

SEEDS = 300
SEEDS_UNTIL_FOUND_MAX = 120
ROOT = Path(__file__).parents[2]
SAME = "from tests.simulation.world import run; print(run(7).trace, run(8).trace)"


def told(verdict: Verdict) -> str:
    """Say what to do with a seed."""
    wrongs = "\n  ".join(verdict.wrongs)
    return f"python -m bench simulate --seed {verdict.seed}\n  {wrongs}"


@pytest.mark.parametrize("share", range(4))
def test_nothing_is_lost_doubled_or_out_of_order(share: int) -> None:
    seeds = range(share * SEEDS // 4, (share + 1) * SEEDS // 4)
    verdicts = [run(seed) for seed in seeds]
    assert not [told(one) for one in verdicts if one.wrongs]
    happened = {what for one in verdicts for what in one.counts}
    assert happened >= {"killed", "cut", "still", "late", "lost", "doubled", "delayed", "vanished"}
    assert sum(one.events for one in verdicts) > 10 * len(seeds), "people had no answers"


@pytest.mark.parametrize("mistake", list(PLANTED))
def test_a_mistake_is_found(mistake: str, capsys: pytest.CaptureFixture[str]) -> None:
    plant, finds = PLANTED[mistake]
    for seed in range(SEEDS_UNTIL_FOUND_MAX):
        with plant() as parts:
            found = run(seed, parts)
            if not any(finds in wrong for wrong in found.wrongs):
                continue
            assert run(seed, parts) == found, "the seed gives the same again"
        with capsys.disabled():
            print(f"\n{mistake}: found by seed {seed}: {found.wrongs[0]}")
        assert run(seed).wrongs == [], "it is the mistake, and not the weather"
        return
    pytest.fail(f"{mistake}: not found in {SEEDS_UNTIL_FOUND_MAX} seeds")


def test_a_seed_is_the_same_life_everywhere() -> None:
    def elsewhere(hash_seed: str) -> str:
        settings = {**os.environ, "PYTHONHASHSEED": hash_seed}
        done = subprocess.run(
            [sys.executable, "-c", SAME], cwd=ROOT, env=settings, capture_output=True, check=True
        )
        return done.stdout.decode()

    assert elsewhere("1") == elsewhere("2") == f"{run(7).trace} {run(8).trace}\n"
