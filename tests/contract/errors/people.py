"""Requests about accounts, devices, profiles and what people keep."""

from tests.contract.errors.row import row

FORBIDDEN, UNKNOWN, INVALID = "403 M_FORBIDDEN", "404 M_NOT_FOUND", "400 M_INVALID_PARAM"
IN_USE, ASKED = "400 M_USER_IN_USE", "401 flows"
NOBODY = "@nobody:s"
PASSWORD = "correct horse"
PROFILE = "/v3/profile/{userId}"
MINE = "/v3/user/{userId}/account_data/{type}"
OF_ROOM = "/v3/user/{userId}/rooms/{roomId}/account_data/{type}"
RULE = "/v3/pushrules/global/{kind}/{ruleId}"
TEA = {"kind": "override", "ruleId": "tea"}
BRIDGED = "GET /v3/thirdparty"
MAIL = {"client_secret": "s", "email": "a@tea.example", "send_attempt": 1}
PHONE = {"client_secret": "s", "country": "GB", "phone_number": "1", "send_attempt": 1}
WRONG = {
    "type": "m.login.password",
    "identifier": {"type": "m.id.user", "user": "$ada"},
    "password": "wrong",
}
ENDED = WRONG | {"identifier": {"type": "m.id.user", "user": "$gone"}, "password": PASSWORD}
ALTERED = {"actions": ["dance"], "conditions": []}


def of_administrators(place: str, wanted: str) -> tuple[object, ...]:
    """Return the requests to look at and change one of an account's states."""
    return tuple(
        row(f"{method} {place}", said, who, body, userId=whom)
        for method, body in (("GET", None), ("PUT", {wanted: True}))
        for said, who, whom in (
            (FORBIDDEN, "ada", "bob"),
            (INVALID, "root", "@bob:elsewhere.example"),
            (UNKNOWN, "root", NOBODY),
            (UNKNOWN, "root", "gone"),
            *(((FORBIDDEN, "root", "root"),) if method == "PUT" else ()),
        )
    )


