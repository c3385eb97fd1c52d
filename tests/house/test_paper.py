"""The model of capacity on paper: what it says follows from what it is told."""

from dataclasses import replace

import pytest
from bench.paper import Habits, Machine, Measured, machines, need, total

COST, HABITS, MACHINE = Measured(), Habits(), Machine()


def test_twice_the_people_need_twice_as_much() -> None:
    once, twice = (need(users, 3, COST, HABITS) for users in (1e6, 2e6))
    for part, wanted in machines(once, MACHINE).items():
        assert machines(twice, MACHINE)[part] == pytest.approx(2 * wanted)


def test_a_peak_takes_processors_and_no_disk() -> None:
    calm, peak = (need(1e6, times, COST, HABITS) for times in (3, 10))
    assert peak.worker_cores > calm.worker_cores
    assert peak.database_cores == pytest.approx(calm.database_cores * 10 / 3)
    assert (peak.database_gb, peak.files_gb) == (calm.database_gb, calm.files_gb)


def test_who_keeps_less_runs_out_of_processors_first() -> None:
    def first(habits: Habits) -> str:
        wanted = machines(need(1e6, 10, COST, habits), MACHINE)
        return max(wanted, key=lambda part: wanted[part])

    assert first(HABITS) == "files' disk"
    assert first(replace(HABITS, kept_days=1, files_kept_days=1)) == "workers' processors"


def test_one_shard_carries_a_city_and_not_a_continent() -> None:
    assert need(1e6, 10, COST, HABITS).shards == 1
    assert need(1e9, 3, COST, HABITS).shards > 64


def test_a_small_house_is_one_machine() -> None:
    habits = replace(HABITS, files_kept_days=30)
    assert total(machines(need(1_000, 3, COST, habits), MACHINE)) == 1
