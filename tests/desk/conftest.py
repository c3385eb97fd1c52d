"""The desk behind its routes: the accounts' house has it."""

from tests.accounts.conftest import house

__all__ = ["house"]
