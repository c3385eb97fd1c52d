"""Reports' verbs: looking at the sinks, signing and keeping a report."""

from teahouse.reports.service.census import Census
from teahouse.reports.service.reports import Reports

__all__ = ["Census", "Reports"]
