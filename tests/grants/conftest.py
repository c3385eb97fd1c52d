"""Apps are let in by a house that people reach by a name, at a time that tests choose."""

from tests.passkeys.conftest import ada, house

__all__ = ["ada", "house"]
