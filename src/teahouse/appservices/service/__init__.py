"""Application services' verbs: letting them in, knowing them, their doors, and telling them."""

from teahouse.appservices.service.opening import AppServices, open_appservices

__all__ = ["AppServices", "open_appservices"]
