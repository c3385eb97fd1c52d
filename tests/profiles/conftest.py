"""Profiles are those of accounts."""

from tests.accounts.conftest import house

__all__ = ["house"]
