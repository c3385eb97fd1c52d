"""The verbs of cases, by who calls them: reports, operators, authors, the clock."""
