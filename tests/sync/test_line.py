"""Long answers are made a few at a time; who finds the line full is told when to come again."""

import asyncio
from contextlib import AsyncExitStack

from teahouse.sync.service.syncing import LONG
from tests.living import Living


async def test_thousands_who_come_back_wait_in_a_line_of_bounded_length(house: Living) -> None:
    ada = await house.person()
    room_id = await ada.room()
    place = (await ada.did("GET", "/sync"))["next_batch"]
    at_once, waiting_max, _ = LONG
    async with AsyncExitStack() as held:
        for _ in range(at_once):
            await held.enter_async_context(house.house.syncing.long.passed())
        asked = [
            asyncio.create_task(ada.ask("GET", "/sync")) for _ in range(waiting_max + 20)
        ]  # fmt: skip
        refused = list[object]()
        while len(refused) < 20:
            done, _ = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
            refused = [*done]
        answers = [task.result() for task in asked if task.done()]
        assert {answer.status_code for answer in answers} == {429}
        waits = [answer.json()["retry_after_ms"] for answer in answers]
        assert len(set(waits)) > 1, "they come back one by one"
        # A short answer needs no place in the line.
        await ada.say(room_id, "tea?")
        told = await ada.did("GET", "/sync", since=place)
        assert room_id in told["rooms"]["join"]
    rest = {answer.status_code for answer in await asyncio.gather(*asked)}
    assert rest <= {200, 429}
    assert (await ada.ask("GET", "/sync")).status_code == 200
