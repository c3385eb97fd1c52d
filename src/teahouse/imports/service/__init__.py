"""Imports' verbs: bring accounts in, tell their people, and let each take theirs or leave it."""

from teahouse.imports.service.imports import Imports

__all__ = ["Imports"]
