"""Screening's verbs: at the door, at the last step, afterwards, and operators'."""

from teahouse.screening.service.screening import Screening

__all__ = ["Screening"]
