"""Notices' verbs: appending and signing, telling webhooks, writing the static site."""

from teahouse.notices.service.notices import Notices

__all__ = ["Notices"]
