"""The demo's verbs: build the town, give keys to it, remove it."""

from teahouse.demo.service.demo import Demo

__all__ = ["Demo"]
