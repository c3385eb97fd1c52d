"""A device that shows a code asks how far it is, and is let in once somebody typed it."""

from datetime import timedelta
from typing import Any

from teahouse.clock import FixedClock
from tests.grants.app import DEVICE, MINE, App, refused, scope
from tests.living import Living, Person


async def shown(app: App, device_id: str = "KETTLE0001") -> Any:
    form = {"client_id": app.client_id, "scope": scope(device_id)}
    answer = await app.post("device_authorization_endpoint", data=form)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def polled(app: App, codes: Any) -> tuple[int, str]:
    form = {"grant_type": DEVICE, "device_code": codes["device_code"]}
    answer = await app.token(**form)
    return (200, "") if answer.status_code == 200 else refused(answer)


async def test_a_device_is_let_in(house: Living, ada: Person, clock: FixedClock) -> None:
    app = await App.found(house)
    codes = await shown(app)
    assert (codes["interval"], codes["expires_in"]) == (5, 600)
    led = await house.client.get(codes["verification_uri_complete"].partition("example")[2])
    assert led.headers["location"].startswith("https://tea.example/#/link/")
    assert await polled(app, codes) == (400, "authorization_pending")
    typed = {"word": codes["user_code"].lower().replace("-", " ")}
    told = await ada.did("POST", f"{MINE}/look", typed)
    assert (told["way"], told["client_name"], told["back_to"]) == ("device", "Kettle", None)
    assert (await ada.did("POST", f"{MINE}/allow", typed))["go_to"] is None
    clock.move(timedelta(seconds=5))
    form = {"grant_type": DEVICE, "device_code": codes["device_code"]}
    tokens = (await app.token(**form)).json()
    me = await app.person(tokens, ada).did("GET", "/account/whoami")
    assert me["device_id"] == "KETTLE0001"
    assert await polled(app, codes) == (400, "invalid_grant"), "once"
    await app.person(tokens, ada).did("GET", "/account/whoami")


async def test_a_device_that_asks_too_fast_waits_longer(house: Living, clock: FixedClock) -> None:
    app = await App.found(house)
    codes = await shown(app)
    for after, said in (
        (0, "authorization_pending"),
        (4, "slow_down"),  # from now on ten seconds
        (9, "slow_down"),  # fifteen
        (15, "authorization_pending"),
    ):
        clock.move(timedelta(seconds=after))
        assert await polled(app, codes) == (400, said)


async def test_a_device_is_kept_out(house: Living, ada: Person, clock: FixedClock) -> None:
    app, other = await App.found(house), await App.found(house, client_name="Pot")
    first, second = await shown(app), await shown(app, "KETTLE0002")
    answered = await ada.did("POST", f"{MINE}/refuse", {"word": first["user_code"]})
    assert answered["go_to"] is None
    assert await polled(app, first) == (400, "access_denied")
    assert await polled(other, second) == (400, "invalid_grant")
    clock.move(timedelta(minutes=10))
    assert await polled(app, second) == (400, "expired_token")
    answer = await ada.ask("POST", f"{MINE}/allow", {"word": second["user_code"]})
    assert (answer.status_code, answer.json()["code"]) == (404, "grants.not_found")


async def test_who_may_not_show_a_code(house: Living) -> None:
    app = await App.found(house, grant_types=["authorization_code"])
    form = {"client_id": app.client_id, "scope": scope()}
    place = "device_authorization_endpoint"
    assert refused(await app.post(place, data=form)) == (400, "unauthorized_client")
    nobody = form | {"client_id": "nobody"}
    assert refused(await app.post(place, data=nobody)) == (401, "invalid_client")
    other = await App.found(house)
    form = {"client_id": other.client_id, "scope": "urn:matrix:client:api:*"}
    assert refused(await app.post(place, data=form)) == (400, "invalid_scope")
