"""The verbs of incidents: what operators do about them, and about flaws."""
