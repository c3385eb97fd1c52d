"""A few at a time, a short line, and an honest "ask again" for the rest."""

import asyncio

import pytest

from teahouse.infra.http.turnstile import Crowded, Turnstile


async def test_a_few_at_a_time_and_the_rest_are_told() -> None:
    turnstile, inside, most = Turnstile(at_once=2, waiting_max=3), 0, 0
    go = asyncio.Event()

    async def come() -> bool:
        nonlocal inside, most
        try:
            async with turnstile.passed():
                inside += 1
                most = max(most, inside)
                await go.wait()
                inside -= 1
        except Crowded:
            return False
        return True

    tasks = [asyncio.get_running_loop().create_task(come()) for _ in range(8)]
    while turnstile.waiting_count < 3:
        await asyncio.wait(tasks, timeout=0)
    go.set()
    came = await asyncio.gather(*tasks)
    assert (most, sum(came)) == (2, 5)
    async with turnstile.passed():
        pass


async def test_a_fault_inside_gives_the_place_back() -> None:
    turnstile = Turnstile(at_once=1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            async with turnstile.passed():
                raise ZeroDivisionError
    assert turnstile.waiting_count == 0


async def test_who_has_begun_waits_where_newcomers_are_sent_away() -> None:
    turnstile = Turnstile(at_once=1, waiting_max=0)
    with pytest.raises(Crowded):
        async with turnstile.passed():
            raise AssertionError("there is no line to wait in")
    async with turnstile.passed(begun=True):
        pass
