"""Power levels (Client-Server API, "m.room.power_levels")."""

from typing import Any

from teahouse.errors import BadJson

CREATOR_LEVEL = 100
INFINITE = 2**63
ACTION_DEFAULTS = {"ban": 50, "kick": 50, "redact": 50, "invite": 0}
LEVEL_KEYS = ("users_default", "events_default", "state_default", *ACTION_DEFAULTS)


def _int(content: dict[str, Any], key: str, default: int) -> int:
    value = content.get(key)
    return value if type(value) is int else default


class PowerLevels:
    """What each needs, and what each has."""

    def __init__(
        self, content: dict[str, Any] | None, creator: str, creators: frozenset[str]
    ) -> None:
        self._set = content is not None
        self._content = content or {}
        self._creator = creator
        self._creators = creators
        users = self._content.get("users")
        self._users: dict[str, Any] = users if isinstance(users, dict) else {}
        events = self._content.get("events")
        self._events: dict[str, Any] = events if isinstance(events, dict) else {}

    def of(self, user_id: str) -> int:
        """Return a person's level."""
        if user_id in self._creators:
            return INFINITE
        if not self._set:
            return CREATOR_LEVEL if user_id == self._creator else 0
        return _int(self._users, user_id, _int(self._content, "users_default", 0))

    def to_send(self, event_type: str, is_state: bool) -> int:
        """Return the level that sending an event asks for."""
        if not self._set:
            return 0
        default = (
            _int(self._content, "state_default", 50)
            if is_state
            else _int(self._content, "events_default", 0)
        )
        return _int(self._events, event_type, default)

    def to(self, action: str) -> int:
        """Return the level that ``ban``, ``kick``, ``redact`` or ``invite`` asks for."""
        return _int(self._content, action, ACTION_DEFAULTS[action])

    def to_notify(self, key: str) -> int:
        """Return the level that notifying everybody asks for."""
        notifications = self._content.get("notifications")
        if not isinstance(notifications, dict):
            return 50
        return _int(notifications, key, 50)


def check_levels(content: dict[str, Any]) -> None:
    """Refuse levels that are not integers (room version 10 and later)."""
    for key in LEVEL_KEYS:
        if key in content and type(content[key]) is not int:
            raise BadJson(f"{key} must be an integer.")
    for key in ("users", "events", "notifications"):
        levels = content.get(key, {})
        if not isinstance(levels, dict):
            raise BadJson(f"{key} must be an object.")
        for name, level in levels.items():
            if type(level) is not int:
                raise BadJson(f"{key}.{name} must be an integer.")
    for user_id in content.get("users", {}):
        if not user_id.startswith("@") or ":" not in user_id:
            raise BadJson(f"{user_id} is not a user id.")


def changes(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, int | None, int | None]]:
    """Return every level that differs, with its old and new value, named by where it stands."""
    found: list[tuple[str, int | None, int | None]] = []
    for key in LEVEL_KEYS:
        if old.get(key) != new.get(key):
            found.append((key, old.get(key), new.get(key)))
    for group in ("events", "users", "notifications"):
        before: dict[str, int] = old.get(group) or {}
        after: dict[str, int] = new.get(group) or {}
        for name in sorted({*before, *after}):
            if before.get(name) != after.get(name):
                found.append((f"{group}.{name}", before.get(name), after.get(name)))
    return found
