"""The rules of incidents: the law as data, the procedure, clocks, reports, and flaws. Pure."""
