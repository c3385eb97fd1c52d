"""Errors that are named and that this server, standing alone, does not give; with the reason."""

from tests.contract.errors.named import Named

ALONE = "it would take another server, and this one talks to none"
CONTACTS = "contacts are proved on the house's own pages: every such call is refused with 403"
TELLS_NOTHING = "whoever reports learns nothing of whether it exists, as v1.18 allows"
FROZEN = "what was uploaded since the freeze is not given here: 404, as v1.11 allows"
SHOWN = "every account's profile is there to be shown to who knows the name"
MADE = "a rule that is not there is made"
UNSEEN = "whoever may not see it is told 403, whether there is somebody or not"
SERVED = "it takes an application service's token: tests/appservices/test_appservices.py"
TAKEN = "it takes a service that has the name for itself: tests/appservices/test_appservices.py"
UNASKED = "it takes somebody who wants no invitations: tests/timeline/test_invite_permission.py"
CLOSED = "it takes operators who let no apps in: tests/grants/test_clients.py"
FULL = "only who keeps all they may is refused, and told M_USER_LIMIT_EXCEEDED (v1.18)"
NO_BODY = "the call has no body"
LEGACY = "the legacy calls for signing in are served here"

V3 = "/_matrix/client/v3"
INVITE = f"POST {V3}/rooms/{{roomId}}/invite "
PROFILE = f"{V3}/profile/{{userId}}"
TOKENS = tuple(
    f"POST {V3}/{of}/{medium}/requestToken"
    for of in ("account/3pid", "account/password", "register")
    for medium in ("email", "msisdn")
)
DOWNLOADS = ("download/{serverName}/{mediaId}", "download/{serverName}/{mediaId}/{fileName}")
THUMBNAIL = "thumbnail/{serverName}/{mediaId}"
FILES = {
    place: tuple(f"GET {place}/{what}" for what in (*DOWNLOADS, THUMBNAIL))
    for place in ("/_matrix/client/v1/media", "/_matrix/media/v3")
}
PING = "/_matrix/client/v1/appservice/{appserviceId}/ping"
_A_SERVICE = "it takes an application service, {}: tests/appservices/test_appservices.py"
PINGED = {
    (400, "M_URL_NOT_SET"): _A_SERVICE.format("that has no address"),
    (403, "M_FORBIDDEN"): _A_SERVICE.format("and a token that is not its own"),
    (502, "M_BAD_STATUS"): _A_SERVICE.format("that answers with an error"),
    (502, "M_CONNECTION_FAILED"): _A_SERVICE.format("that is not where it says"),
    (504, "M_CONNECTION_TIMEOUT"): _A_SERVICE.format("that does not answer in time"),
}
INVITING = (
    INVITE,
    INVITE.strip(),
    f"POST {V3}/createRoom",
    f"PUT {V3}/rooms/{{roomId}}/state/{{eventType}}/{{stateKey}}",
)
IN_USE = ("M_THREEPID_IN_USE",)


def _everything() -> dict[Named, str]:
    found = {
        Named(one, 400, errcode): CONTACTS
        for one in TOKENS
        for errcode in ("M_SERVER_NOT_TRUSTED", *(() if "/password/" in one else IN_USE))
    }
    for one in TOKENS[:2]:
        found[Named(one, 400, "M_INVALID_PARAM")] = CONTACTS
        found[Named(one, 400, "M_THREEPID_MEDIUM_NOT_SUPPORTED")] = CONTACTS
    for one in TOKENS[2:4]:
        found[Named(one, 400, "M_THREEPID_NOT_FOUND")] = CONTACTS
    for gone in FILES.values():
        found |= {Named(one, 502, "M_TOO_LARGE"): ALONE for one in gone}
    *old, thumbnail = FILES["/_matrix/media/v3"]
    for one in (*old, thumbnail):
        found[Named(one, 504, "M_NOT_YET_UPLOADED")] = FROZEN
    found |= {
        Named(thumbnail, 400, "M_UNKNOWN"): FROZEN,
        Named(thumbnail, 413, "M_TOO_LARGE"): FROZEN,
        Named(f"POST {V3}/account/3pid", 403, "M_THREEPID_AUTH_FAILED"): CONTACTS,
        Named(f"POST {V3}/account/3pid/add", 401): CONTACTS,
        Named(INVITE, 400, "M_UNSUPPORTED_ROOM_VERSION"): ALONE,
        Named("GET /.well-known/matrix/client", 404): "this server always says where it is",
        Named(f"POST {V3}/rooms/{{roomId}}/report", 404, "M_NOT_FOUND"): TELLS_NOTHING,
        Named(f"POST {V3}/users/{{userId}}/report", 404, "M_NOT_FOUND"): TELLS_NOTHING,
        Named(f"GET {PROFILE}", 403, "M_FORBIDDEN"): SHOWN,
        Named(f"GET {PROFILE}/{{keyName}}", 403, "M_FORBIDDEN"): SHOWN,
        Named(f"DELETE {PROFILE}/{{keyName}}", 400, "M_BAD_JSON"): NO_BODY,
        Named(f"PUT {V3}/pushrules/global/{{kind}}/{{ruleId}}", 404, "M_NOT_FOUND"): MADE,
        Named(f"GET {V3}/presence/{{userId}}/status", 404): UNSEEN,
        Named(
            f"GET {V3}/initialSync", 404
        ): "it is said of avatars, which the call does not ask for",
        Named("POST /_matrix/media/v1/create", 403, "M_FORBIDDEN"): FULL,
        Named("POST /_matrix/media/v3/upload", 403, "M_FORBIDDEN"): FULL,
        Named("GET /_matrix/client/v1/auth_metadata", 404, "M_UNRECOGNIZED"): CLOSED,
        **{Named(f"POST {PING}", *said): why for said, why in PINGED.items()},
        Named(f"GET {V3}/account/whoami", 403, "M_FORBIDDEN"): SERVED,
        Named(f"GET {V3}/register/available", 400, "M_EXCLUSIVE"): TAKEN,
        Named(f"POST {V3}/register", 400, "M_EXCLUSIVE"): TAKEN,
        **{Named(one, 403, "M_INVITE_BLOCKED"): UNASKED for one in INVITING},
        Named(f"GET {V3}/login", 404, "M_UNRECOGNIZED"): LEGACY,
        Named(f"POST {V3}/login", 400, "M_APPSERVICE_LOGIN_UNSUPPORTED"): LEGACY,
        Named(f"POST {V3}/register", 400, "M_APPSERVICE_LOGIN_UNSUPPORTED"): LEGACY,
    }
    return found


CANNOT = _everything()
