"""Those who are gone: what they kept goes, and what they sent if they asked for it."""

import pytest

from teahouse.accountdata import jobs as accountdata_jobs
from teahouse.accountdata.service import AccountData
from teahouse.accounts.events import AccountDeactivated
from teahouse.media import jobs as media_jobs
from teahouse.media.model.files import NoSuchMedia, Upload
from teahouse.media.service import Media
from teahouse.push import jobs as push_jobs
from teahouse.push.model.rules import NewRule
from teahouse.push.service import Push
from tests.accountdata.asgi import user_id

ANN = user_id("ann")


async def gone(media: Media, erase: bool) -> None:
    """Let them go, and wait until every follower has acted: cursors move when it has."""
    log = media.log
    async with media.db.transaction() as tx:
        pos = await log.put(tx, AccountDeactivated("account-ann", ANN, erase))
    behind = "select count(*) from log_cursors where pos < $1"
    while True:
        async with media.db.read() as tx:
            if await tx.value(behind, pos) == 0:
                return


@pytest.mark.parametrize("erase", [True, False])
async def test_what_the_gone_kept_goes(media: Media, erase: bool) -> None:
    data = AccountData(media.db, media.log)
    push = Push(media.db, media.log, data)
    async with media.db.transaction() as tx:
        for name in ("accountdata", "push", "media"):
            await tx.run("insert into log_cursors (name, pos) values ($1, 0)", f"{name}.forgetting")
    accountdata_jobs.register(data, media.log)
    push_jobs.register(push, media.log)
    media_jobs.follow(media, media.log)
    media_id = await media.upload("account-ann", Upload(b"x", "text/plain", "x.txt"))
    await data.set(ANN, "", "m.direct", b"{}")
    await push.put_rule(ANN, "room", "!r", NewRule([]))
    await gone(media, erase)
    async with media.db.read() as tx:
        assert await data.all(tx, ANN) == []
    assert (await push.rules(ANN))["room"] == []
    if erase:
        with pytest.raises(NoSuchMedia):
            await media.file(media_id)
    else:
        assert (await media.file(media_id)).bytes_count == 1
