"""Registrations' verbs: taking people through the gate, step by step or in Matrix's stages."""

from teahouse.registrations.service.registrations import Registrations

__all__ = ["Registrations"]
