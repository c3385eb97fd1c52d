"""An operator's ways in after the set-up: another authenticator, none, names; and who is told."""

from datetime import timedelta
from typing import Any

from tests.operators.conftest import PASSWORD, Console
from tests.operators.test_factors import owner

HALF_A_MINUTE = timedelta(seconds=30)
PROOF = {"password": PASSWORD}


async def begin(console: Console, token: str, password: str = PASSWORD) -> tuple[int, Any]:
    return await console.call("POST", "/authenticator/begin", token, {"password": password})


async def finish(console: Console, token: str, code: str) -> tuple[int, str]:
    status, said = await console.call("POST", "/authenticator", token, {"code": code})
    return status, said.get("code", "")


async def factors(console: Console, token: str) -> Any:
    return (await console.call("GET", "/factors", token))[1]


async def test_an_authenticator_is_replaced_once_the_new_one_has_shown(console: Console) -> None:
    token, old = await console.owner()
    assert (await finish(console, token, "000000")) == (409, "operators.nothing_pending")
    status, said = await begin(console, token, "not it at all")
    assert (status, said["code"]) == (403, "operators.wrong_credentials")
    status, begun = await begin(console, token)
    assert (status, begun["qr_svg"][:4]) == (200, "<svg")
    assert begun["secret"] in begun["uri"]
    assert (await finish(console, token, console.code(old))) == (403, "operators.wrong_code")
    console.clock.move(HALF_A_MINUTE)
    assert (await console.sign_in("ada", console.code(old)))[0] == 201  # it counts until then
    assert (await factors(console, token))["authenticator_since"] is None
    assert (await finish(console, token, console.code(begun["secret"]))) == (200, "")
    assert (await factors(console, token))["authenticator_since"] is not None
    shown = console.code(begun["secret"])
    assert (await console.sign_in("ada", shown))[0] == 403  # shown when it was added
    console.clock.move(HALF_A_MINUTE)
    assert (await console.sign_in("ada", console.code(old)))[0] == 403
    assert (await console.sign_in("ada", console.code(begun["secret"])))[0] == 201
    assert "operators.authenticator_set" in await console.acts()
    _, late = await begin(console, token)
    console.clock.move(timedelta(minutes=15))
    code = console.code(late["secret"])
    assert (await finish(console, token, code)) == (409, "operators.nothing_pending")


async def test_nobody_takes_away_their_last_factor(console: Console) -> None:
    token, _ = await console.owner()
    status, said = await console.call("DELETE", "/authenticator", token, PROOF)
    assert (status, said["code"]) == (409, "operators.last_factor")
    assert (await factors(console, token))["authenticator"] is True
    opened, key = await owner(console, "ben")
    bens = opened["token"]
    (passkey,) = (await factors(console, bens))["passkeys"]
    place = f"/passkeys/{passkey['passkey_id']}"
    assert (await console.call("DELETE", place, bens, PROOF))[1]["code"] == "operators.last_factor"
    assert (await console.call("DELETE", "/authenticator", bens, PROOF))[0] == 404
    _, begun = await begin(console, bens)
    assert (await finish(console, bens, console.code(begun["secret"]))) == (200, "")
    assert (await console.call("DELETE", "/authenticator", bens, {"password": "no"}))[0] == 403
    assert (await console.call("DELETE", "/authenticator", bens, PROOF))[0] == 200
    assert (await console.call("DELETE", place, bens, PROOF))[0] == 409
    named = {"label": " Key of the desk "}
    assert (await console.call("PUT", place, token, named))[0] == 404  # another's
    assert (await console.call("PUT", place, bens, named))[0] == 200
    assert (await factors(console, bens))["passkeys"][0]["label"] == "Key of the desk"
    assert key.credential_id


async def test_other_sessions_are_told_until_they_have_read_it(console: Console) -> None:
    token, secret = await console.owner()

    async def news(of: str) -> list[str]:
        found = (await console.call("GET", "/news", of))[1]["news"]
        return [one["act"].removeprefix("operators.") for one in found]

    console.clock.move(HALF_A_MINUTE)
    _, second = await console.sign_in("ada", console.code(secret))
    other = second["token"]
    assert (await news(token), await news(other)) == (["signed_in"], [])
    console.clock.move(HALF_A_MINUTE)
    assert (await console.call("POST", "/recovery-codes", token, PROOF))[0] == 201
    _, begun = await begin(console, token)
    await finish(console, token, console.code(begun["secret"]))
    assert await news(other) == ["authenticator_set", "recovery_codes_made"]
    assert await news(token) == ["signed_in"]
    await console.sign_in("ada", "000000")  # refused: it is in the log, and no news
    for one in (token, other):
        assert (await console.call("POST", "/news/seen", one, {}))[0] == 200
        assert await news(one) == []
