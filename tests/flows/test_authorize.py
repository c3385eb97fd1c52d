"""The flow of ``docs/flows/authorize.md``, the whole way, with a client that is not ours."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.grants.app import MINE, VERIFIER, App, scope, told, word_of
from tests.living import Living, living


@pytest.fixture
async def house(database: object, dsn: str, tmp_path: Path) -> AsyncIterator[Living]:
    async with living(dsn, tmp_path, public_url="https://tea.example") as home:
        yield home


async def test_an_app_by_a_library(house: Living) -> None:
    ada = await house.person("ada")
    app = await App.found(house)
    async with app.library(scope=scope()) as library:
        place = app.metadata["authorization_endpoint"]
        url, state = library.create_authorization_url(
            place, code_verifier=VERIFIER, response_mode="query"
        )
        sent = await house.client.get(url.removeprefix("https://tea.example"))
        word = word_of(sent.headers["location"])
        shown = await ada.did("POST", f"{MINE}/look", {"word": word})
        assert (shown["client_name"], shown["client_host"]) == ("Kettle", "example.com")
        assert (shown["back_to"], shown["known"]) == ("app.example.com", False)
        back = (await ada.did("POST", f"{MINE}/allow", {"word": word}))["go_to"]
        assert told(back)["iss"] == app.metadata["issuer"]
        tokens = await library.fetch_token(
            app.metadata["token_endpoint"],
            authorization_response=back,
            code_verifier=VERIFIER,
            state=state,
        )
        assert (tokens["token_type"], tokens["scope"]) == ("Bearer", scope())
        me = await library.get("https://tea.example/_matrix/client/v3/account/whoami")
        assert (me.json()["user_id"], me.json()["device_id"]) == (ada.user_id, "KETTLE0001")
        renewed = await library.refresh_token(app.metadata["token_endpoint"])
        assert renewed["access_token"] != tokens["access_token"]
        await library.revoke_token(
            app.metadata["revocation_endpoint"], token=renewed["refresh_token"]
        )
        gone = await library.get("https://tea.example/_matrix/client/v3/account/whoami")
        assert (gone.status_code, gone.json()["errcode"]) == (401, "M_UNKNOWN_TOKEN")
        assert gone.json()["soft_logout"] is False