ROWS = (
    *of_administrators("/v1/admin/lock/{userId}", "locked"),
    *of_administrators("/v1/admin/suspend/{userId}", "suspended"),
    row("GET /v3/admin/whois/{userId}", FORBIDDEN, "ada", userId="bob"),
    # Making an account and coming in.
    row("POST /v3/register", ASKED, "", {"username": "somebody"}),
    row("POST /v3/register", IN_USE, "", {"username": "$localpart"}),
    row("POST /v3/register", "400 M_INVALID_USERNAME", "", {"username": "Tea House!"}),
    row("POST /v3/register", "403 M_GUEST_ACCESS_FORBIDDEN", "", {}, kind="guest"),
    row("POST /v3/register", "400 M_UNRECOGNIZED", "", {}, kind="ghost"),
    row("GET /v3/register/available", IN_USE, "", username="localpart"),
    row("GET /v3/register/available", "400 M_INVALID_USERNAME", "", username="Tea House!"),
    row("GET /v3/register/available", "400 M_MISSING_PARAM", ""),
    row("POST /v3/login", FORBIDDEN, "", WRONG),
    row("POST /v3/login", "400 M_UNKNOWN", "", {"type": "m.login.tea"}),
    row("POST /v3/login", "403 M_USER_DEACTIVATED", "", ENDED),
    row("GET /v3/account/whoami", "401 M_UNKNOWN_TOKEN", "stranger"),
    row("GET /v3/account/whoami", "401 M_MISSING_TOKEN", ""),
    row("POST /v3/refresh", "401 M_UNKNOWN_TOKEN", "", {"refresh_token": "thr_none"}),
    row("GET /v3/login/sso/redirect/{idpId}", UNKNOWN, "", idpId="none",
        redirectUrl="https://app.example"),
    row("POST /v1/login/get_token", ASKED, "ada", {}),
    row("POST /v1/login/get_token", "400 M_NOT_JSON", "ada", b"{"),
    # What is asked for again.
    row("POST /v3/account/password", ASKED, "ada", {"new_password": "another horse"}),
    row("POST /v3/account/password", "400 M_WEAK_PASSWORD", "ada", {"new_password": ""}),
    row("POST /v3/account/deactivate", ASKED, "ada", {}),
    row("POST /v3/delete_devices", ASKED, "ada", {"devices": ["$device"]}),
    row("DELETE /v3/devices/{deviceId}", ASKED, "ada", {}),
    row("GET /v3/devices/{deviceId}", UNKNOWN, deviceId="NONE"),
    row("PUT /v3/devices/{deviceId}", UNKNOWN, "ada", {"display_name": "x"}, deviceId="NONE"),
    # Contacts are proved on the house's own pages, and no identity server is asked.
    row("POST /v3/account/3pid/email/requestToken", "403 M_THREEPID_DENIED", "", MAIL),
    row("POST /v3/account/3pid/msisdn/requestToken", "403 M_THREEPID_DENIED", "", PHONE),
    row("POST /v3/account/password/email/requestToken", "403 M_THREEPID_DENIED", "", MAIL),
    row("POST /v3/account/password/msisdn/requestToken", "403 M_THREEPID_DENIED", "", PHONE),
    row("POST /v3/register/email/requestToken", "403 M_THREEPID_DENIED", "", MAIL),
    row("POST /v3/register/msisdn/requestToken", "403 M_THREEPID_DENIED", "", PHONE),
    # Profiles.
    row(f"GET {PROFILE}", UNKNOWN, "", userId=NOBODY),
    row(f"GET {PROFILE}/{{keyName}}", UNKNOWN, "", keyName="m.tz"),
    row(f"GET {PROFILE}/{{keyName}}", UNKNOWN, "", userId=NOBODY, keyName="displayname"),
    row(f"PUT {PROFILE}/{{keyName}}", FORBIDDEN, "ada", {"m.tz": "x"}, userId="bob", keyName="m.tz"),
    row(f"PUT {PROFILE}/{{keyName}}", "400 M_MISSING_PARAM", "ada", {}, keyName="m.tz"),
    row(f"PUT {PROFILE}/{{keyName}}", "400 M_BAD_JSON", "ada", [], keyName="m.tz"),
    row(f"PUT {PROFILE}/{{keyName}}", "400 M_NOT_JSON", "ada", b"{", keyName="m.tz"),
    row(f"PUT {PROFILE}/{{keyName}}", "400 M_KEY_TOO_LARGE", "ada", {"k" * 256: "x"},
        keyName="k" * 256),
    row(f"PUT {PROFILE}/{{keyName}}", "400 M_PROFILE_TOO_LARGE", "ada", {"m.tz": "x" * 65_536},
        keyName="m.tz"),
    row(f"DELETE {PROFILE}/{{keyName}}", FORBIDDEN, "ada", userId="bob", keyName="m.tz"),
    row(f"DELETE {PROFILE}/{{keyName}}", INVALID, "ada", keyName="Not A Key"),
    row("GET /v3/presence/{userId}/status", FORBIDDEN, "eve", userId="ada"),
    row("PUT /v3/presence/{userId}/status", FORBIDDEN, "eve", {"presence": "online"}, userId="ada"),
    row(f"PUT {PROFILE}/{{keyName}}", INVALID, "ada", {"Not A Key": "x"}, keyName="Not A Key"),
    row("GET /v1/mutual_rooms", INVALID, "ada", user_id="ada"),
    row("GET /v1/mutual_rooms", INVALID, "ada", user_id="nobody"),
    row("GET /v1/mutual_rooms", INVALID, "ada", user_id="bob", **{"from": "tea"}),
    row("GET /v1/mutual_rooms", "400 M_MISSING_PARAM", "ada"),
    # What people keep.
    row(f"GET {MINE}", UNKNOWN, type="m.none"),
    row(f"GET {MINE}", FORBIDDEN, "ada", userId="bob", type="m.test"),
    row(f"PUT {MINE}", FORBIDDEN, "ada", {}, userId="bob", type="m.test"),
    row(f"PUT {MINE}", "400 M_NOT_JSON", "ada", b"{", type="m.test"),
    row(f"PUT {MINE}", "400 M_BAD_JSON", "ada", [], type="m.test"),
    row(f"PUT {MINE}", "405 M_BAD_JSON", "ada", {}, type="m.push_rules"),
    row(f"GET {OF_ROOM}", UNKNOWN, type="m.none"),
    row(f"GET {OF_ROOM}", INVALID, roomId="tea", type="m.test"),
    row(f"GET {OF_ROOM}", FORBIDDEN, "ada", userId="bob", type="m.test"),
    row(f"PUT {OF_ROOM}", FORBIDDEN, "ada", {}, userId="bob", type="m.test"),
    row(f"PUT {OF_ROOM}", INVALID, "ada", {}, roomId="tea", type="m.test"),
    row(f"PUT {OF_ROOM}", "400 M_NOT_JSON", "ada", b"{", type="m.test"),
    row(f"PUT {OF_ROOM}", "400 M_BAD_JSON", "ada", [], type="m.test"),
    row(f"PUT {OF_ROOM}", "405 M_BAD_JSON", "ada", {}, type="m.fully_read"),
    row("GET /v3/user/{userId}/filter/{filterId}", UNKNOWN, filterId="999"),
    row("GET /v3/user/{userId}/filter/{filterId}", FORBIDDEN, "ada", userId="bob", filterId="1"),
    # What is worth a notice.
    row(f"GET {RULE}", UNKNOWN, **TEA),
    row(f"DELETE {RULE}", UNKNOWN, **TEA),
    row(f"PUT {RULE}", "400 M_UNKNOWN", "ada", {"actions": [], "conditions": []}, **TEA, before="a"),
    row(f"PUT {RULE}", INVALID, "ada", {"actions": [], "conditions": []}, kind="override",
        ruleId=".tea"),
    row(f"GET {RULE}/enabled", UNKNOWN, **TEA),
    row(f"PUT {RULE}/enabled", UNKNOWN, "ada", {"enabled": True}, **TEA),
    row(f"GET {RULE}/actions", UNKNOWN, **TEA),
    row(f"PUT {RULE}/actions", UNKNOWN, "ada", {"actions": []}, **TEA),
    row("POST /v3/pushers/set", "400 M_MISSING_PARAM", "ada", {"kind": "http"}),
    # Searching and being told.
    row("POST /v3/search", INVALID, "ada",
        {"search_categories": {"room_events": {"search_term": "tea"}}}, next_batch="tea"),
    row("GET /v3/events", INVALID, **{"from": "tea"}),
    row("GET /v3/sync", INVALID, since="tea"),
    row("POST /v3/users/{userId}/report", "400 M_BAD_JSON", "ada", {"reason": 5}, userId="bob"),
    # Other networks, of which none is bridged here.
    row(f"{BRIDGED}/protocol/{{protocol}}", UNKNOWN, protocol="irc"),
    row(f"{BRIDGED}/location", UNKNOWN, alias="#tea:s"),
    row(f"{BRIDGED}/location/{{protocol}}", UNKNOWN, protocol="irc"),
    row(f"{BRIDGED}/user", UNKNOWN, userid="@tea:s"),
    row(f"{BRIDGED}/user/{{protocol}}", UNKNOWN, protocol="irc"),
    row("GET /.well-known/matrix/support", UNKNOWN, ""),
    row("GET /.well-known/matrix/policy_server", "404 M_UNRECOGNIZED", ""),
    # What no call is.
    row("GET /v3/tea", "404 M_UNRECOGNIZED"),
    row("DELETE /v3/sync", "405 M_UNRECOGNIZED"),
    # Who is locked or suspended (Client-Server API, "Account locking", "Account suspension").
    row("GET /v3/sync", "401 M_USER_LOCKED", "locked"),
    row("POST /v3/createRoom", "403 M_USER_SUSPENDED", "suspended", {}),
)  # fmt: skip

# While no new account may be made.
CLOSED = (
    row("POST /v3/register", FORBIDDEN, "", {"username": "somebody"}),
    row("POST /v3/register", FORBIDDEN, "", {}, kind="guest"),
    row("GET /v1/register/m.login.registration_token/validity", FORBIDDEN, "", token="tea"),
)
