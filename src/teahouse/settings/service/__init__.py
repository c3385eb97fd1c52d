"""Settings' verbs: change what the house is called and how it sends; see and test the channels."""

from teahouse.settings.service.settings import Settings

__all__ = ["Settings"]
