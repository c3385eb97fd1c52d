"""The verbs of operators' tools, by what they are about."""

from teahouse.adminapi.service.opening import AdminApi, open_adminapi

__all__ = ["AdminApi", "open_adminapi"]
