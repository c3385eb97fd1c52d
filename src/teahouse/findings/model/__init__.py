"""The rules of findings: the ladder, what a finding is, how a list of them is read."""
