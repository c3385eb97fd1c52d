"""Files in a whole house: old addresses serve nobody, but for programs that test."""

from pathlib import Path

import httpx

from teahouse.app import build_server, open_house
from teahouse.config import Config
from tests.living import Living

UPLOAD = "/_matrix/media/v3/upload"


async def test_old_addresses_are_open_in_test_mode_only(
    house: Living, dsn: str, tmp_path: Path
) -> None:
    ada = await house.person()
    headers = {"authorization": f"Bearer {ada.token}", "content-type": "text/plain"}
    told = await house.client.post(UPLOAD, content=b"x", headers=headers)
    where = told.json()["content_uri"].removeprefix("mxc://")
    new, old = (f"/_matrix/{part}/download/{where}" for part in ("client/v1/media", "media/v3"))
    assert (await house.client.get(new)).status_code == 401
    assert (await house.client.get(new, headers=headers)).content == b"x"
    assert (await house.client.get(old)).content == b"x"
    config = Config(data_dir=house.house.config.data_dir, server_name="s")
    async with open_house(config, dsn) as people:
        transport = httpx.ASGITransport(build_server(people))
        async with httpx.AsyncClient(transport=transport, base_url="http://people") as client:
            assert (await client.get(old)).status_code == 404
            assert (await client.get(new, headers=headers)).content == b"x"
