"""Operators of a living house."""

from tests.contract.cast import operator
from tests.living import Living, Person


async def owner(living: Living, name: str = "", role: str = "owner") -> Person:
    """Set up one more operator, who asks by their token."""
    return Person(living, name, await operator(living, role), "")
