"""What a worker has read is read anew when it is told of a change, and nobody sees what was before."""

import asyncio

from teahouse.infra.bus.rereading import Rereading


async def test_who_asks_while_it_is_read_anew_waits_for_what_is_new() -> None:
    truth, seen, go = ["old"], [""], asyncio.Event()
    go.set()

    async def read() -> None:
        found = truth[0]
        await go.wait()
        seen[0] = found

    rereading = Rereading()
    await rereading.ensure(read)
    truth[0] = "new"
    await rereading.ensure(read)
    assert seen == ["old"], "nobody has told"
    go.clear()
    rereading.heard(read)
    await asyncio.sleep(0)  # it reads now, and is not done
    asked = asyncio.ensure_future(rereading.ensure(read))
    await asyncio.sleep(0)
    assert not asked.done()
    truth[0] = "newest"
    rereading.heard(read)  # while it reads: what it reads is old already
    go.set()
    await asked
    assert seen == ["newest"]
    await rereading.close()
